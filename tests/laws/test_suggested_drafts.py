"""No drug is suggested that any rule on contraindications would warn of, were it ordered (R-ELIG-01).

Charts are made of a story in which drugs are suggested and of anything else the record may hold. Each suggested order
is written as FHIR, read back as a draft of the same chart, and judged by every rule that judges whether a drug may be
given.
"""

import functools
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import catalog, orders
from cards.assess import Outcome, assess
from cards.chart import SECTIONS, Chart, Section
from cards.facts import Draft
from cards.formulary import PRODUCTS
from cards.orders import Create, DrugOrder
from cards.verdict import WARNING, Finding, Line, Silent, Suggestion
from service.fhir.gather import Gathered, Resource, gather
from service.fhir.read import read_chart
from service.fhir.read.medications import draft
from service.fhir.read.reading import Reading
from service.fhir.shorthand import AS_WRITTEN, expand
from service.fhir.shorthand.case import PATIENT_ID
from service.fhir.write import write
from tests.laws.histories import Told, histories, law
from tests.laws.parts import advised

TODAY = "2026-01-15"
CONTINUED_BY = frozenset(("denosumab-due", "denosumab-overdue", "denosumab-to-anabolic-switch"))
"""Rules that suggest the next dose of denosumab; one that is due or overdue is withheld by no mere warning."""
DUE_WITHIN = timedelta(days=30)
HIP = {"code": "M80.051A", "on": "2025-07-10"}
ALENDRONATE = {"drug": "alendronate", "from": "2023-01-10"}
GOOD_LABS = (
    {"test": "egfr", "value": 70, "on": "2025-12-20"},
    {"test": "calcium-corrected", "value": 9.4, "on": "2025-12-20"},
    {"test": "vitamin-d-25oh", "value": 33, "on": "2025-12-20"},
)

STORIES: dict[str, dict[str, Any]] = {
    "failure": {"meds": [ALENDRONATE], "conditions": [HIP]},
    "very high risk": {"conditions": [HIP]},
    "failed infusions": {
        "doses": [{"drug": "zoledronic-acid", "on": ["2022-12-10", "2023-12-10", "2024-12-10"]}],
        "conditions": [{"code": "M80.08XA", "on": "2024-06-10"}, HIP],
    },
    "denosumab stopped": {
        "meds": [{"drug": "denosumab", "from": "2024-03-01", "to": "2025-09-01", "status": "stopped"}],
        "doses": [{"drug": "denosumab", "on": ["2024-09-01", "2025-03-01"]}],
        "conditions": [{"code": "M81.0"}],
    },
    "denosumab overdue": {
        "meds": [{"drug": "denosumab", "from": "2024-03-01"}],
        "doses": [{"drug": "denosumab", "on": ["2024-09-01", "2025-03-01"]}],
        "conditions": [{"code": "M81.0"}],
    },
    "denosumab due": {
        "meds": [{"drug": "denosumab", "from": "2024-03-01"}],
        "doses": [{"drug": "denosumab", "on": ["2025-01-10", "2025-07-10"]}],
        "conditions": [{"code": "M81.0"}],
    },
    "after teriparatide": {
        "meds": [{"drug": "teriparatide", "from": "2024-05-10", "to": "2025-11-10"}],
        "conditions": [{"code": "M81.0"}],
    },
    "heart attack on romosozumab": {
        "meds": [{"drug": "romosozumab", "from": "2025-09-01"}],
        "conditions": [{"code": "I21.4", "on": "2025-12-01"}],
    },
    "alendronate with an ulcer": {
        "hook": "order-sign", "drafts": [{"drug": "alendronate"}],
        "conditions": [{"code": "K25.7", "on": "2025-05-01"}],
    },
    "teriparatide with a metastasis": {
        "hook": "order-sign", "drafts": [{"drug": "teriparatide"}],
        "conditions": [{"code": "C79.51", "on": "2025-05-01"}],
    },
    "teriparatide on denosumab": {
        "hook": "order-sign", "drafts": [{"drug": "teriparatide"}],
        "doses": [{"drug": "denosumab", "on": ["2025-01-10", "2025-07-10"]}],
    },
}  # fmt: skip
"""Records in which some card suggests a drug."""

