"""An osteoporosis drug is ordered at an interval that its label does not know."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import dosing, offers, product
from cards.concepts.contraindications import LABELS
from cards.evidence.fda_labels import FOSAMAX
from cards.orders import Change
from cards.rule import DRAFT, rule
from cards.verdict import CRITICAL, Action, Because, Finding, Silent, Suggestion, Verdict


@rule(
    title="Dose frequency",
    rows=("R-DOSE-01", "R-DEN-07", "R-ZOL-07"),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=("drafts",),
    evidence=(FOSAMAX,),
    overrides=("data-incorrect", "specialist-managing", "benefit-outweighs-risk"),
    judges=(DRAFT,),
    even_in=("oncology", "restricted"),
)
def dose_frequency(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when a weekly or monthly tablet, denosumab 60 mg or zoledronic acid 5 mg is ordered more often than its label
    allows (denosumab: more often than every 5 months; zoledronic acid: than every 9), romosozumab other than monthly,
    teriparatide other than daily. Critical where a weekly tablet is ordered daily, a monthly one daily or weekly, or a
    half-yearly or yearly injection monthly or oftener; else a warning.

    Silent when the order names no interval, when product or strength are not known, and for oncology products. Where
    code and words of the order leave the drug open, it is asked which drug is meant.

    Because a weekly tablet taken daily is seven times the dose, and an injection given too soon is another slip.
    """
    order = draft.order
    if draft.stops:
        return Silent("the order ends or withholds the drug")
    if order.doubt:
        return product.which_drug(draft)
    label = dosing.label_of(order)
    if isinstance(label, str):
        return Silent(label)
    if order.interval_days is None:
        return Silent(f"the order of {label.product} names no interval")
    ordered = dosing.told(order.interval_days)
    facts = (Because(f"Ordered: {label.product} {ordered}", ref=draft.ref), Because(f"By its label: {label.words}"))
    level = dosing.judged(label, order.interval_days)
    if level is None:
        return Silent(f"{label.product} {ordered} is within its label", facts)
    words = f"Change the order to {label.words}"
    change = Suggestion(words, (Action(words, Change(draft.ref, timing=label.timing)),))
    return Finding(
        level,
        f"{phrases.capital(label.product)} is ordered {ordered}; it is given {label.words}. Correct the frequency.",
        (*facts, *((Because(label.classified),) if label.classified else ())),
        check_first=("The product, strength and interval that are meant.",),
        suggestions=(change, offers.take_back(draft)),
        alternatives=True,
        ingredient=draft.ingredient,
        overrides=("data-incorrect", "specialist-managing") if level is CRITICAL else None,
        source=LABELS[draft.ingredient],
    )
