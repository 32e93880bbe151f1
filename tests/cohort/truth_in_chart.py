"""What the opened chart should say of risk, reviews, sequels, results and monitoring."""

from datetime import date

from tests.cohort.days import age, days, months
from tests.cohort.history import SILENT
from tests.cohort.truth import (
    INFO,
    WARNING,
    Seen,
    Truth,
    any_drug,
    broken,
    denosumab_in_use,
    episodes,
    follow_on,
    infusion_covers,
    on,
    on_romosozumab,
    response,
    romosozumab_covers,
    romosozumab_end,
    romosozumab_goes_on,
)

OPEN = ""
"""The specification leaves it open: on an earlier course, or under an order that nobody ended."""

HIGHEST = -35
"""T-score of very high risk, in tenths."""


def of_risk(seen: Seen) -> Truth:
    today, told = seen.today, seen.told
    found, off = response(seen), of_holiday(seen).get("fracture-off-bisphosphonate", SILENT)
    last, events = seen.last, broken(seen)
    ended = [(each.end, (each.end - each.start).days >= 365) for each in told.teriparatide() if each.end]
    romosozumab = romosozumab_end(seen)
    if romosozumab:
        ended.append((romosozumab, len(told.romosozumab) >= 6))
    held = seen.oral_ongoing() or infusion_covers(seen)
    if found.inadequate == OPEN:
        return {"very-high-risk": OPEN}
    if (
        found.failed or found.several or off != SILENT
        or seen.ongoing("teriparatide") or romosozumab_goes_on(seen)
        or any(enough and (end >= months(today, -24) or held) for end, enough in ended)
        or (last is not None and today <= months(last, 24))
    ):  # fmt: skip
        return {"very-high-risk": SILENT}
    low = [
        each for each in told.scans
        if months(today, -60) <= each.day <= today and min(each.t.values()) <= HIGHEST
    ]  # fmt: skip
    newest = max((each for each in told.scans if each.day <= today), key=lambda each: each.day, default=None)
    if held:
        starts = [episode.start for episode in episodes(seen) if episode.current]
        if infusion_covers(seen):
            starts.append(series_start(seen))
        recent = [each.day for each in events if each.day >= months(today, -24)]
        fresh = any(each >= day for each in recent for day in starts)
        below = newest in low and any(newest.day >= months(day, 12) for day in starts)
        earlier = any(on(episode, each) for each in recent for episode in episodes(seen))
        earlier = earlier or any(day <= each <= days(months(day, 12), 90) for each in recent for day in told.infusions)
        earlier = earlier or any(day <= each <= days(months(day, 6), 90) for each in recent for day in told.denosumab)
        return {"very-high-risk": INFO if fresh or below else OPEN if earlier else SILENT}
    if last is not None and told.standing == "active":
        return {"very-high-risk": OPEN}
    risk = told.frax is not None and told.frax[0] >= 300 and months(today, -24) <= told.frax[1] <= today
    return {"very-high-risk": INFO if events or newest in low or risk else SILENT}


def series_start(seen: Seen) -> date:
    """The first infusion of the series that covers today: the next within 12 months and 90 days of the one before."""
    given = [day for day in seen.told.infusions if day <= seen.today]
    first = given[-1]
    for earlier in reversed(given[:-1]):
        if first > days(months(earlier, 12), 90):
            break
        first = earlier
    return first


def of_holiday(seen: Seen) -> Truth:
    today, last = seen.today, seen.last
    silent = dict.fromkeys(("bp-drug-holiday-consider", "bp-long-term-review", "fracture-off-bisphosphonate"), SILENT)
    awaiting = last is not None and today <= months(last, 24) and follow_on(seen) != "done"
    if awaiting and follow_on(seen) == "?":
        return {}
    found = dict(silent)
    if not awaiting and _review_today(seen):
        outcome = response(seen)
        if not outcome.failed:
            t = hip_t(seen, months(today, -24))
            low = age(seen.told.born, today) <= 75 and not broken(seen) and outcome.inadequate == SILENT
            low = low and (t is None or t > -25)
            if low and extreme(seen):
                found |= {"bp-drug-holiday-consider": OPEN, "bp-long-term-review": OPEN}
            elif low and t is not None:
                found["bp-drug-holiday-consider"] = INFO
            else:
                found["bp-long-term-review"] = INFO
    found |= _off(seen)
    return found


