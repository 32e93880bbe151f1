"""Zoledronic acid is ordered and no recent renal value is on file."""

from cards.chart import Chart, Draft
from cards.concepts import calcium, contraindications, offers
from cards.concepts.contraindications import Cleared, bisphosphonate
from cards.concepts.renal_function import RenalFunction
from cards.evidence.fda_labels import ZOLEDRONIC_ACID
from cards.rule import DRAFT, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="No recent renal function",
    rows=("R-CI-ZOL-02",),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    weighs=("laboratory",),
    evidence=(ZOLEDRONIC_ACID,),
    overrides=("labs-pending",),
    yields_to=("renal-contraindication",),
    judges=(DRAFT,),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def missing_renal_function(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when zoledronic acid is ordered and no creatinine, clearance or eGFR is surely from the last 90 days.

    Silent when one is, and when the value on file already forbids the infusion.

    Because the label asks for creatinine before each infusion: it is given into kidneys whose strength is known.
    """
    found = contraindications.judge(chart, draft, bisphosphonate.missing_renal_value)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    dials = chart.dials(RenalFunction)
    known = calcium.known_within(chart, dials.current)
    return Finding(
        found.indicator,
        f"No creatinine in {dials.recent} days: check renal function before zoledronic acid.",
        found.because,
        check_first=("The patient drinks enough, and takes nothing that harms the kidneys.",)
        if known
        else ("No calcium of the last year is on file: check it too.",),
        suggestions=(
            offers.work_up("Order creatinine, calcium and 25-OH vitamin D", "creatinine", "calcium", "vitamin-d-25oh"),
        ),
        ingredient=draft.ingredient,
    )
