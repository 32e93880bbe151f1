"""An anabolic course has ended, or ends with this order, and nothing keeps the bone it built."""

from datetime import date

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import anabolic_course, exposure, failure_review, next_agent
from cards.evidence.acp import ACP23
from cards.evidence.acr import ACR22
from cards.evidence.seed import SEED
from cards.formulary import ANABOLICS, name
from cards.rule import rule
from cards.verdict import WARNING, Because, Finding, Lacking, Silent, Verdict
from cards.when import MAYBE, NO, YES, When


@rule(
    title="Antiresorptive after an anabolic agent",
    rows=("R-SEQ-01", "R-CHOICE-04"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=failure_review.WEIGHS,
    evidence=(ACR22, SEED, ACP23),
    overrides=("plan-in-place", "given-elsewhere", "patient-declined"),
    even_in=("restricted",),
    in_use_on=("medication-refill",),
    only_for_drafts_of=ANABOLICS,
)
def anabolic_follow_on(chart: Chart) -> Verdict:
    """Speaks when teriparatide, abaloparatide or romosozumab ended more than a month and at most 24 months ago and no
    antiresorptive has been recorded from 90 days before the end on; and at once when an order stops one of them, or
    is the last dose of romosozumab, without an antiresorptive beside it.

    Silent when an anabolic agent is in use or another one is being ordered, and when an antiresorptive followed.

    Because the bone gained is lost again unless an antiresorptive holds it.
    """
    ending = anabolic_course.ending_drafts(chart)
    if ending or chart.hook in ("order-select", "order-sign"):
        return _on_order(chart, ending)
    if beside := anabolic_course.ordered_beside(chart, ending):
        return Silent(beside)
    exposure.nothing_missed(chart)
    if current := anabolic_course.current(chart):
        return anabolic_course.order_too_old(chart) or Silent(f"{name(current)} is in use")
    if (course := anabolic_course.ended(chart)) is None:
        return Silent("no course of an anabolic agent is recorded")
    drug, facts = name(course.ingredient), (course.because,)
    passed = anabolic_course.sequel_overdue(chart, course)
    recent = anabolic_course.sequel_asked_for(chart, course)
    followed = anabolic_course.followed(chart, course.end)
    if passed is NO:
        return Silent("the anabolic course ended too recently to miss its sequel", facts)
    if recent is NO:
        return Silent("the anabolic course ended too long ago", facts)
    if followed is YES:
        return Silent("an antiresorptive followed the anabolic course", facts)
    if MAYBE in (passed, recent, followed):
        what = f"the end of {drug} treatment" if followed is NO else f"what followed {drug}, and when"
        return Lacking(what, f"Whether an antiresorptive is missing after {drug} cannot be told.", facts)
    return _warn(chart, f"{phrases.capital(drug)} ended {phrases.when(course.end)} with no antiresorptive since", facts)


def _on_order(chart: Chart, ending: tuple[Draft, ...]) -> Verdict:
    if not ending:
        return Silent("no anabolic agent is being stopped or given for the last time")
    if beside := anabolic_course.ordered_beside(chart, ending):
        return Silent(beside)
    exposure.nothing_missed(chart)
    if anabolic_course.followed(chart, When.on(chart.today)).possibly:
        return Silent("an antiresorptive is recorded already")
    how = "stopped" if ending[0].stops else "given for the last time"
    told = f"{phrases.capital(name(ending[0].ingredient))} {how}"
    fact, due = Because(f"{told} by this order", None, ending[0].ref), anabolic_course.sequel_start(chart, ending[0])
    return _warn(chart, f"{told} with no antiresorptive ordered", (fact,), due)


def _warn(chart: Chart, told: str, facts: tuple[Because, ...], due: date | None = None) -> Finding:
    choice = next_agent.choose(chart, next_agent.Situation.AFTER_ANABOLIC, due=due)
    return Finding(
        WARNING,
        f"{told}. Start one to keep the bone gained.",
        facts,
        check_first=anabolic_course.still_standing(chart),
        options=(*choice.notes, *choice.excluded, *choice.unjudged),
        differing=("The ACP asks for a bisphosphonate; other sources for an antiresorptive, none preferred.",),
        suggestions=(*choice.suggestions, *choice.tests),
        alternatives=True,
    )