CODES = (
    "N18.4", "N18.5", "N18.6", "Z99.2", "N17.9", "E83.51", "E83.52", "E21.0", "E21.3", "E21.1", "E20.9", "K90.0",
    "Z98.84", "K21.9", "K22.0", "K22.2", "K22.70", "K25.7", "K26.9", "K28.9", "Z74.01", "I21.4", "I25.2", "I63.9",
    "Z86.73", "G45.9", "I20.9", "I73.9", "Z95.5", "C50.911", "C79.51", "C90.00", "Z85.3", "Z85.830", "Z92.3", "M88.9",
    "M83.9", "C69.20", "N20.0", "D84.821", "Z94.0", "B20", "M87.180", "M84.750A", "M79.651", "S72.001A",
    "S72.301A", "Z33.1", "O24.410", "O03.9", "N95.1", "I10", "E11.9", "Z51.5", "Z91.148",
)  # fmt: skip
DAYS = (
    "2026-01-14",
    "2026-01-01",
    "2025-12-16",
    "2025-10-17",
    "2025-10-16",
    "2025-07",
    "2025-01-15",
    "2025-01-14",
    "2024",
    "2019-05-01",
)
DRUGS = (
    "digoxin", "tacrolimus", "methotrexate", "prednisone", "alendronate", "risedronate", "denosumab", "teriparatide",
    "romosozumab", "raloxifene",
)  # fmt: skip
INFUSED = ("denosumab", "zoledronic-acid", "romosozumab")
ALLERGENS = ("alendronate", "risedronate", "zoledronic-acid", "denosumab", "teriparatide", "romosozumab")
VALUES: Mapping[str, tuple[object, ...]] = {
    "egfr": (20, 29.9, 30, 34.9, 35, 44.9, 45, "<15", ">60"),
    "creatinine": (0.8, 1.31, 1.32, 1.6),
    "calcium-corrected": (8.4, 8.5, 10.5, 10.6),
    "calcium-total": (8.2, 9.4, 10.8),
    "calcium-ionized": (1.1, 1.2, 1.4),
    "albumin": (3.0, 4.0),
    "vitamin-d-25oh": (12, 19.9, 20, 33),
    "parathyroid-hormone": (60,),
    "alkaline-phosphatase": (100, 300),
}  # fmt: skip

days = st.sampled_from(DAYS)
often = st.sampled_from((True, True, True, False))


def _maybe(given: Mapping[str, Any], key: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just(dict(given)), values.map(lambda value: {**given, key: value}))


