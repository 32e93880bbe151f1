"""A drug labelled for postmenopausal women is ordered for someone else."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import contraindications
from cards.concepts.contraindications import Cleared, romosozumab
from cards.evidence.fda_labels import EVENITY
from cards.formulary import name
from cards.rule import DRAFT, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Outside the labelled population",
    rows=("R-CI-ROM-05", "R-SCOPE-05"),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    weighs=("patient", "conditions", "procedures"),
    evidence=(EVENITY,),
    overrides=("specialist-managing", "benefit-outweighs-risk"),
    judges=(DRAFT,),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def not_indicated_population(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when romosozumab or ibandronate is ordered for a man, and romosozumab for a woman under 50 or of unknown age
    without a recorded menopause, or for a patient whose sex is not recorded.

    Silent when romosozumab is for a woman of 50 or more or after menopause, and ibandronate for anyone but a man.

    Because these drugs were studied and are labelled for postmenopausal women: elsewhere their use is off label.
    """
    found = contraindications.judge(chart, draft, romosozumab.population)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    drug = phrases.capital(name(draft.ingredient))
    return Finding(
        found.indicator,
        f"{drug} is labelled for postmenopausal women only, not for {found.kind}.",
        found.because,
        options=("Use outside the label is for a specialist to decide.",),
        ingredient=draft.ingredient,
        source=contraindications.LABELS[draft.ingredient],
    )
