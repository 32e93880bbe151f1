"""What signing an order should say, from the planned story and the order alone."""

from tests.cohort.days import days, months
from tests.cohort.history import ORAL, SILENT, Order
from tests.cohort.truth import (
    CRITICAL,
    INFO,
    WARNING,
    Seen,
    Truth,
    course_start,
    denosumab_in_use,
    follow_on,
    of_response,
    on_romosozumab,
    romosozumab_covers,
    romosozumab_goes_on,
)

TOPICS = (
    "denosumab-discontinuation", "transition-too-early", "denosumab-transition-plan", "denosumab-start-commitment",
    "denosumab-to-anabolic-switch", "duplicate-denosumab-product", "denosumab-hypocalcemia-ckd",
    "denosumab-long-term-review", "treatment-failure", "inadequate-response", "oral-bp-absorption-adherence",
    "anabolic-follow-on", "anabolic-course-ending", "lifetime-limit-pth", "romosozumab-dose-limit",
    "renal-contraindication", "missing-renal-function", "hypocalcemia-contraindication", "vitamin-d-deficiency",
    "duplicate-antiresorptive", "duplicate-anabolic", "pth-analog-caution", "romosozumab-renal-caution",
    "not-indicated-population",
)  # fmt: skip
OF_RESPONSE = ("treatment-failure", "inadequate-response", "oral-bp-absorption-adherence")
OPEN = ""
"""The specification leaves it open."""


def of_order(seen: Seen, order: Order) -> Truth:
    found = dict.fromkeys(TOPICS, SILENT)
    if order.stops:
        return found | _stopped(seen)
    found |= _safety(seen, order)
    match order.drug:
        case "zoledronic acid":
            found |= _infusion(seen, order)
        case "alendronate":
            found |= _tablets(seen, order)
        case "denosumab":
            found |= _denosumab(seen, order)
        case "teriparatide":
            found |= _teriparatide(seen)
        case "romosozumab":
            found |= _romosozumab(seen)
    return found


def _stopped(seen: Seen) -> Truth:
    after = follow_on(seen)
    level = {"done": SILENT, "ongoing": SILENT, "early": WARNING, "?": OPEN}.get(after, CRITICAL)
    return {"denosumab-discontinuation": level}


def _safety(seen: Seen, order: Order) -> Truth:
    """Kidney, calcium and vitamin D before a drug that needs them."""
    kidney, year = seen.newest("egfr"), seen.within("egfr", 365)
    calcium, vitamin_d = seen.within("calcium", 90), seen.within("vitamin-d", 365)
    failing = kidney is not None and kidney[0] < 300
    below = failing or (year is not None and year < 350)
    low = calcium is not None and calcium < 85
    lacking = vitamin_d is not None and vitamin_d < 200
    found: Truth = {}
    if low and order.drug != "teriparatide":
        found["hypocalcemia-contraindication"] = CRITICAL
    if lacking and order.drug in ("zoledronic acid", "denosumab", "romosozumab"):
        found["vitamin-d-deficiency"] = WARNING
    match order.drug:
        case "zoledronic acid":
            if below:
                found["renal-contraindication"] = CRITICAL
            elif seen.within("egfr", 90) is None:
                found["missing-renal-function"] = WARNING
        case "alendronate" if below:
            found["renal-contraindication"] = WARNING
        case "denosumab" if failing:
            found |= {"denosumab-hypocalcemia-ckd": CRITICAL, "vitamin-d-deficiency": SILENT}
        case "teriparatide" if failing:
            found["pth-analog-caution"] = WARNING if year is not None else OPEN
        case "romosozumab" if failing:
            found["romosozumab-renal-caution"] = WARNING
    return found


def _sequel(seen: Seen, order: Order) -> Truth:
    """A bisphosphonate ordered within a year of denosumab."""
    last, today = seen.last, seen.today
    if last is None or today > months(last, 12):
        return {}
    after = follow_on(seen)
    if after == "?":
        return {"transition-too-early": OPEN, "denosumab-transition-plan": OPEN}
    if after == "done" or (after == "ongoing" and order.drug in ORAL):
        return {}
    if order.planned < months(last, 5):
        return {"transition-too-early": WARNING if order.drug == "zoledronic acid" else INFO}
    late = order.planned > max(today, months(last, 7))
    return {"denosumab-transition-plan": WARNING if late else INFO}


def _before_romosozumab_ends(seen: Seen, order: Order) -> bool:
    return bool(romosozumab_covers(seen)) and order.planned < months(seen.told.romosozumab[-1], 1)