def hip_t(seen: Seen, since: date) -> int | None:
    scans = [each for each in seen.told.scans if since <= each.day <= seen.today]
    return max(scans, key=lambda each: each.day).t["total hip"] if scans else None


def extreme(seen: Seen) -> bool:
    """A criterion of very high risk beside a low risk by the list of the holiday: the specification weighs neither."""
    scans = [each for each in seen.told.scans if months(seen.today, -60) <= each.day <= seen.today]
    newest = max(scans, key=lambda each: each.day, default=None)
    risk = seen.told.frax
    probable = risk is not None and risk[0] >= 300 and months(seen.today, -24) <= risk[1] <= seen.today
    return probable or (newest is not None and min(newest.t.values()) <= HIGHEST)


def _review_today(seen: Seen) -> bool:
    today = seen.today
    for each in episodes(seen):
        if each.current and _in_window(each.start, 60, today):
            return True
    given = [day for day in seen.told.infusions if day <= today]
    return len(given) >= 3 and _in_window(given[0], 36, today) and today <= months(given[-1], 18)


def _in_window(start: date, first: int, today: date) -> bool:
    """Half a year from the first review on, then thirty days to each side of every anniversary."""
    if months(start, first) <= today < months(start, first + 6):
        return True
    return any(abs((today - months(start, each)).days) <= 30 for each in range(first + 12, 600, 12))


def _off(seen: Seen) -> Truth:
    today, told = seen.today, seen.told
    for episode in episodes(seen):
        if episode.current or episode.end < months(episode.start, 36):
            continue
        for each in broken(seen):
            if days(episode.end, 90) < each.day <= months(episode.end, 60):
                if denosumab_in_use(seen) is not False or (seen.last and today <= months(seen.last, 24)):
                    return {"fracture-off-bisphosphonate": SILENT}
                later = [day for day in (*told.denosumab, *told.infusions, *told.romosozumab) if day > episode.end]
                later += [one.start for one in told.courses if one.start > episode.end]
                failed = response(seen).failed
                return {"fracture-off-bisphosphonate": SILENT if later or failed else WARNING}
    if len(told.infusions) >= 3 and _broke_after_infusions(seen):
        return {"fracture-off-bisphosphonate": ""}
    return {}


def _broke_after_infusions(seen: Seen) -> bool:
    return any(each.day > months(seen.told.infusions[-1], 12) for each in broken(seen))


def of_sequel(seen: Seen) -> Truth:
    """What follows an anabolic course, and how much of a lifetime's limit is used."""
    today, told = seen.today, seen.told
    found = dict.fromkeys(("anabolic-follow-on", "anabolic-course-ending", "lifetime-limit-pth"), SILENT)
    ends = [each.end for each in told.teriparatide() if each.end]
    romosozumab = romosozumab_end(seen)
    if romosozumab:
        ends.append(romosozumab)
    goes_on = seen.ongoing("teriparatide") or romosozumab_goes_on(seen)
    if ends and not goes_on:
        end = max(ends)
        evidence = [*told.denosumab, *told.infusions, *(each.start for each in told.oral())]
        since = days(end, -90)
        followed = any(since <= day <= today for day in evidence)
        followed = followed or any(
            seen.used_after(each, since) or (each.end and each.end >= end) for each in told.oral()
        )
        followed = followed or any(months(day, 12) >= end for day in told.infusions)
        if months(end, 1) < today <= months(end, 24) and not followed:
            found["anabolic-follow-on"] = WARNING
    if len(told.romosozumab) == 12 and (today - told.romosozumab[-1]).days <= 62:
        del found["anabolic-course-ending"]
    elif romosozumab_goes_on(seen) and len(told.romosozumab) >= 10:
        found["anabolic-course-ending"] = INFO
    if seen.ongoing("teriparatide"):
        used = sum((seen.until(each) - each.start).days for each in told.teriparatide())
        if any(abs(used - limit) <= 1 for limit in (548, 730)):
            return {key: value for key, value in found.items() if key == "anabolic-follow-on"}
        if used > 730:
            found["lifetime-limit-pth"] = WARNING
        elif used > 548:
            found["anabolic-course-ending"] = INFO
    return found


