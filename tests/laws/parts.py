"""What a record of osteoporosis may hold, part by part: courses, injections, scans, results, orders, drawn."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from cards.when import add_months

Facts = dict[str, list[dict[str, Any]]]
"""Lists of a case in shorthand, by key."""

ORAL = ("alendronate", "risedronate", "ibandronate")
ANALOGUES = ("teriparatide", "abaloparatide")
BONE_DRUGS = (*ORAL, "zoledronic-acid", "denosumab", *ANALOGUES, "romosozumab", "raloxifene")
FRACTURES = (
    "M80.051A", "M80.08XA", "M80.08XD", "M80.031A", "M80.041A", "S72.001A", "S72.301A", "S22.000A", "S52.501A",
    "S42.201A", "M84.750A", "M84.551A", "M97.01XA", "Z87.310", "W11.XXXA",
)  # fmt: skip
DIAGNOSES = (
    "M81.0", "M85.80", "N18.3", "N18.4", "N18.5", "N18.6", "Z99.2", "N17.9", "E83.51", "E83.52", "E21.0", "E21.1",
    "E20.9", "E89.2", "K90.0", "Z98.84", "K20.90", "K22.0", "K22.70", "K25.7", "Z74.01", "I21.4", "I25.2", "I63.9",
    "Z86.73", "G45.9", "I20.9", "I73.9", "C50.911", "C79.51", "C90.00", "Z85.3", "Z85.830", "Z92.3", "M88.9", "M83.9",
    "N20.0", "D84.821", "Z94.0", "B20", "M87.180", "M79.651", "M16.11", "Z33.1", "N95.1", "Z78.0", "Z51.5",
    "Z91.148", "F17.210", "F10.20",
)  # fmt: skip
VALUES: Mapping[str, tuple[object, ...]] = {
    "egfr": (20, 29.9, 30, 34.9, 35, 44, 45, 70, "<15", ">60"),
    "creatinine": (0.8, 1.3, 1.6, 2.4),
    "calcium-corrected": (7.9, 8.4, 8.5, 9.4, 10.5, 10.6),
    "calcium-total": (8.2, 9.4, 10.8),
    "calcium-ionized": (1.1, 1.2, 1.4),
    "albumin": (3.0, 4.0),
    "vitamin-d-25oh": (12, 19.9, 20, 33),
    "parathyroid-hormone": (60, 140),
    "alkaline-phosphatase": (100, 300),
    "ctx": (150, 700),
}
PRODUCTS: Mapping[str, tuple[str, ...]] = {
    "alendronate": ("70mg weekly", "10mg daily", "70mg+D weekly", "unknown"),
    "risedronate": ("35mg weekly", "150mg monthly", "unknown"),
    "ibandronate": ("150mg monthly", "3mg iv", "unknown"),
    "zoledronic-acid": ("5mg", "5mg", "4mg", "unknown"),
    "denosumab": ("60mg", "60mg", "60mg", "120mg", "unknown"),
}
GLUCOCORTICOIDS = ("2.5 mg", "5 mg", "10 mg", "40 mg")
OTHERS = ("digoxin", "tacrolimus", "methotrexate", "calcium", "cholecalciferol", "omeprazole")
PROCEDURES = ("33195004", "384692006", "232717009", "116144002", "442338001")


def back(today: date, months: int, days: int = 0) -> str:
    """The day so many calendar months, then days, before today; a day that would lie ahead is today."""
    return min(today, add_months(today, -months) - timedelta(days=days)).isoformat()


jitters = st.sampled_from((0, 0, 0, 1, 1, -1, 3, 3, 28, -28, 29, -29, 45))
seldom = st.sampled_from((False, False, False, True))
often = st.sampled_from((True, True, True, False))


@st.composite
def days(pick: st.DrawFn, today: date, least: int = 0, most: int = 72) -> str:
    """A day of the past, so many months ago; near the round number of months more often than not."""
    return back(today, pick(st.integers(least, most)), pick(jitters))


def ways(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


def ways_of(*figures: float) -> st.SearchStrategy[float]:
    return st.sampled_from(figures)


@st.composite
def oral_course(pick: st.DrawFn, today: date) -> dict[str, Any]:
    drug, months = pick(st.sampled_from(ORAL)), pick(st.integers(0, 90))
    start = back(today, months, pick(jitters))
    fact: dict[str, Any] = {
        "drug": drug,
        "as": pick(ways("request", "request", "statement", "dispense")),
        "from": start,
    }
    if pick(seldom):
        fact["product"] = pick(st.sampled_from(PRODUCTS[drug]))
    if fact["as"] == "dispense":
        step, fills = pick(st.sampled_from((28, 84, 84, 150))), pick(st.integers(1, 12))
        first = date.fromisoformat(start)
        filled = [first + timedelta(days=step * number) for number in range(fills)]
        return fact | {"on": [day.isoformat() for day in filled if day <= today], "supply": min(step, 84)}
    if pick(st.booleans()):
        fact["to"] = back(today, pick(st.integers(0, months)), pick(jitters))
        fact["to"] = max(fact["to"], start)
    elif pick(seldom):
        fact["status"] = pick(ways("stopped", "unknown", "on-hold", "completed"))
    if fact["as"] == "request" and pick(seldom):
        fact |= {"supply": 84, "refills": pick(st.integers(0, 11))}
    return fact


@st.composite
def injections(pick: st.DrawFn, today: date, drug: str) -> Facts:
    """A series of doses, late ones and gaps among them, with or without an order in some state."""
    rhythm, most = {"denosumab": (6, 12), "zoledronic-acid": (12, 5), "romosozumab": (1, 12)}[drug]
    at, given = add_months(today, -pick(st.integers(0, 30))) - timedelta(days=pick(jitters)), []
    for _ in range(pick(st.integers(0, most))):
        given.append(min(at, today))
        at = add_months(at, -pick(st.sampled_from((rhythm, rhythm, rhythm, rhythm + 1, rhythm + 8)))) - timedelta(
            days=pick(st.sampled_from((0, 0, 5)))
        )
    told: Facts = {"doses": [], "meds": []}
    product = {"product": pick(st.sampled_from(PRODUCTS[drug]))} if drug in PRODUCTS and pick(seldom) else {}
    way = pick(ways("administration", "administration", "statement", "dispense", "procedure", "request"))
    if given:
        told["doses"] = [{"drug": drug, "on": sorted({day.isoformat() for day in given}), "as": way, **product}]
    status = pick(ways("", "active", "active", "stopped", "on-hold", "cancelled", "completed"))
    if status or not given:
        first = min(given, default=today - timedelta(days=pick(st.integers(0, 600))))
        told["meds"] = [{"drug": drug, "from": first.isoformat(), "status": status or "active", **product}]
        if status == "stopped" and pick(st.booleans()):
            told["meds"][0]["to"] = max(first.isoformat(), back(today, pick(st.integers(0, 24))))
    return told


@st.composite
def daily_injections(pick: st.DrawFn, today: date) -> dict[str, Any]:
    months = pick(st.integers(0, 40))
    fact: dict[str, Any] = {
        "drug": pick(st.sampled_from(ANALOGUES)),
        "as": pick(ways("request", "statement")),
        "from": back(today, months, pick(jitters)),
    }
    if pick(st.booleans()):
        fact["to"] = max(fact["from"], back(today, pick(st.integers(0, months)), pick(jitters)))
    return fact


@st.composite
def other_drug(pick: st.DrawFn, today: date) -> dict[str, Any]:
    drug = pick(st.sampled_from(("raloxifene", "prednisone", *OTHERS)))
    fact: dict[str, Any] = {
        "drug": drug, "as": pick(ways("request", "statement")), "from": pick(days(today, 0, 60)),
    }  # fmt: skip
    if drug == "prednisone":
        fact |= {"dose": pick(st.sampled_from(GLUCOCORTICOIDS)), "every": "1 d"}
    if drug == "methotrexate":
        fact |= {"dose": pick(st.sampled_from(("7.5 mg", "15 mg"))), "every": "1 wk"}
    if pick(seldom):
        fact["status"] = pick(ways("stopped", "unknown"))
    return fact


@st.composite
def diagnosis(pick: st.DrawFn, today: date, among: tuple[str, ...]) -> dict[str, Any]:
    fact: dict[str, Any] = {"code": pick(st.sampled_from(among))}
    dated = pick(ways("on", "on", "on", "recorded", ""))
    if dated:
        fact[dated] = pick(days(today))
    if pick(seldom):
        fact["clinical"] = pick(ways("resolved", "inactive", ""))
    if pick(seldom):
        fact["verification"] = pick(ways("provisional", "unconfirmed", ""))
    return fact


@st.composite
def scans(pick: st.DrawFn, today: date) -> list[dict[str, Any]]:
    """One or two scans of a site; the later one often lower."""
    site = pick(ways("total hip", "lumbar spine", "femoral neck", "1/3 radius"))
    told, value = [], pick(st.integers(700, 950))
    newest = pick(st.integers(0, 40))
    for place in range(pick(st.integers(1, 2))):
        scan: dict[str, Any] = {
            "site": site,
            "on": back(today, newest + place * pick(st.integers(6, 36)), pick(jitters)),
        }
        if pick(often):
            scan["g_cm2"] = round((value + place * pick(st.integers(-20, 250))) / 1000, 3)
        if "g_cm2" not in scan or pick(st.booleans()):
            scan["t"] = pick(st.sampled_from((-1.8, -2.4, -2.5, -2.6, -3.4, -3.5, -4.1)))
        if pick(seldom):
            scan["device"] = pick(ways("Hologic Horizon", "GE Lunar"))
        told.append(scan)
    return told


@st.composite
def result(pick: st.DrawFn, today: date, most: int = 15) -> dict[str, Any]:
    test = pick(st.sampled_from(sorted(VALUES)))
    fact = {"test": test, "value": pick(st.sampled_from(VALUES[test])), "on": pick(days(today, 0, most))}
    return {**fact, "high": 120} if test == "alkaline-phosphatase" else fact


@st.composite
def order(pick: st.DrawFn, today: date) -> dict[str, Any]:
    """A draft: usually the drug as it should be, now and then another dose, day or rhythm, or a stop."""
    drug = pick(st.sampled_from(BONE_DRUGS))
    fact: dict[str, Any] = {"drug": drug}
    if drug in PRODUCTS and pick(seldom):
        fact["product"] = pick(st.sampled_from(PRODUCTS[drug]))
    if pick(st.booleans()):
        fact["on"] = (today + timedelta(days=pick(st.sampled_from((0, 1, 14, 30, 90, 200))))).isoformat()
    if pick(seldom):
        fact["every"] = pick(ways("1 d", "1 wk", "1 mo", "6 mo", "1 a"))
    if pick(seldom):
        fact["status"] = pick(ways("cancelled", "stopped", "on-hold"))
    return fact


@st.composite
def visit(pick: st.DrawFn, today: date) -> dict[str, Any]:
    ahead = pick(st.sampled_from((-40, 0, 7, 14, 15, 30, 60, 150, 190, 320)))
    what = pick(
        st.sampled_from(({"drug": "denosumab"}, {"drug": "zoledronic-acid"}, {"text": "Extraction of tooth 46"}))
    )
    return {
        **what,
        "on": (today + timedelta(days=ahead)).isoformat(),
        "status": pick(ways("booked", "booked", "cancelled", "proposed")),
    }


allergies = st.fixed_dictionaries(
    {"drug": st.sampled_from(BONE_DRUGS), "type": ways("allergy", "intolerance")},
    optional={"clinical": ways("active", "resolved"), "criticality": st.just("high")},
)
people = st.fixed_dictionaries(
    {
        "sex": ways("female", "female", "female", "female", "female", "male", "male", "other"),
        "born": ways(*("1950-03-02",) * 6, "1939-01-01", "1958-11-30", "1972-03-02", "1976-01-16", "1950", ""),
    }
)

KIDNEYS = ("N18.4", "N18.6", "Z99.2", "N17.9")
AGAINST: Mapping[str, tuple[str, ...]] = {
    "alendronate": ("K22.0", "K25.7", "Z74.01", "E83.51", *KIDNEYS, "M87.180", "M84.750A"),
    "zoledronic-acid": ("E83.51", *KIDNEYS, "M87.180"),
    "denosumab": ("E83.51", *KIDNEYS, "D84.821", "Z94.0", "M87.180", "K90.0"),
    "teriparatide": ("C79.51", "Z92.3", "M88.9", "N20.0", "E21.0", "E21.1", "E83.52"),
    "romosozumab": ("I21.4", "I63.9", "Z86.73", "G45.9", "I20.9", "Z99.2", "N18.4", "E83.51"),
}
"""By drug: diagnoses that stand against it, or call for care."""


@st.composite
def failing(pick: st.DrawFn, today: date) -> Facts:
    """An oral bisphosphonate of a year and more, with a fracture or a loss of bone on it."""
    months = pick(st.integers(17, 70))
    broken = max(0, months - pick(st.sampled_from((12, 13, 17, 18, 18, 18, 19, 24, 36))))
    told: Facts = {"meds": [{"drug": pick(st.sampled_from(ORAL[:2])), "as": "request", "from": back(today, months)}]}
    if pick(st.booleans()):
        code = pick(ways("M80.051A", "M80.08XA", "S72.001A", "S52.501A"))
        told["conditions"] = [{"code": code, "on": back(today, broken, pick(jitters))}]
    else:
        kept = pick(st.sampled_from((0.98, 0.95, 0.9, 0.8, 0.7)))
        told["dxa"] = [
            {"site": "total hip", "on": back(today, months), "g_cm2": 0.8},
            {"site": "total hip", "on": back(today, min(broken, 20), pick(jitters)), "g_cm2": round(0.8 * kept, 3)},
        ]
    if pick(seldom):
        first, fills = date.fromisoformat(back(today, months)), pick(st.integers(1, 8))
        filled = [(first + timedelta(days=150 * number)).isoformat() for number in range(fills)]
        drug = told["meds"][0]["drug"]
        told["meds"].append({"drug": drug, "as": "dispense", "on": filled, "supply": 84})
        told["meds"][-1]["on"] = [day for day in filled if day <= today.isoformat()] or [first.isoformat()]
    return told


@st.composite
def settled(pick: st.DrawFn, today: date) -> Facts:
    """A bisphosphonate of some years, still in use or left, and a hip that holds; perhaps a fracture since."""
    months, left = pick(st.integers(58, 74)), pick(st.sampled_from((0, 0, 4, 12, 40)))
    told: Facts = {
        "dxa": [
            {"site": "total hip", "on": back(today, pick(st.integers(1, 25))), "t": pick(ways_of(-1.8, -2.4, -2.5))}
        ]
    }
    if pick(st.booleans()):
        told["meds"] = [{"drug": "alendronate", "as": "request", "from": back(today, months)}]
        if left:
            told["meds"][0]["to"] = back(today, left)
    else:
        given = [back(today, months - 60 + left + 12 * number) for number in range(pick(st.integers(3, 4)))]
        told["doses"] = [{"drug": "zoledronic-acid", "on": sorted(given), "as": "administration"}]
    if left and pick(st.booleans()):
        told["conditions"] = [{"code": "M80.08XA", "on": back(today, pick(st.integers(0, left)))}]
    return told


@st.composite
def awaiting(pick: st.DrawFn, today: date) -> Facts:
    """Denosumab every six months, the last dose some months ago, its order in some state."""
    last = date.fromisoformat(
        back(today, pick(st.sampled_from((1, 5, 6, 6, 7, 7, 8, 10, 11, 18, 24, 25, 40))), pick(jitters))
    )
    given = [
        add_months(last, -6 * number).isoformat() for number in range(pick(st.sampled_from((1, 2, 3, 4, 6, 10, 20))))
    ]
    told = {"doses": [{"drug": "denosumab", "on": sorted(given), "as": pick(ways("administration", "statement"))}]}
    status = pick(ways("", "active", "active", "stopped"))
    if status:
        told["meds"] = [{"drug": "denosumab", "from": min(given), "status": status}]
    return told


@st.composite
def weighed(pick: st.DrawFn, today: date) -> Facts:
    """A drug in use or about to be ordered, and something that stands against it."""
    drug = pick(st.sampled_from(sorted(AGAINST)))
    fact: dict[str, Any] = {"drug": drug}
    told: Facts = {"orders of": [fact]}
    if pick(seldom):
        told["allergies"] = [{"drug": drug, "type": pick(ways("allergy", "intolerance"))}]
    else:
        code = pick(st.sampled_from(AGAINST[drug]))
        told["conditions"] = [{"code": code, pick(ways("on", "recorded")): pick(days(today, 0, 30))}]
    if drug == "denosumab" and pick(seldom):
        told["meds"] = [{"drug": "tacrolimus", "from": back(today, 3)}]
    return told


@st.composite
def advised(pick: st.DrawFn, today: date) -> Facts:
    """A situation in which a card suggests a drug, with or without something against one."""
    told = pick(st.one_of(failing(today), awaiting(today), left(today), left(today)))
    if pick(seldom):
        told = {**told, "allergies": [dict(pick(allergies))]}
    if pick(often):
        code = pick(st.sampled_from(sorted({code for codes in AGAINST.values() for code in codes})))
        told = {**told, "conditions": [*told.get("conditions", ()), {"code": code, "on": pick(days(today, 0, 30))}]}
    return told


@st.composite
def left(pick: st.DrawFn, today: date) -> Facts:
    """A course of teriparatide or romosozumab that has ended, with nothing after it."""
    ended = pick(st.integers(1, 25))
    if pick(st.booleans()):
        return {"meds": [{"drug": "teriparatide", "from": back(today, ended + 20), "to": back(today, ended)}]}
    given = [back(today, ended + number) for number in range(12)]
    return {"doses": [{"drug": "romosozumab", "on": sorted(given), "as": "administration"}]}


def rarities(today: date) -> dict[str, st.SearchStrategy[Mapping[str, Any]]]:
    """What a record seldom holds, by the key of its list."""
    recent, always = days(today, 0, 15), days(today)
    return {
        "meds": other_drug(today),
        "vitals": recent.map(lambda day: {"test": "body-weight", "value": 60, "on": day}),
        "frax": st.builds(lambda day, major: {"major": major, "hip": 3, "on": day}, recent, st.sampled_from((29, 30))),
        "procedures": st.builds(lambda day, code: {"code": code, "on": day}, always, st.sampled_from(PROCEDURES)),
        "allergies": allergies,
        "appointments": visit(today),
        "social": st.builds(
            lambda day, told: {"smoking": told, "on": day}, days(today, 0, 24), ways("every day", "former")
        ),
    }


@st.composite
def drugs(pick: st.DrawFn, today: date) -> Facts:
    """What one drug for the bones left in the record, or a situation that calls for advice."""
    match pick(
        ways(
            "failing", "awaiting", "weighed", "settled", "weighed", "failing", "awaiting", "weighed", "settled",
            "oral", "denosumab", "zoledronic-acid", "romosozumab", "analogue", "other",
        )
    ):  # fmt: skip
        case "failing":
            return pick(failing(today))
        case "awaiting":
            return pick(awaiting(today))
        case "settled":
            return pick(settled(today))
        case "weighed":
            return pick(weighed(today))
        case "oral":
            return {"meds": [pick(oral_course(today))]}
        case "analogue":
            return {"meds": [pick(daily_injections(today))]}
        case "other":
            return {"meds": [pick(other_drug(today))]}
        case injected:
            return pick(injections(today, injected))
