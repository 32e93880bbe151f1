"""What the doctor should see, from the planned story alone: for each topic silent, info, warning or critical.

Written from the rule specification with the cohort's own calendar. A topic is left out where the specification leaves
the planned story open; the table counts it as not judged.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.cohort.days import age, covered, days, months
from tests.cohort.history import SILENT, Course, Fracture, History, Scan

INFO, WARNING, CRITICAL = "info", "warning", "critical"
LOWER = {CRITICAL: WARNING, WARNING: INFO, INFO: SILENT, SILENT: SILENT}
Truth = dict[str, str]
Span = tuple[date, date]

TOPICS = (
    "denosumab-discontinuation", "denosumab-due", "denosumab-overdue", "denosumab-lapsed", "transition-too-early",
    "denosumab-transition-plan", "denosumab-long-term-review", "denosumab-start-commitment",
    "denosumab-to-anabolic-switch", "duplicate-denosumab-product", "denosumab-hypocalcemia-ckd",
    "treatment-failure", "inadequate-response", "oral-bp-absorption-adherence", "very-high-risk",
    "bp-drug-holiday-consider", "bp-long-term-review", "fracture-off-bisphosphonate",
    "anabolic-follow-on", "anabolic-course-ending", "lifetime-limit-pth", "romosozumab-dose-limit",
    "renal-contraindication", "missing-renal-function", "hypocalcemia-contraindication", "vitamin-d-deficiency",
    "duplicate-antiresorptive", "duplicate-anabolic", "pth-analog-caution", "romosozumab-renal-caution",
    "not-indicated-population", "bmd-monitoring-due", "fracture-risk-assessment-due", "supplement-gap",
    "treatment-failure-possible", "allergy", "aff-diagnosed", "aff-suspected", "onj", "onj-dental", "lifestyle",
    "dose-frequency", "esophageal-contraindication", "upper-gi-caution", "hypercalcemia-contraindication",
    "osteosarcoma-risk", "romosozumab-cv-warning", "romosozumab-cv-caution", "pregnancy-contraindication",
    "infection-risk-immunosuppression", "denosumab-appointment-late", "data-gap",
)  # fmt: skip
"""Every topic a card may have. Those that no planned story brings about must stay silent in all of them."""


@dataclass(frozen=True)
class Seen:
    """A story as it stands on the day the chart is opened."""

    told: History
    today: date

    @property
    def last(self) -> date | None:
        return max((day for day in self.told.denosumab if day <= self.today), default=None)

    def until(self, course: Course) -> date:
        return course.end or self.today

    def ongoing(self, *drugs: str) -> list[Course]:
        return [each for each in self.told.courses if each.drug in drugs and each.end is None]

    def oral_ongoing(self) -> list[Course]:
        return [each for each in self.told.oral() if each.end is None]

    def used_after(self, course: Course, day: date) -> bool:
        """The record shows the tablets in use after that day: begun, filled or renewed since."""
        if course.start > day:
            return True
        if course.fills and self.until(course) > day + timedelta(days=course.fills):
            return True
        return course.renewed and any(day < each <= self.until(course) for each in renewals(course, self.today))

    def newest(self, test: str) -> tuple[int, date] | None:
        found = [each for each in self.told.results if each.test == test and each.day <= self.today]
        newest = max(found, key=lambda each: each.day, default=None)
        return (newest.tenths, newest.day) if newest else None

    def within(self, test: str, limit: int) -> int | None:
        """The newest value, in tenths, where it is at most `limit` days old."""
        found = self.newest(test)
        return found[0] if found and (self.today - found[1]).days <= limit else None


def renewals(course: Course, today: date) -> list[date]:
    """The days on which the order was written anew, a year apart."""
    if not course.renewed:
        return []
    end, found = course.end or today, []
    while (day := months(course.start, 12 * (len(found) + 1))) < end:
        found.append(day)
    return found


# Fractures


def broken(seen: Seen) -> list[Fracture]:
    """Fragility fractures, one event each: a site coded again within 180 days is the same event."""
    kept: list[Fracture] = []
    for each in sorted(seen.told.fractures, key=lambda each: each.day):
        young = each.kind == "presumed" and age(seen.told.born, each.day) < 50
        if each.kind == "high-energy" or young or each.day > seen.today:
            continue
        if not any(one.site == each.site and (each.day - one.day).days <= 180 for one in kept):
            kept.append(each)
    return kept


# Denosumab


def follow_on(seen: Seen) -> str:
    """What came after the last dose: done, ongoing, early, interrupted, none; "?" at the edge of 335 days."""
    last, today = seen.last, seen.today
    assert last is not None
    fifth, twentieth = months(last, 5), months(last, 20)
    if any(fifth <= day <= today for day in seen.told.infusions):
        return "done"
    spans = [
        (max(each.start, fifth), min(seen.until(each), twentieth, today))
        for each in seen.told.oral()
        if each.end is not None or seen.used_after(each, last)
    ]
    count = covered([span for span in spans if span[0] <= span[1]])
    if abs(count - 335) <= 1:
        return "?"
    if count > 335:
        return "done"
    if any(seen.used_after(each, last) for each in seen.oral_ongoing()):
        return "ongoing"
    if any(last <= day < fifth for day in seen.told.infusions):
        return "early"
    ended = [each.end for each in seen.told.oral() if each.end and each.start > last]
    if ended and (today - max(ended)).days > 60 and today <= months(last, 24):
        return "interrupted"
    return "none"


def of_denosumab(seen: Seen) -> Truth:
    topics = ("denosumab-discontinuation", "denosumab-due", "denosumab-overdue", "denosumab-lapsed",
              "transition-too-early", "denosumab-long-term-review")  # fmt: skip
    found = dict.fromkeys(topics, SILENT)
    last, today = seen.last, seen.today
    if last is None:
        return found
    after = follow_on(seen)
    if after == "?":
        return {}
    due = months(last, 6)
    left = seen.told.standing in ("stopped", "on-hold") and bool(seen.told.left_on and seen.told.left_on <= today)
    if after == "early" and due <= today <= months(last, 18):
        found["transition-too-early"] = WARNING
    if after == "interrupted":
        found["denosumab-discontinuation"] = WARNING
        del found["denosumab-long-term-review"]
        return found
    if left and after == "none" and today <= months(last, 24):
        found["denosumab-discontinuation"] = CRITICAL if today >= due else WARNING
        return found
    if after == "early":
        del found["denosumab-long-term-review"]
    if after != "none":
        return found
    found |= _schedule(seen, last, due)
    if found["denosumab-overdue"] == SILENT and today <= months(last, 24):
        first = course_start(seen)
        five = months(first, 54) <= last < months(first, 60)
        ten = months(first, 114) <= last and days(due, -30) <= today <= days(due, 28)
        found["denosumab-long-term-review"] = INFO if five or ten else SILENT
    return found


def _schedule(seen: Seen, last: date, due: date) -> Truth:
    today, booked = seen.today, seen.told.booked
    soon = booked is not None and today <= booked <= days(today, 14)
    if days(due, -30) <= today <= days(due, 28):
        arranged = soon or (booked is not None and today <= booked <= days(due, 28))
        return {"denosumab-due": SILENT if arranged else INFO, "denosumab-overdue": SILENT}
    if days(due, 28) < today <= months(last, 24):
        rebound = today > months(last, 7) and any(each.site in ("vertebra", "hip") for each in broken(seen))
        level = CRITICAL if today > days(due, 112) or rebound else WARNING
        return {"denosumab-overdue": LOWER[level] if soon else level}
    if months(last, 24) < today <= months(last, 60) and not any_drug(seen):
        return {"denosumab-lapsed": INFO, "denosumab-overdue": SILENT}
    return {"denosumab-overdue": SILENT}


def course_start(seen: Seen) -> date:
    """The first dose of the present course: a gap of more than 12 months, or a finished exit, begins another."""
    given = [day for day in seen.told.denosumab if day <= seen.today]
    first = given[-1]
    for earlier in reversed(given[:-1]):
        exited = any(months(earlier, 5) <= day < first for day in seen.told.infusions)
        if first > months(earlier, 12) or exited:
            break
        first = earlier
    return first


# Which drugs are surely in use


def infusion_covers(seen: Seen) -> bool:
    return any(day <= seen.today <= months(day, 12) for day in seen.told.infusions)


def romosozumab_goes_on(seen: Seen) -> bool:
    given = seen.told.romosozumab
    return bool(given) and (seen.today - given[-1]).days <= 60 and len(given) < 12


def on_romosozumab(seen: Seen) -> bool:
    """The course goes on, or its last dose still covers."""
    given = seen.told.romosozumab
    return romosozumab_goes_on(seen) or (bool(given) and seen.today <= months(given[-1], 1))


def romosozumab_covers(seen: Seen) -> bool | None:
    """Covered by the last dose; None where the course goes on and the next dose is late."""
    if not romosozumab_goes_on(seen):
        return False
    return True if seen.today < months(seen.told.romosozumab[-1], 1) else None


def romosozumab_end(seen: Seen) -> date | None:
    given = seen.told.romosozumab
    return months(given[-1], 1) if given and not romosozumab_goes_on(seen) else None


def any_drug(seen: Seen) -> bool:
    return bool(
        seen.ongoing("alendronate", "risedronate", "teriparatide") or infusion_covers(seen) or on_romosozumab(seen)
    )


def denosumab_in_use(seen: Seen) -> bool | None:
    """Surely, surely not, or None where the dose has worn off but the record does not say that it was left."""
    last = seen.last
    if last is None:
        return False
    if seen.told.standing in ("stopped", "on-hold") and seen.told.left_on and seen.told.left_on <= seen.today:
        return None if seen.today <= months(last, 24) else False
    if seen.today <= months(last, 6):
        return True
    return None if seen.told.standing == "active" or seen.today <= months(last, 24) else False


# Failure of bisphosphonates


@dataclass(frozen=True)
class Episode:
    start: date
    end: date
    current: bool
    courses: tuple[Course, ...]


def episodes(seen: Seen) -> list[Episode]:
    """Tablets of either drug, as one where at most 90 days lie between."""
    found: list[Episode] = []
    for each in sorted(seen.told.oral(), key=lambda each: each.start):
        end = seen.until(each)
        if found and (each.start - found[-1].end).days <= 90:
            last = found.pop()
            found.append(
                Episode(last.start, max(last.end, end), last.current or each.end is None, (*last.courses, each))
            )
        else:
            found.append(Episode(each.start, end, each.end is None, (each,)))
    return found


def replaced(seen: Seen, event: date, *, also_infusions: bool = True, cover: bool = True) -> bool:
    """Another agent covered the event, or was begun on that day or later."""
    told = seen.told
    spans: list[Span] = [(day, months(day, 6)) for day in told.denosumab]
    spans += [(day, months(day, 1)) for day in told.romosozumab]
    spans += [(each.start, seen.until(each)) for each in told.teriparatide()]
    if also_infusions:
        spans += [(day, months(day, 12)) for day in told.infusions]
    return any(first >= event or (cover and first <= event <= last) for first, last in spans)


def open_episodes(seen: Seen) -> list[Episode]:
    last = seen.last
    if last is not None and seen.today <= months(last, 24):
        return []
    return [each for each in episodes(seen) if each.current or each.end >= months(seen.today, -12)]


def on(episode: Episode, day: date) -> bool:
    return episode.start <= day and (episode.current or day <= days(episode.end, 90))


LEAST = {"lumbar spine": 53, "total hip": 50, "femoral neck": 69}
"""Least significant change, in tenths of a percent."""


def losses(seen: Seen, episode: Episode) -> tuple[list[tuple[int, int, str, date]], bool]:
    """Loss and yearly loss in tenths of a percent, site and day; and whether a pair stood on two scanners."""
    found, unlike = [], False
    for site in LEAST:
        scans = sorted((each for each in seen.told.scans if each.day <= seen.today), key=lambda each: each.day)
        if not scans:
            continue
        latest = scans[-1]
        counts = months(episode.start, 12) <= latest.day and on(episode, latest.day)
        if not counts or latest.day < months(seen.today, -24) or replaced(seen, latest.day):
            continue
        before = [
            each for each in scans[:-1]
            if each.day >= months(episode.start, -12) and (latest.day - each.day).days >= 335
        ]  # fmt: skip
        if not before:
            continue
        nearest = min(before, key=lambda each: (abs((each.day - episode.start).days), each.day))
        for earlier in (nearest, before[-1]):
            if earlier.device and latest.device and earlier.device != latest.device:
                unlike = True
                continue
            found.append((*_loss(earlier, latest, site), site, latest.day))
    return found, unlike


def _loss(earlier: Scan, latest: Scan, site: str) -> tuple[int, int]:
    was, now = earlier.density[site], latest.density[site]
    apart = (latest.day - earlier.day).days
    return _half_up((was - now) * 1000, was), _half_up((was - now) * 365250, was * apart)


def _half_up(over: int, under: int) -> int:
    sign = 1 if over >= 0 else -1
    return sign * ((2 * abs(over) + under) // (2 * under))


@dataclass(frozen=True)
class Response:
    """How tablets and infusions did: failure; an inadequate response, its level, the day and the tablets it is of."""

    failed: bool
    inadequate: str
    unlike: bool
    several: bool
    day: date | None = None
    episode: Episode | None = None


def response(seen: Seen) -> Response:
    failed = several = unlike = False
    lost: list[tuple[date, Episode]] = []
    poor: tuple[date, Episode] | None = None
    for episode in open_episodes(seen):
        events = [each.day for each in broken(seen) if on(episode, each.day) and not replaced(seen, each.day)]
        failed = failed or any(day >= months(episode.start, 18) for day in events)
        late = [day for day in events if day >= months(episode.start, 12)]
        if len(late) >= 2:
            several, poor = True, (late[-1], episode)
        pairs, apart = losses(seen, episode)
        unlike = unlike or apart
        failed = failed or any(rate >= 100 for _, rate, _, _ in pairs)
        lost += [(day, episode) for loss, _, site, day in pairs if loss >= LEAST[site]]
    infused = infusion_events(seen)
    several = several or len(infused) >= 2
    if failed:
        return Response(True, SILENT, unlike, several)
    level = WARNING if several else INFO if infused or lost else SILENT
    if infused and seen.today > months(seen.told.infusions[-1], 24) and not poor:
        level = INFO if lost and len(infused) < 2 else ""
    day, of = poor or (lost[0] if lost else (None, None))
    return Response(False, level, unlike, several, day, of)


def infusion_events(seen: Seen) -> list[date]:
    given = [day for day in seen.told.infusions if day <= seen.today]
    if not given:
        return []
    return [
        each.day for each in broken(seen)
        if months(given[0], 12) <= each.day <= months(given[-1], 18)
        and not replaced(seen, each.day, also_infusions=False, cover=False)
    ]  # fmt: skip


def of_response(seen: Seen) -> Truth:
    found = response(seen)
    truth = {
        "treatment-failure": WARNING if found.failed else SILENT,
        "inadequate-response": found.inadequate,
        "oral-bp-absorption-adherence": SILENT,
    }
    if found.inadequate != SILENT and found.episode is not None:
        if all(each.fills == 70 for each in found.episode.courses):
            truth["oral-bp-absorption-adherence"] = WARNING
        elif any(each.fills for each in found.episode.courses):
            kinds = {each.fills for each in found.episode.courses}
            if kinds != {28} or len(found.episode.courses) > 1 or on_the_tail(found.episode, found.day):
                del truth["oral-bp-absorption-adherence"]
    if found.unlike:
        truth["data-gap"] = ""
    return truth


def on_the_tail(episode: Episode, day: date | None) -> bool:
    """The event came after the last tablet: the fills of that year are cut short by the end of treatment."""
    return day is not None and not episode.current and day > episode.end
