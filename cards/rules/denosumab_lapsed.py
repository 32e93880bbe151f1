"""Denosumab was left long ago, and nothing followed it."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import denosumab_delay, denosumab_offers, denosumab_schedule, exposure, offers
from cards.concepts.denosumab_follow_on import Kind
from cards.evidence.ects import ECTS21
from cards.formulary import OSTEOPOROSIS_DRUGS, name
from cards.rule import Months, rule
from cards.verdict import INFO, Finding, Lacking, Silent, Verdict
from cards.when import MAYBE, NO, months_between


@rule(
    title="Denosumab lapsed",
    rows=("R-DEN-00", "R-DEN-02"),
    hooks=("patient-view", "encounter-discharge", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=("conditions", "appointments"),
    evidence=(ECTS21,),
    overrides=("given-elsewhere", "plan-in-place", "specialist-managing", "will-address-later"),
    yields_to=("denosumab-discontinuation",),
    even_in=("restricted",),
)
def denosumab_lapsed(chart: Chart, *, until: Months = Months(60, "how long after the last dose it speaks")) -> Verdict:
    """
    Speaks when the last dose of osteoporosis denosumab is more than 24 and at most 60 months old, nothing followed it,
    and no other osteoporosis drug is in use.

    Silent when a follow-on was finished or is under way, when an osteoporosis drug is in use, and outside those months.

    Because the weeks of greatest rebound are over, but vertebrae may have broken unseen and the bone gained is lost:
    risk is judged anew and treatment chosen by it.
    """
    awaited = denosumab_delay.awaited(chart)
    if isinstance(awaited, Silent):
        return awaited
    last, remembered = awaited.last, denosumab_schedule.remembered(chart)
    recent = denosumab_schedule.within_months(chart, until)
    if remembered.surely:
        return Silent("the last dose is recent enough to be due or overdue", awaited.facts)
    if recent is NO:
        return Silent(f"the last dose is more than {until} months old", awaited.facts)
    if MAYBE in (remembered, recent):
        return denosumab_schedule.lacking_last_dose(last)
    if awaited.followed.maybe:
        return Lacking(awaited.followed.maybe, "Whether anything followed denosumab is not sure", awaited.facts)
    in_use = [drug for drug in OSTEOPOROSIS_DRUGS if drug != "denosumab" and exposure.active(chart, drug).possibly]
    if in_use or awaited.followed.kind is Kind.WEAK:
        drugs = phrases.listed([name(drug) for drug in in_use]) or "a weaker antiresorptive"
        return Silent(f"{drugs} is in use", awaited.facts)
    months = months_between(last.when.latest, chart.today)
    return Finding(
        INFO,
        f"Denosumab stopped {months} months ago with no follow-on recorded. Reassess fracture risk and BMD.",
        awaited.facts,
        check_first=(*denosumab_schedule.caveats(chart, last), "Ask about back pain and height loss."),
        options=("Vertebral imaging, bone density and CTX; then choose treatment by current risk.",),
        suggestions=(
            offers.work_up("Image the spine", "spine-radiograph"),
            offers.work_up("Order bone density and CTX", "dxa", "ctx"),
            denosumab_offers.record_elsewhere(),
        ),
    )
