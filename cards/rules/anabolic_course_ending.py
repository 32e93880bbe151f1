"""The course of an anabolic agent nears its end: the antiresorptive is planned now."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import anabolic_course, anabolic_limit, exposure
from cards.concepts.anabolic_limit import Ending
from cards.evidence.fda_labels import EVENITY, FORTEO, TYMLOS
from cards.formulary import ANABOLICS, name
from cards.rule import rule
from cards.verdict import INFO, Because, Finding, Verdict
from cards.when import When


@rule(
    title="Anabolic course ending",
    rows=("R-LIM-01", "R-LIM-02", "R-EXP-04", "R-CHOICE-04"),
    hooks=("patient-view", "order-select", "order-sign", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=anabolic_limit.WEIGHS,
    evidence=(FORTEO, TYMLOS, EVENITY),
    overrides=("benefit-outweighs-risk", "plan-in-place"),
    yields_to=(
        "lifetime-limit-pth", "romosozumab-dose-limit", "anabolic-follow-on", "pregnancy-contraindication", "allergy",
        "hypercalcemia-contraindication", "osteosarcoma-risk", "romosozumab-cv-warning",
    ),
    even_in=("restricted",),
    in_use_on=("medication-refill",),
    only_for_drafts_of=ANABOLICS,
)  # fmt: skip
def anabolic_course_ending(chart: Chart) -> Verdict:
    """
    Speaks when teriparatide or abaloparatide is in use, or is being ordered, and 548 days or more of the 730 in a
    lifetime were surely used; and when romosozumab goes on after 10 doses or more (where none is recorded: after as
    many months of an active order of the last year).

    Silent when less was used, when the course is over or the limit is reached, when an order ends it, and beside a card
    that says to end the drug sooner.

    Because the bone gained is lost again unless an antiresorptive takes over at once, and its start takes planning.
    """
    found = anabolic_limit.ending(chart)
    if not isinstance(found, Ending):
        return found
    sequel = anabolic_limit.sequel(chart, found.end)
    return Finding(
        INFO,
        f"{phrases.capital(name(found.drug))} course ends about {phrases.day(found.end)}. "
        "Plan the antiresorptive to start then.",
        (*found.facts, Because("The course ends about", When.on(found.end))),
        check_first=(*found.checks, *anabolic_course.still_standing(chart)),
        options=sequel.options,
        suggestions=sequel.suggestions,
        alternatives=True,
        ingredient=found.drug,
        source=anabolic_limit.LABEL[found.drug],
        links=(),
    )