def _infusion(seen: Seen, order: Order) -> Truth:
    found = _sequel(seen, order)
    last, given = seen.last, [day for day in seen.told.infusions if day <= seen.today]
    exit_ = last is not None and seen.today <= months(last, 24)
    soon = given and order.planned < months(given[-1], 11) and not exit_
    if soon or seen.oral_ongoing() or _before_romosozumab_ends(seen, order):
        found["duplicate-antiresorptive"] = WARNING
    return found


def _tablets(seen: Seen, order: Order) -> Truth:
    found = _sequel(seen, order)
    judged = of_response(seen)
    found |= {key: judged.get(key, OPEN) for key in OF_RESPONSE}
    if "data-gap" in judged:
        found["data-gap"] = OPEN
    if any(each.drug != order.drug for each in seen.oral_ongoing()) or _before_romosozumab_ends(seen, order):
        found["duplicate-antiresorptive"] = WARNING
    return found


def _denosumab(seen: Seen, order: Order) -> Truth:
    found: Truth = {}
    last, today = seen.last, seen.today
    after = follow_on(seen) if last else "none"
    if after == "?":
        found["denosumab-start-commitment"] = OPEN
    elif last is None or after == "done" or order.planned > months(last, 12):
        found["denosumab-start-commitment"] = INFO
    if last is not None and order.planned < months(last, 5):
        found["duplicate-denosumab-product"] = WARNING
    sequel = last is not None and all(seen.used_after(each, last) for each in seen.oral_ongoing())
    if _before_romosozumab_ends(seen, order) or (seen.oral_ongoing() and not sequel):
        found["duplicate-antiresorptive"] = WARNING
    elif seen.oral_ongoing() and today != last:
        found["duplicate-antiresorptive"] = OPEN
    if last is not None and today <= months(last, 24):
        first, due = course_start(seen), months(last, 6)
        if after in ("early", "interrupted", "?"):
            found["denosumab-long-term-review"] = OPEN
        elif after == "none":
            five = months(first, 54) <= last < months(first, 60)
            ten = months(first, 114) <= last and days(due, -30) <= today <= days(due, 28)
            found["denosumab-long-term-review"] = INFO if five or ten else SILENT
    return found


def _switch(seen: Seen) -> Truth:
    last = seen.last
    if last is None or seen.today > months(last, 24):
        return {}
    after = follow_on(seen)
    level = {"done": SILENT, "?": OPEN}.get(after, WARNING)
    return {"denosumab-to-anabolic-switch": level}


def _teriparatide(seen: Seen) -> Truth:
    found = _switch(seen)
    booked, last = seen.told.booked, seen.last
    if booked is not None and last is not None:
        due = months(last, 6)
        if max(seen.today, days(due, -30)) <= booked <= days(due, 28):
            found["denosumab-to-anabolic-switch"] = SILENT
    used = sum((seen.until(each) - each.start).days for each in seen.told.teriparatide())
    if abs(used - 730) <= 1:
        found["lifetime-limit-pth"] = OPEN
    elif used > 730:
        found["lifetime-limit-pth"] = WARNING
    if used >= 546:
        found["anabolic-course-ending"] = OPEN
    if romosozumab_goes_on(seen):
        found["duplicate-anabolic"] = WARNING
    elif on_romosozumab(seen):
        found["duplicate-anabolic"] = OPEN
    return found


def _romosozumab(seen: Seen) -> Truth:
    found, given = _switch(seen), len(seen.told.romosozumab)
    if seen.told.sex == "male":
        found["not-indicated-population"] = WARNING
    if given >= 12:
        found["romosozumab-dose-limit"] = WARNING
    elif given == 11:
        found |= {"anabolic-follow-on": OPEN if not romosozumab_goes_on(seen) else WARNING}
    if given in (10, 11):
        found["anabolic-course-ending"] = OPEN
    switch, calcium = found.get("denosumab-to-anabolic-switch") == WARNING, seen.within("calcium", 90)
    taken_back = given >= 12 or (switch and calcium is not None and calcium < 85)
    if seen.oral_ongoing():
        # Where another card takes the order of romosozumab back already, one card may do.
        found["duplicate-antiresorptive"] = OPEN if taken_back else WARNING
    elif switch:
        found["duplicate-antiresorptive"] = SILENT
    elif denosumab_in_use(seen) is not False:
        found["duplicate-antiresorptive"] = OPEN
    if seen.ongoing("teriparatide"):
        found["duplicate-anabolic"] = WARNING
    return found
