"""Teriparatide and abaloparatide have been used for as long as a lifetime allows."""

from cards.chart import Chart
from cards.concepts import anabolic_course, anabolic_limit, exposure
from cards.concepts.anabolic_limit import AnabolicLimit, Used
from cards.concepts.eligibility import LIFETIME_DAYS, LIFETIME_MONTHS
from cards.evidence.fda_labels import FORTEO, TYMLOS
from cards.formulary import PTH_ANALOGUES
from cards.rule import rule
from cards.verdict import WARNING, Finding, Verdict

LABELLED = {
    "teriparatide": "Teriparatide label since 2020: more than 2 years if the risk of fracture stays or becomes high "
    "again.",
    "abaloparatide": "Abaloparatide label: more than 2 years in a lifetime is not recommended.",
}


@rule(
    title="Lifetime limit of PTH analogues",
    rows=("R-LIM-01", "R-EXP-01", "R-CHOICE-04"),
    hooks=("patient-view", "order-select", "order-sign", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=anabolic_limit.WEIGHS,
    evidence=(FORTEO, TYMLOS),
    overrides=("benefit-outweighs-risk", "plan-in-place"),
    even_in=("restricted",),
    in_use_on=("medication-refill",),
    only_for_drafts_of=PTH_ANALOGUES,
)
def lifetime_limit_pth(chart: Chart) -> Verdict:
    """
    Speaks when teriparatide or abaloparatide is in use, or is being ordered, and both together were used for 730 days
    or more, counted through today. Only days that were surely used count: of a course without an end none after its
    start, of one that began some day in a month none before its last.

    Silent when neither is in use nor ordered, when an order ends them, and before 730 days.

    Because the labels allow 24 months in a lifetime: teriparatide longer only where the risk of fracture stays or is
    high again, abaloparatide not at all.
    """
    limit = chart.dials(AnabolicLimit).lifetime
    found = anabolic_limit.pth_used(chart, limit)
    if not isinstance(found, Used):
        return found
    sequel = anabolic_limit.sequel(chart, chart.today)
    told = f"{LIFETIME_MONTHS}-month" if limit == LIFETIME_DAYS else f"{limit}-day"
    return Finding(
        WARNING,
        f"{found.months} months of {found.drugs} used: {told} lifetime limit reached. Plan an antiresorptive.",
        found.facts,
        check_first=(*found.checks, *anabolic_course.still_standing(chart)),
        options=("An antiresorptive without a gap keeps the bone gained.", *sequel.options),
        differing=tuple(LABELLED[drug] for drug in found.concerned),
        suggestions=sequel.suggestions,
        alternatives=True,
        ingredient=found.drug,
        source=anabolic_limit.LABEL[found.drug],
        links=tuple(anabolic_limit.LABEL[drug] for drug in found.concerned),
    )