@st.composite
def conditions(pick: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {"code": pick(st.sampled_from(CODES))}
    dated = pick(st.sampled_from(("on", "recorded", "")))
    if dated:
        found[dated] = pick(days)
    found["clinical"] = pick(st.sampled_from(("active", "resolved", "")))
    found["verification"] = pick(st.sampled_from(("confirmed", "confirmed", "provisional")))
    return found


@st.composite
def labs(pick: st.DrawFn) -> dict[str, Any]:
    test = pick(st.sampled_from(sorted(VALUES)))
    found = {"test": test, "value": pick(st.sampled_from(VALUES[test])), "on": pick(days)}
    return {**found, "high": 120} if test == "alkaline-phosphatase" else found


@st.composite
def meds(pick: st.DrawFn) -> dict[str, Any]:
    found = {
        "drug": pick(st.sampled_from(DRUGS)),
        "from": pick(days),
        "as": pick(st.sampled_from(("request", "statement"))),
    }
    if found["drug"] in {"methotrexate", "prednisone"}:
        found |= {
            "dose": pick(st.sampled_from(("5 mg", "10 mg", "40 mg"))),
            "every": pick(st.sampled_from(("1 d", "1 wk"))),
        }
    return pick(_maybe(found, "status", st.sampled_from(("active", "stopped", "unknown"))))


@st.composite
def doses(pick: st.DrawFn) -> dict[str, Any]:
    found = {"drug": pick(st.sampled_from(INFUSED)), "on": [pick(days)]}
    return pick(_maybe(found, "product", st.just("unknown"))) if found["drug"] != "romosozumab" else found


allergies = st.fixed_dictionaries(
    {"drug": st.sampled_from(ALLERGENS), "type": st.sampled_from(("allergy", "intolerance"))},
    optional={"clinical": st.sampled_from(("active", "resolved")), "criticality": st.just("high")},
)
procedures = st.fixed_dictionaries(
    {"code": st.sampled_from(("33195004", "384692006", "232717009", "116144002", "442338001")), "on": days}
)
people = st.fixed_dictionaries(
    {
        "sex": st.sampled_from(("female", "female", "male", "unknown")),
        "born": st.sampled_from(("1950-03-02", "1972-03-02", "1939-01-01", "1976-01-16", "2001-01-16", "1950")),
    }
)
hidden = st.sampled_from([name for name in SECTIONS if name != "drafts"])
withheld = st.one_of(st.just([]), st.just([]), st.lists(hidden, max_size=2, unique=True))


@st.composite
def records(pick: st.DrawFn) -> dict[str, Any]:
    """A story, laid over with whatever else a record may hold, parts of it not sent or cut short."""
    story = pick(st.sampled_from(sorted(STORIES)))
    told: dict[str, Any] = {"today": TODAY, "name": story, **STORIES[story], "patient": pick(people)}
    for key, more, most in (("conditions", conditions(), 3), ("meds", meds(), 1), ("doses", doses(), 1)):
        told[key] = [*told.get(key, ()), *pick(st.lists(more, max_size=most))]
    told["labs"] = [*(GOOD_LABS if pick(often) else ()), *pick(st.lists(labs(), max_size=2))]
    told["vitals"] = [{"test": "body-weight", "value": 60, "on": pick(days)}] if pick(st.booleans()) else []
    told["allergies"] = pick(st.lists(allergies, max_size=1))
    told["procedures"] = pick(st.lists(procedures, max_size=1))
    told["unread"] = [] if pick(often) else pick(st.lists(hidden, min_size=1, max_size=2, unique=True))
    return told


@functools.cache
def whole() -> catalog.Catalog:
    return catalog.load()


def chart_of(told: Mapping[str, Any]) -> tuple[Chart, Gathered]:
    moment = expand({key: value for key, value in told.items() if key != "name"}, AS_WRITTEN)
    sections = whole().sections(moment.hook) | whole().sections("order-sign")
    gathered = gather(moment.asked(sections), sections)
    return read_chart(gathered, moment.today, site=whole().site), gathered


def suggested(chart: Chart) -> Iterator[tuple[str, Suggestion, DrugOrder]]:
    """Every drug that a rule's finding suggests on this chart, with the rule and the suggestion."""
    for outcome in assess(chart, whole().for_hook(chart.hook)):
        if isinstance(outcome.verdict, Finding):
            for suggestion in outcome.verdict.suggestions:
                for action in suggestion.actions:
                    if isinstance(action.what, Create) and isinstance(action.what.what, DrugOrder):
                        yield outcome.rule.id, suggestion, action.what.what


def ordered(chart: Chart, gathered: Gathered, order: DrugOrder) -> Chart:
    """The same chart on order-sign, with the suggestion accepted: written as FHIR and read back as the only draft."""
    written = write(Create(order), patient_id=PATIENT_ID, encounter_id=None, originals={})
    assert written is not None
    read = draft(
        Resource(written["resource"], "MedicationRequest/suggested", in_context=True, selected=True),
        Reading(gathered, chart.today),
    )
    assert isinstance(read, Draft)
    assert read.ingredient == PRODUCTS[order.product].ingredient
    sections = {name: chart.peek(name) for name in SECTIONS} | {"drafts": Section("drafts", (read,))}
    return Chart(chart.today, sections, hook="order-sign", site=chart.site)


def against(rule: str, suggestion: Suggestion, order: DrugOrder, outcome: Outcome, today: date) -> bool:
    """Whether this outcome stands against having suggested the order."""
    verdict, drug = outcome.verdict, PRODUCTS[order.product].ingredient
    if isinstance(verdict, (Silent, Line)):
        return False
    if not isinstance(verdict, Finding):
        return True
    if verdict.ingredient != drug:
        return False
    if outcome.rule.id == "missing-renal-function":
        return not any(
            isinstance(action.what, Create)
            and isinstance(action.what.what, orders.TestOrder)
            and action.what.what.test == "creatinine"
            for action in suggestion.actions
        )
    continued = rule in CONTINUED_BY and drug == "denosumab" and verdict.indicator <= WARNING
    return not (continued and (order.start is None or order.start <= today + DUE_WITHIN))


def check(told: Mapping[str, Any]) -> list[str]:
    """The drugs suggested; fails where a rule on contraindications stands against one of them."""
    chart, gathered = chart_of(told)
    judging = [rule for rule in whole().for_hook("order-sign") if rule.contraindicates]
    offered = []
    for rule, suggestion, order in suggested(chart):
        offered.append(PRODUCTS[order.product].ingredient)
        for outcome in assess(ordered(chart, gathered, order), judging):
            assert not against(rule, suggestion, order, outcome, chart.today), (
                f"{rule} suggests {order.product}; {outcome.rule.id}: {outcome.verdict}"
            )
    return offered


@law(60)
@given(records())
def test_no_suggested_drug_is_warned_of_when_it_is_ordered(told: dict[str, Any]) -> None:
    check(told)


@law(250)
@given(st.one_of(histories(), histories(bare=True, of=advised)), withheld)
def test_no_drug_suggested_in_any_history_is_warned_of_when_it_is_ordered(told: Told, unread: list[str]) -> None:
    check(told.with_(unread=unread))


@pytest.mark.parametrize("story", sorted(STORIES))
def test_each_story_suggests_a_drug_where_nothing_stands_against_it(story: str) -> None:
    told = {
        "today": TODAY,
        "patient": {"sex": "female", "born": "1950-03-02"},
        "labs": list(GOOD_LABS),
        **STORIES[story],
    }
    assert check(told) != []


def test_many_rules_judge_a_suggestion() -> None:
    assert len([rule for rule in whole().for_hook("order-sign") if rule.contraindicates]) > 10