def of_results(seen: Seen) -> Truth:
    """Kidney, calcium and vitamin D for the drugs in use."""
    tablets = {each.drug for each in seen.oral_ongoing()}
    kidney, year = seen.newest("egfr"), seen.within("egfr", 365)
    limits = {"alendronate": 350, "risedronate": 300}
    weak = any(year is not None and year < limits[drug] for drug in tablets)
    failing = kidney is not None and kidney[0] < 300
    found: Truth = {"renal-contraindication": WARNING if tablets and (weak or failing) else SILENT}
    denosumab = denosumab_in_use(seen)
    if denosumab is not None:
        found["denosumab-hypocalcemia-ckd"] = WARNING if denosumab and failing else SILENT
    calcium, vitamin_d = seen.within("calcium", 90), seen.within("vitamin-d", 365)
    injected = infusion_covers(seen) or on_romosozumab(seen)
    on_any = bool(tablets) or injected or denosumab is True
    if on_any or denosumab is False:
        low = calcium is not None and calcium < 85
        found["hypocalcemia-contraindication"] = WARNING if on_any and low else SILENT
    lacking = vitamin_d is not None and vitamin_d < 200
    on_any = on_any or bool(seen.ongoing("teriparatide"))
    if (on_any or denosumab is False) and not (denosumab and failing):
        found["vitamin-d-deficiency"] = INFO if on_any and lacking else SILENT
    return found


def of_pairs(seen: Seen) -> Truth:
    """Two drugs in use that do the same."""
    found = dict.fromkeys(("duplicate-antiresorptive", "duplicate-anabolic", "duplicate-denosumab-product"), SILENT)
    tablets, denosumab, last = seen.oral_ongoing(), denosumab_in_use(seen), seen.last
    two = len({each.drug for each in tablets}) > 1
    beside = tablets and romosozumab_covers(seen)
    forgotten = last is not None and any(not seen.used_after(each, last) for each in tablets)
    if two or beside or (forgotten and denosumab):
        found["duplicate-antiresorptive"] = WARNING
    elif (forgotten and denosumab is None) or (tablets and romosozumab_covers(seen) is None):
        del found["duplicate-antiresorptive"]
    return found


def of_monitoring(seen: Seen) -> Truth:
    today, told = seen.today, seen.told
    found: Truth = {}
    denosumab = denosumab_in_use(seen)
    on_drug = any_drug(seen) or denosumab is True
    scans = [each.day for each in told.scans if each.day <= today]
    if scans and (on_drug or denosumab is False):
        found["bmd-monitoring-due"] = INFO if on_drug and months(max(scans), 24) <= today else SILENT
    elif not on_drug and denosumab is False:
        found["bmd-monitoring-due"] = SILENT
    elif not scans:
        long = any(each.end is None and months(each.start, 24) <= today for each in told.courses)
        begun = [*told.denosumab, *told.infusions, *told.romosozumab, *(each.start for each in told.courses)]
        if long or all(months(day, 24) > today for day in begun):
            found["bmd-monitoring-due"] = INFO if long else SILENT
    if told.frax is not None:
        due = months(told.frax[1], 24) <= today and age(told.born, today) <= 90
        found["fracture-risk-assessment-due"] = INFO if due else SILENT
    else:
        found["fracture-risk-assessment-due"] = SILENT
    if told.supplements:
        found["supplement-gap"] = SILENT
    elif seen.oral_ongoing() and not (told.denosumab or told.infusions or told.romosozumab or told.teriparatide()):
        vitamin_d = seen.within("vitamin-d", 365)
        new = [each for each in seen.oral_ongoing() if (today - each.start).days <= 90]
        low = vitamin_d is not None and vitamin_d < 300
        again = all(any(one.drug == each.drug and one.start < each.start for one in told.oral()) for each in new)
        if low or not (new and again):
            found["supplement-gap"] = INFO if new or low else SILENT
    return found
