"""Draws the planned story of a seed: which drug, when, how it ended, what broke, on which days the chart is opened."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tests.cohort.days import days, months
from tests.cohort.history import Course, Fracture, History, Moment, Order, Result, Scan

EPOCH = date(2022, 6, 1)
SITES = ("vertebra", "hip", "forearm")
KINDS = ("osteoporotic", "osteoporotic", "presumed", "high-energy")
DEVICES = ("", "Hologic Horizon A", "Hologic Horizon A")


@dataclass
class Draft:
    """A story being drawn: the dice, the day of the first look, and what is known so far."""

    dice: random.Random
    today: date
    told: dict[str, Any] = field(default_factory=dict)

    def chance(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent

    def one(self, *of: Any) -> Any:
        return self.dice.choice(of)

    def between(self, least: int, most: int) -> int:
        return self.dice.randint(least, most)

    def add(self, **lists: Any) -> None:
        for key, value in lists.items():
            self.told[key] = (*self.told.get(key, ()), *value)

    def near(self, *edges: date, spread: int = 40) -> date:
        """A day at one of these edges, one day to either side of it, or somewhere near."""
        edge = self.dice.choice(edges)
        return days(edge, self.dice.choice((-1, 0, 1, self.between(-spread, spread))))


def draw(seed: int) -> History:
    """The story of this seed: the same one for ever."""
    dice = random.Random(seed)
    it = Draft(dice, days(EPOCH, dice.randrange(1400)))
    story = dice.choices(list(STORIES), weights=[weight for weight, _ in STORIES.values()])[0]
    it.told |= {"sex": it.one("female", "female", "female", "male")}
    it.told["born"] = days(months(it.today, -12 * it.between(58, 86)), -it.between(0, 364))
    STORIES[story][1](it)
    _results(it)
    if it.chance(20):
        it.told["frax"] = (it.one(120, 210, 299, 300, 340), days(it.near(months(it.today, -24), spread=300), 0))
        if it.told["frax"][1] > it.today:
            it.told["frax"] = (it.told["frax"][0], it.today)
    it.told["supplements"] = it.chance(75)
    it.told["fractures"] = _apart(it.told.get("fractures", ()))
    it.told["courses"] = tuple(_ended_before(each, it.today) for each in it.told.get("courses", ()))
    made = History(seed=seed, story=story, **it.told)
    return replace(made, moments=_moments(it, made))


def _denosumab(it: Draft) -> None:
    """A series with gaps, a stop or none, an exit or none; asked near every day at which something changes."""
    count = it.one(1, 1, 2, 3, 4, 5, 6, 8, 10, 10, 11, 12, 19, 20, 21, 22)
    last = months(days(it.today, -it.between(0, 40)), -it.one(0, 3, 4, 5, 5, 6, 6, 7, 8, 10, 15, 23, 30, 58))
    due = months(last, 6)
    edges = (days(due, -30), due, days(due, 28), days(due, 112), months(last, 7), months(last, 18), months(last, 24),
             months(last, 60))  # fmt: skip
    if it.chance(60):
        it.today = max(last, it.near(*edges, spread=60))
    given = [last]
    for _ in range(count - 1):
        back = -it.one(6, 6, 6, 6, 7, 12, 13) if it.chance(25) else -6
        given.insert(0, days(months(given[0], back), it.one(0, 0, 0, -3, 5, 14)))
        if (given[1] - given[0]).days < 100:
            given.pop(0)
    it.told["denosumab"] = tuple(given)
    it.told["standing"] = it.one("active", "active", "", "stopped", "on-hold")
    if it.told["standing"] in ("stopped", "on-hold"):
        left = days(last, it.between(1, 240))
        if left > it.today:
            it.told["standing"] = "active"
        else:
            it.told["left_on"] = left
    _before(it, given[0])
    _exit(it, last)
    _fractures_before(it, given[0])
    if it.chance(15):
        it.told["booked"] = days(it.today, it.one(1, 7, 14, 15, 30, it.between(1, 90)))
    if it.chance(30):
        _scans(it, given[0])


def _before(it: Draft, first: date) -> None:
    """What was taken before denosumab: tablets stopped at the switch, or forgotten and left on."""
    if it.chance(35):
        start = days(first, -it.between(200, 2500))
        left_on = it.chance(25)
        it.add(courses=[Course("alendronate", start, None if left_on else days(first, -it.between(1, 60)))])


def _exit(it: Draft, last: date) -> None:
    if it.told.get("courses") and it.told["courses"][0].end is None:
        return
    how = it.one("", "", "", "infusion", "tablets")
    if how == "infusion":
        day = it.near(months(last, 5), months(last, 6), months(last, 3), months(last, 9), spread=50)
        if last < day <= it.today:
            it.add(infusions=[day])
    elif how == "tablets":
        start = days(last, it.between(20, 320))
        if start <= it.today:
            end: date | None = days(start, it.one(60, 150, 250, 330, 345, 400, 600))
            assert end is not None
            course = Course(it.one("alendronate", "risedronate"), start, None if end > it.today else end,
                            it.one(0, 0, 28), it.chance(40))  # fmt: skip
            it.add(courses=[course])


def _fractures_before(it: Draft, first: date) -> None:
    for _ in range(it.one(0, 0, 0, 1, 1, 2)):
        it.add(fractures=[_fracture(it, days(first, -it.between(30, 2000)))])


def _fracture(it: Draft, day: date, kinds: tuple[str, ...] = KINDS) -> Fracture:
    again = it.one(0, 0, 30, 90)
    return Fracture(day, it.one(*SITES), it.one(*kinds), again if days(day, again) <= it.today else 0)


def _apart(fractures: tuple[Fracture, ...]) -> tuple[Fracture, ...]:
    """Falls from height stand alone: no other fracture comes within 31 days, or at that site within 180."""
    falls = [each for each in fractures if each.kind == "high-energy"]
    return tuple(
        each for each in fractures
        if each.kind == "high-energy"
        or all(abs((each.day - fall.day).days) > (180 if each.site == fall.site else 31) for fall in falls)
    )  # fmt: skip


def _ended_before(course: Course, today: date) -> Course:
    """A course that ends on the day of the look would be in use for some hours of it."""
    return replace(course, end=days(today, -1)) if course.end == today and course.start < today else course


def _tablets(it: Draft) -> None:
    """Oral bisphosphonates, switched and interrupted, with fractures and falling bone density."""
    start = months(days(it.today, -it.between(0, 300)), -it.one(6, 12, 18, 24, 30, 40, 55))
    fills, renewed = it.one(0, 0, 0, 28, 70), it.chance(40)
    first = Course(it.one("alendronate", "risedronate"), start, None, fills, renewed)
    courses = [first]
    if it.chance(40):
        end = days(start, it.between(90, max(91, (it.today - start).days)))
        gap = it.one(0, 1, 30, 89, 90, 91, 92, 150)
        courses = [replace(first, end=min(end, it.today))]
        if days(end, gap) < days(it.today, -10):
            courses.append(Course(it.one("alendronate", "risedronate"), days(end, gap), None, fills, renewed))
    newest = courses[-1]
    if it.chance(25) and (newest.end is None):
        end = it.near(months(it.today, -12), days(it.today, -90), spread=100)
        if end > days(newest.start, 60):
            courses[-1] = replace(newest, end=min(end, it.today))
    it.add(courses=courses)
    anchor = courses[it.one(0, -1)].start
    for _ in range(it.one(0, 1, 1, 2, 2, 3)):
        edges = [months(anchor, 18), months(anchor, 12), months(anchor, 24)]
        edges += [days(each.end, 90) for each in courses if each.end]
        day = it.near(*edges, spread=500)
        if day <= it.today:
            it.add(fractures=[_fracture(it, day)])
    if it.chance(60):
        _scans(it, anchor)
    if it.chance(12):
        _alternative(it, start)
    if it.chance(6):
        it.add(courses=[Course("risedronate" if newest.drug == "alendronate" else "alendronate",
                               days(it.today, -it.between(10, 200)))])  # fmt: skip


def _alternative(it: Draft, start: date) -> None:
    """Another agent in the story: long ago, or after the tablets failed."""
    day = days(start, it.between(-400, (it.today - start).days))
    if day > it.today:
        return
    if it.chance(50):
        it.add(infusions=[day])
    else:
        end = days(day, it.between(60, 500))
        it.add(courses=[Course("teriparatide", day, None if end > it.today else end)])


def _scans(it: Draft, start: date) -> None:
    """Two or three DXAs, on one scanner or the last on another, losing a little or a lot."""
    first = it.near(start, months(start, -12), spread=200)
    later = [first]
    for _ in range(it.one(1, 1, 2)):
        later.append(days(later[-1], it.one(334, 335, 336, 365, 400, 500, 730, 800)))
    later = [day for day in later if day <= it.today]
    device, moved = it.one(*DEVICES), it.chance(15)
    spine, hip, neck = it.between(700, 950), it.between(600, 850), it.between(550, 750)
    tenths = -it.between(12, 36)
    for place, day in enumerate(later):
        if place:
            lost = it.one(0, 2, 5, 5.7, 7, 9, 10, 11, 13) * (day - later[place - 1]).days / 365.25
            spine = round(spine * (100 - lost) / 100)
            hip = round(hip * (100 - lost * it.one(0, 1) * 0.8) / 100)
            neck = round(neck * (100 - it.one(0, lost * 0.5)) / 100)
            tenths -= round(lost / 2)
        other = "GE Lunar iDXA" if moved and place == len(later) - 1 else device
        scores = {"lumbar spine": tenths, "total hip": tenths + it.one(2, 5), "femoral neck": 0}
        scores["femoral neck"] = scores["total hip"]
        density = {"lumbar spine": spine, "total hip": hip, "femoral neck": neck}
        it.add(scans=[Scan(day, density, scores, other)])


def _long(it: Draft) -> None:
    """Years of tablets: time for a review, or a holiday that ends with a fracture."""
    if it.chance(65):
        since = it.one(60, 60, 66, 66, 72, 84, 96)
        start = days(months(it.today, -since), it.one(-31, -30, -1, 0, 1, 29, 30, 31, it.between(-200, 20)))
        it.add(courses=[Course(it.one("alendronate", "risedronate"), start, None, it.one(0, 0, 28), it.chance(50))])
        if it.chance(75):
            tenths = it.one(-26, -25, -24, -20, -15)
            day = min(it.near(months(it.today, -24), days(it.today, -100), spread=80), it.today)
            scores = {"lumbar spine": it.one(-20, -28), "total hip": tenths, "femoral neck": tenths}
            it.add(scans=[Scan(day, {"lumbar spine": 850, "total hip": 760, "femoral neck": 690}, scores)])
        if it.chance(25):
            it.add(fractures=[_fracture(it, days(start, -it.between(10, 2000)))])
        return
    length = it.one(30, 35, 36, 37, 48, 60)
    end = months(it.today, -it.one(5, 10, 20, 40, 62))
    it.add(courses=[Course("alendronate", days(months(end, -length), it.one(-1, 0, 1)), end)])
    if it.chance(85):
        day = it.near(days(end, 90), months(end, 60), days(it.today, -60), spread=100)
        if day <= it.today:
            it.add(fractures=[_fracture(it, day, ("osteoporotic", "presumed"))])
    if it.chance(25):
        day = days(end, it.between(1, (it.today - end).days))
        it.add(infusions=[day])


def _infused(it: Draft) -> None:
    """Zoledronic acid once a year, with fractures on it."""
    count = it.one(1, 2, 3, 3, 4, 5)
    last = days(it.today, -it.between(5, 500))
    given = [last]
    for _ in range(count - 1):
        given.insert(0, days(months(given[0], -12), it.one(0, 0, -20, 15)))
    if count >= 3 and it.chance(60):
        shift = it.near(months(given[0], 36), months(given[0], 42), months(given[0], 48), spread=30)
        it.today = max(shift, given[-1])
    it.add(infusions=given)
    for _ in range(it.one(0, 1, 1, 2)):
        day = it.near(months(given[0], 12), days(last, 30), days(last, -100), spread=120)
        if day <= min(it.today, months(last, 12)):
            it.add(fractures=[_fracture(it, day)])
    if it.chance(50):
        _scans(it, given[0])


def _anabolic(it: Draft) -> None:
    """Teriparatide or romosozumab, and what followed or did not."""
    if it.chance(55):
        used = it.one(200, 400, 546, 547, 550, 600, 728, 733, 760)
        if it.chance(50):
            start, end = days(it.today, -used), None
        else:
            end = it.near(months(it.today, -1), months(it.today, -24), months(it.today, -6), spread=60)
            end = min(end, days(it.today, -1))
            start = days(end, -used)
        it.add(courses=[Course("teriparatide", start, end)])
    else:
        count = it.one(3, 6, 9, 10, 11, 12, 12)
        last = days(it.today, -it.one(5, 20, 40, 61, 70, 90, 300, 700, 790))
        given = [months(last, -each) for each in range(count)][::-1]
        it.told["romosozumab"] = tuple(given)
        it.told["sex"] = "female"
        start, end = given[0], None if (it.today - last).days <= 60 and count < 12 else months(last, 1)
    if it.chance(40):
        before = days(start, -it.between(300, 2000))
        it.add(courses=[Course("alendronate", before, days(start, -it.between(1, 200)))])
    if end is not None and it.chance(50):
        after = it.near(end, days(end, 60), spread=30)
        if after <= it.today:
            how = it.one("infusion", "tablets", "denosumab")
            if how == "infusion":
                it.add(infusions=[after])
            elif how == "tablets":
                it.add(courses=[Course("alendronate", after)])
            else:
                it.told["denosumab"], it.told["standing"] = (after,), "active"
    _fractures_before(it, start)
    if it.chance(30):
        _scans(it, start)


def _results(it: Draft) -> None:
    """Kidney, calcium and vitamin D, mostly good."""
    found = []
    if it.chance(85):
        tenths = it.one(720, 720, 580, 450, 350, 349, 320, 300, 299, 240)
        found.append(Result("egfr", tenths, days(it.today, -it.one(3, 10, 89, 90, 91, 200, 365, 366, 600))))
        if it.chance(15):
            found.append(Result("egfr", it.one(250, 620), days(found[0].day, -it.between(20, 400))))
    if it.chance(70):
        tenths = it.one(95, 95, 92, 88, 85, 84, 80)
        found.append(Result("calcium", tenths, days(it.today, -it.one(3, 20, 89, 90, 91, 200))))
    if it.chance(60):
        tenths = it.one(340, 310, 250, 210, 200, 199, 140)
        found.append(Result("vitamin-d", tenths, days(it.today, -it.one(10, 100, 364, 365, 366))))
    it.add(results=found)


def _moments(it: Draft, made: History) -> tuple[Moment, ...]:
    """The chart opened; then an order, a discharge, or the chart again later."""
    looked = [Moment("patient-view", it.today)]
    match it.one("order", "order", "order", "later", "discharge", ""):
        case "later":
            looked.append(Moment("patient-view", days(it.today, it.between(1, 200))))
        case "discharge":
            looked.append(Moment("encounter-discharge", it.today))
        case "order":
            planned = it.today if it.chance(60) else days(it.today, it.between(1, 200))
            drugs = ["zoledronic acid", "alendronate", "denosumab", "denosumab", "teriparatide", "romosozumab"]
            order = Order(it.one(*drugs), planned)
            if made.denosumab and it.chance(50):
                last = made.denosumab[-1]
                drug = it.one("zoledronic acid", "alendronate", "denosumab")
                order = Order(drug, max(it.today, it.near(months(last, 5), months(last, 6), months(last, 7))))
            if made.standing == "active" and it.chance(30):
                order = Order("denosumab", it.today, stops=True)
            if order.drug in ("alendronate", "teriparatide", "romosozumab"):
                order = replace(order, planned=it.today)
            looked.append(Moment("order-sign", it.today, order))
    return tuple(looked)


STORIES: dict[str, tuple[int, Callable[[Draft], None]]] = {
    "denosumab": (36, _denosumab),
    "tablets": (28, _tablets),
    "long tablets": (12, _long),
    "infusions": (9, _infused),
    "anabolic": (15, _anabolic),
}
"""By name: how often in a hundred, and how it is drawn."""
