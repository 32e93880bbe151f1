"""On treatment without calcium or vitamin D on the medication list."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import exposure, failure_review, offers, supplements, treatment, vitamin_d
from cards.concepts.supplements import CALCIUM, VITAMIN_D
from cards.evidence.bhof import BHOF22
from cards.evidence.seed import SEED
from cards.formulary import name
from cards.rule import rule
from cards.verdict import INFO, Because, Finding, Line, Silent, Verdict

NO_VALUE = "No 25-OH vitamin D of the last {} is on file: measure it before the next dose."
BHOF = (
    "BHOF: calcium 1000 mg for men of 50 to 70, 1200 mg for women from 51 and men from 71; vitamin D 800 to 1000 IU; "
    "25-OH vitamin D 30 to 50 ng/mL."
)
DIET = "What the diet holds is not on record: ask before adding tablets."


@rule(
    title="Calcium and vitamin D beside treatment",
    rows=("R-SUP-01",),
    hooks=("patient-view",),
    reads=("medication_requests",),
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=supplements.SECTIONS,
    evidence=(SEED, BHOF22),
    overrides=("plan-in-place", "patient-declined", "clinically-inappropriate", "data-incorrect"),
)
def supplement_gap(chart: Chart) -> Verdict:
    """Speaks when a drug for osteoporosis is in use, calcium or vitamin D is not on the medication list, and this
    matters now: in the first 90 days of a drug, with a 25-OH vitamin D below 30 ng/mL, or before a dose of denosumab
    or zoledronic acid. At other times the gap is one line in another card, as is a 25-OH vitamin D that nobody
    measured for 12 months before such a dose; and calcium that is not listed where 25-OH vitamin D is below 20 ng/mL.

    Silent when both are listed, or may be, and without treatment. Calcium is not asked for where calcium is high, with
    advanced kidney disease, a stone of the urinary tract or sarcoidosis. A 25-OH vitamin D below 20 ng/mL has a card of
    its own, which tells of the vitamin.

    Because both belong to treatment, and an injection given where vitamin D is lacking may lower calcium.
    """
    drugs = treatment.in_use(chart)
    if not drugs:
        return treatment.none_in_use(chart)
    bars = supplements.bars(chart)
    absent = tuple(each for each in supplements.missing(chart) if each != CALCIUM or not bars)
    ahead, within = supplements.dose_ahead(chart), chart.dials(vitamin_d.VitaminD).current
    no_value = NO_VALUE.format(phrases.days(within, year="12 months"))
    unmeasured = (no_value,) if ahead and supplements.vitamin_d_unmeasured(chart) else ()
    if not absent:
        if unmeasured and ahead:
            return Line(no_value, (ahead,))
        why = "calcium is not advised, vitamin D" if bars else "calcium and vitamin D"
        return Silent(f"{why} may be on the medication list", (drugs[0].because, *bars))
    deficiency = supplements.deficiency(chart)
    if deficiency and CALCIUM not in absent:
        return Silent("the vitamin D deficiency has a card of its own", (deficiency,))
    now = [each for each in (supplements.new_drug(chart), supplements.low_vitamin_d(chart), ahead) if each]
    lacking = phrases.listed([name(each) for each in absent])
    aim = f"On {name(drugs[0].ingredient)} without {lacking} listed: {supplements.aim(chart, absent)}."
    unchecked = supplements.unchecked(chart) if CALCIUM in absent else ()
    if deficiency or not now:
        return Line(" ".join((aim, *unmeasured, *unchecked)), (drugs[0].because,))
    withheld = supplements.withheld(chart) if VITAMIN_D in absent else ()
    drafts = (supplements.draft(),) if VITAMIN_D in absent and not withheld else ()
    tests = (offers.work_up("Order 25-OH vitamin D", "vitamin-d-25oh"),) if unmeasured else ()
    return Finding(
        INFO,
        failure_review.fitting(aim, aim.replace(" (diet plus supplements)", "")),
        tuple(dict.fromkeys((drugs[0].because, *now, Because(f"Not on the medication list: {lacking}")))),
        check_first=(DIET, *unmeasured, *unchecked, *supplements.no_calcium(chart), *withheld),
        options=("Calcium 1000 to 1200 mg a day in all, from diet plus supplements.",) if CALCIUM in absent else (),
        differing=(BHOF,),
        suggestions=(*drafts, *tests),
    )
