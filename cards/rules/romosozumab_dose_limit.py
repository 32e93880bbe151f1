"""Romosozumab is ordered after its twelve doses."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import anabolic_course, anabolic_limit, exposure, offers
from cards.concepts.anabolic_course import ROMOSOZUMAB
from cards.evidence.fda_labels import EVENITY
from cards.rule import DRAFT, rule
from cards.verdict import WARNING, Finding, Lacking, Silent, Verdict


@rule(
    title="Romosozumab dose limit",
    rows=("R-LIM-02", "R-EXP-04", "R-CHOICE-04"),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=anabolic_limit.WEIGHS,
    evidence=(EVENITY,),
    overrides=("data-incorrect", "specialist-managing", "benefit-outweighs-risk"),
    judges=(DRAFT,),
    even_in=("restricted",),
    only_for_drafts_of=(ROMOSOZUMAB,),
)
def romosozumab_dose_limit(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when romosozumab is ordered and 12 doses or more were given, whenever that was. Where no dose is recorded,
    the months that an active order of the last year has run stand in for them, and the card says so.

    Silent when the order ends romosozumab, and when fewer doses are on record. Where it was used or ordered and its
    doses are not recorded, their days are asked for: there may have been twelve.

    Because the course is 12 monthly doses; its effect on formation is spent, and an antiresorptive keeps the bone.
    """
    if draft.stops:
        return Silent("the order ends romosozumab")
    given, limit = anabolic_course.romosozumab_given(chart), chart.dials(exposure.Exposure).romosozumab_doses
    facts = given.facts
    if given.most < limit:
        told = f"{phrases.plural(given.most, 'dose')} of romosozumab {'at most' if given.untold else 'on record'}"
        return Silent(f"{told}, fewer than {limit}", facts)
    if given.least < limit:
        why = f"Whether {limit} doses were given cannot be told"
        return Lacking("the days on which romosozumab was given", why, facts)
    about = "About " if given.since else ""
    sequel = anabolic_limit.sequel(chart, chart.today)
    return Finding(
        WARNING,
        f"{about}{given.least} romosozumab doses given: {limit}-dose limit reached. Change to an antiresorptive.",
        facts,
        check_first=(*anabolic_limit.estimated(given), *anabolic_course.still_standing(chart)),
        options=("An antiresorptive in its place keeps the bone gained.", *sequel.options),
        suggestions=offers.instead((offers.take_back(draft),), sequel.suggestions),
        alternatives=True,
        ingredient=ROMOSOZUMAB,
    )
