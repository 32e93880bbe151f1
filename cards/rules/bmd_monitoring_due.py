"""Bone density was last measured long ago on treatment, or never."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import bone_scan, exposure, offers, treatment
from cards.evidence.aace import AACE20
from cards.evidence.seed import SEED
from cards.rule import Months, rule
from cards.verdict import INFO, Because, Finding, Silent, Verdict
from cards.when import YES

REPORTS = "A scan that stands in a report or a document alone is not seen here: look for a newer one."


@rule(
    title="Bone density due",
    rows=("R-MON-01",),
    hooks=("patient-view",),
    reads=("medication_requests", "bone_densities"),
    helped_by=(*exposure.MEDICATION_SECTIONS, "service_requests", "appointments"),
    weighs=("conditions",),
    evidence=(SEED, AACE20),
    overrides=("plan-in-place", "will-address-later", "patient-declined", "limited-life-expectancy"),
)
def bmd_monitoring_due(
    chart: Chart, *, interval: Months = Months(24, "from one bone density to the next on treatment")
) -> Verdict:
    """Speaks when a drug for osteoporosis is in use and the last bone density of spine or hip is 24 months old or
    older, or, where none is on record, when treatment has lasted that long.

    Silent when one was ordered in the last 12 months or is booked, when a newer one may have been made (a date that is
    not known to the day, a scan without its result, a result that could not be used), and without treatment. Forearm
    and heel do not count, nor does an order on hold.

    Because a loss of bone on treatment is seen in no other way, and a shorter interval rarely tells more than the
    error of measurement.
    """
    drugs = treatment.in_use(chart)
    if not drugs:
        return treatment.none_in_use(chart)
    made = bone_scan.scans(chart)
    recent = [each for each in made if each.when.plus_months(interval).on_or_before(chart.today) is not YES]
    if recent:
        return Silent(f"bone density was, or may have been, measured within {interval} months", (recent[-1].because,))
    if chart.bone_densities.unusable:
        return Silent("a bone density result that could not be used may be newer")
    begun = treatment.since(chart)
    if not made and begun.plus_months(interval).on_or_before(chart.today) is not YES:
        return Silent(f"no bone density is on record, and treatment is not surely {interval} months old",
                      (drugs[0].because,))  # fmt: skip
    if arranged := bone_scan.arranged(chart):
        return Silent("the next bone density is arranged", (arranged,))
    often = phrases.months(interval)
    if made:
        last, why = made[-1].when, (made[-1].because, drugs[0].because)
        summary = f"Last bone density {phrases.when(last)}: repeat DXA is due (every {often} on treatment)."
    else:
        why = (
            Because("No bone density of spine or hip on record; treated since", begun, drugs[0].ref),
            drugs[0].because,
        )
        told = f"No bone density on record in {phrases.span(begun.latest, chart.today)} of treatment"
        summary = f"{told}: DXA is due (every {often} on treatment)."
    return Finding(
        INFO,
        summary,
        why,
        check_first=(REPORTS, "The same scanner as before, where there is a choice: only then do two scans compare."),
        differing=("AACE asks for a scan every 1 to 2 years.",),
        suggestions=(offers.work_up("Order DXA of spine and hip", "dxa"),),
    )
