"""An anabolic drug is ordered in the place of denosumab: the wrong sequel."""

from dataclasses import replace

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import barred, denosumab_follow_on, denosumab_offers, denosumab_schedule, denosumab_switch, offers
from cards.concepts.denosumab_schedule import DenosumabSchedule
from cards.evidence.ects import ECTS21
from cards.evidence.trials import DATA_SWITCH, ROMOSOZUMAB_AFTER_DENOSUMAB
from cards.formulary import ANABOLICS, name
from cards.rule import DRAFT, rule
from cards.verdict import WARNING, Because, Finding, Lacking, Silent, Verdict
from cards.when import MAYBE, NO, YES

WITH_DENOSUMAB = "teriparatide"


@rule(
    title="Denosumab to anabolic switch",
    rows=("R-DEN-04", "R-DEN-00"),
    hooks=("order-select", "order-sign"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=denosumab_offers.DOSE_SECTIONS,
    evidence=(DATA_SWITCH, ECTS21, ROMOSOZUMAB_AFTER_DENOSUMAB),
    overrides=("intentional-combination", "specialist-managing"),
    judges=(DRAFT,),
    even_in=("restricted",),
    only_for_drafts_of=ANABOLICS,
)
def denosumab_to_anabolic_switch(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when teriparatide, abaloparatide or romosozumab is ordered for a patient whose last dose of osteoporosis
    denosumab is at most 24 months old, and the exit from denosumab is not finished. Where calcium, kidney, femur or jaw
    bar denosumab and bisphosphonates alike, a specialist decides; where the new drug is barred, denosumab goes on.

    Silent when denosumab goes on beside teriparatide: a dose drafted here, or booked from 30 days before to 28 days
    after its due day. Romosozumab and abaloparatide beside denosumab were not studied.

    Because bone is lost when an anabolic drug follows denosumab: the rebound outruns it.
    """
    if draft.stops or draft.ingredient not in ANABOLICS:
        return Silent("the order gives no anabolic drug")
    last, due = denosumab_schedule.last_dose(chart), denosumab_schedule.due_when(chart)
    if last is None or due is None:
        return Silent("no denosumab dose is on record before this anabolic drug")
    dials, remembered = chart.dials(DenosumabSchedule), denosumab_schedule.remembered(chart)
    if remembered is NO:
        return Silent(f"the last denosumab dose is more than {dials.memory} months old", (last.because,))
    followed = denosumab_follow_on.follow_on(chart)
    assert followed is not None
    if followed.done is YES:
        return Silent("the exit from denosumab is finished", (last.because, *followed.because))
    beside = denosumab_offers.dose_beside(chart, due) if draft.ingredient == WITH_DENOSUMAB else None
    if beside is not None:
        return Silent("denosumab goes on beside teriparatide", (last.because, beside))
    if remembered is MAYBE:
        return denosumab_schedule.lacking_last_dose(last)
    if followed.done is MAYBE:
        return Lacking(followed.maybe, "Whether the exit from denosumab is finished is not sure", (last.because,))
    drug, goes_on = name(draft.ingredient), not denosumab_offers.never(chart)
    harm = f"Switching denosumab to {drug} {'causes' if draft.ingredient == WITH_DENOSUMAB else 'risks'} bone loss."
    finding = Finding(
        WARNING,
        f"{harm} Bridge with a bisphosphonate{' or stay on denosumab' if goes_on else ''}.",
        (last.because, Because("Next denosumab dose due", due), *followed.because),
        check_first=denosumab_offers.caveats(chart, last),
        options=(denosumab_switch.bridge(chart), f"{phrases.capital(drug)} together with denosumab was not studied."),
        differing=(denosumab_switch.IN_DATA_SWITCH, *denosumab_switch.SEEN_ON_SWITCH.get(draft.ingredient, ())),
        suggestions=(offers.take_back(draft),),
        ingredient=draft.ingredient,
    )
    if (specialist := denosumab_offers.specialist(chart, leaving=False)) is not None:
        summary = f"{harm} With {denosumab_switch.SWITCH_BARRED[specialist.bar]}"
        return denosumab_offers.to_specialist(finding, summary, specialist)
    if (bars := barred.of_draft(chart, draft)) is not None:
        return denosumab_switch.stay(chart, finding, harm, bars)
    if draft.ingredient != WITH_DENOSUMAB:
        return finding
    dose, beside_it = denosumab_offers.next_dose(chart), ("Or go on with denosumab beside teriparatide, on time.",)
    return replace(
        finding,
        summary=f"{harm} Continue denosumab with it, or bridge with a bisphosphonate." if goes_on else finding.summary,
        check_first=(*finding.check_first, *dose.checks),
        options=(finding.options[0], *(beside_it if goes_on else ()), *dose.options),
        suggestions=(*(replace(each, recommended=False) for each in dose.suggestions), *finding.suggestions),
        alternatives=True,
    )
