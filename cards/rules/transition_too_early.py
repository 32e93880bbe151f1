"""A bisphosphonate comes too early after denosumab: while denosumab still acts, it does not bind to bone."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import barred, denosumab_schedule, denosumab_transition, exposure, offers
from cards.concepts.denosumab_transition import EarlyExit, Sequel
from cards.evidence.ects import ECTS21
from cards.formulary import BISPHOSPHONATES
from cards.orders import Change
from cards.rule import rule
from cards.verdict import INFO, WARNING, Action, Finding, Lacking, Silent, Suggestion, Verdict

CHART_HOOKS = ("patient-view", "encounter-discharge")


@rule(
    title="Bisphosphonate too early after denosumab",
    rows=("R-DEN-03", "R-DEN-03b"),
    hooks=(*CHART_HOOKS, "order-select", "order-sign", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=(*denosumab_schedule.HELPED_BY, "laboratory"),
    weighs=(*(name for name in barred.SECTIONS if name != "laboratory"), "appointments"),
    evidence=(ECTS21,),
    overrides=("clinically-inappropriate", "plan-in-place"),
    even_in=("restricted",),
    only_for_drafts_of=BISPHOSPHONATES,
)
def transition_too_early(chart: Chart) -> Verdict:
    """
    Speaks when a bisphosphonate is ordered for a day less than 5 months after the last dose of osteoporosis denosumab
    (a warning for zoledronic acid), and in the chart, from the day denosumab wore off until 18 months after the last
    dose, when zoledronic acid was given less than 5 months after it and neither CTX nor P1NP was measured since.

    Silent when the order is planned later, renews an oral bisphosphonate in use, or follows a finished exit; in the
    chart when a marker was measured or the infusion was repeated.

    Because denosumab shuts bone surfaces: zoledronic acid given early is lost, and the rebound comes all the same.
    """
    if chart.hook in CHART_HOOKS:
        return _in_chart(chart)
    answers = [denosumab_transition.sequel(chart, draft) for draft in chart.drafts if draft.selected]
    early = [each for each in answers if isinstance(each, Sequel) and each.too_early]
    if early:
        return _drafted(chart, min(early, key=lambda each: each.place))
    return next(
        (each for each in answers if isinstance(each, Lacking)),
        Silent(
            "no bisphosphonate is ordered too early after denosumab",
            tuple(fact for each in answers for fact in each.facts),
        ),
    )


def _drafted(chart: Chart, found: Sequel) -> Finding:
    due, drug = phrases.when(found.due), found.drug
    last = found.last.when
    ago = f"was {phrases.span(last.latest, chart.today)} ago" if last.exact else f"was {phrases.when(last)}"
    target = f" ({due})" if denosumab_schedule.of_one_month(found.due) else ""
    planned = f"on {phrases.when(found.planned)}" if denosumab_schedule.of_one_month(found.planned) else "sooner"
    suggestions: tuple[Suggestion, ...] = ()
    if found.due.exact:
        move = Change(found.draft.ref, start=found.due.latest)
        suggestions = (Suggestion(f"Move {drug} to {due}", (Action(f"Plan {drug} for {due}", move),)),)
    finding = Finding(
        INFO if exposure.is_oral(found.draft.order) else WARNING,
        f"Last denosumab {ago}: start {drug} about {denosumab_schedule.effect(chart)} after it{target}, not {planned}.",
        found.facts,
        check_first=denosumab_schedule.caveats(chart, found.last),
        suggestions=suggestions,
        ingredient=found.draft.ingredient,
    )
    bars = barred.of_draft(chart, found.draft)
    return finding if bars is None else denosumab_transition.for_specialist(chart, finding, found, bars)


def _in_chart(chart: Chart) -> Verdict:
    found = denosumab_transition.early_exit(chart)
    if not isinstance(found, EarlyExit):
        return found
    return Finding(
        WARNING,
        f"Zoledronic acid was given {found.after} after denosumab: check CTX/P1NP now, repeat if raised.",
        found.facts,
        check_first=found.caveats,
        options=("Repeat the infusion if a marker is raised, bone density falls or a fracture occurs.",),
        suggestions=(offers.work_up("Order CTX and P1NP", "ctx", "p1np"),),
        ingredient="zoledronic-acid",
    )
