"""A worse result never lowers what is said of a drug that it forbids, nor brings that drug back among the choices."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cards.facts import UNITS
from tests.laws.histories import ORDER_HOOKS, Told, histories, law
from tests.laws.parts import advised, back, often
from tests.laws.playing import findings, play

Pair = tuple[float, float]
KIDNEY = ("renal-contraindication", "denosumab-hypocalcemia-ckd")
FILTERED = ("alendronate", "risedronate", "ibandronate", "zoledronic-acid", "denosumab")
UNDER_CALCIUM = (*FILTERED, "romosozumab")
ANALOGUES = ("teriparatide", "abaloparatide")


def two_of(*values: float) -> st.SearchStrategy[Pair]:
    """A lower one and the next: what holds of neighbours holds of all."""
    return st.sampled_from(list(pairwise(values)))


clearances = two_of(14.9, 20, 29.9, 30, 32, 34.9, 35, 50)
creatinines = two_of(0.5, 0.9, 1.2, 1.3, 1.6, 2.4, 4.0)
weights = two_of(38, 45, 60, 75, 110)
calcia = two_of(6.9, 8.4, 8.5, 9.4, 10.5, 10.6, 12.2)
vitamin = two_of(8, 12, 19.9, 20, 33)
fresh = st.sampled_from((0, 10, 30, 60, 90, 200, 365))
histories_with_advice = st.one_of(histories(bare=True, of=advised), histories(bare=True, of=advised), histories())


@st.composite
def given_a_drug(pick: st.DrawFn, drugs: tuple[str, ...], *, results: tuple[str, ...], known: str = "N18.3") -> Told:
    """A history in which one of these drugs is ordered, else in use, and none of these results stands.

    Now and then `known` was diagnosed two months ago.
    """
    told = pick(histories(hooks=("patient-view", "encounter-discharge", *ORDER_HOOKS), bare=pick(often)))
    fact: dict[str, Any] = {"drug": pick(st.sampled_from(drugs))}
    if told["hook"] in ORDER_HOOKS:
        others = [draft for draft in told["drafts"] if draft["drug"] != fact["drug"]]
        told = told.with_(drafts=[*others, fact])
    else:
        told = told.with_(meds=[*told["meds"], {**fact, "from": back(told.today, 4)}])
    if pick(st.booleans()):
        told = told.with_(conditions=[*told["conditions"], {"code": known, "on": back(told.today, 2)}])
    return told.with_(labs=[lab for lab in told["labs"] if lab["test"] not in results])


def measured(told: Told, key: str, test: str, value: object, days: int) -> Told:
    assert test in UNITS
    return told.with_(**{key: [*told[key], {"test": test, "value": value, "on": back(told.today, 0, days)}]})


def levels(told: Told, topics: tuple[str, ...]) -> dict[tuple[str, str], int]:
    return {key: int(finding.indicator) for key, finding in findings(play(told)).items() if key[0] in topics}


def held(worse: Mapping[tuple[str, str], int], better: Mapping[tuple[str, str], int]) -> bool:
    """Whether everything said for the better value is said for the worse one, as loudly."""
    return all(worse.get(key, 0) >= level for key, level in better.items())


def offered(told: Told, drugs: tuple[str, ...]) -> set[tuple[str, str]]:
    """Which card offers which of these drugs."""
    return {
        (rule, each.drug) for (rule, _), finding in findings(play(told)).items() for each in finding.suggestions
        if each.drug in drugs
    }  # fmt: skip


@law(100)
@given(given_a_drug(FILTERED, results=("egfr",)), clearances, fresh)
def test_a_lower_egfr_never_lowers_a_warning_of_the_kidneys(told: Told, both: Pair, days: int) -> None:
    low, high = (measured(told, "labs", "egfr", value, days) for value in both)
    worse, better = levels(low, KIDNEY), levels(high, KIDNEY)
    assert held(worse, better), f"{worse} at the lower value, {better} at the higher one"


@law(100)
@given(given_a_drug(FILTERED, results=("egfr", "creatinine")), creatinines, weights, fresh)
def test_a_lower_clearance_never_lowers_a_warning_of_the_kidneys(
    told: Told, filtered: Pair, weighed: Pair, days: int
) -> None:
    (small, large), (light, heavy) = filtered, weighed
    told = told.with_(vitals=[])
    worse, better = (
        levels(measured(measured(told, "labs", "creatinine", creatinine, days), "vitals", "body-weight", kg, 3), KIDNEY)
        for creatinine, kg in ((large, light), (small, heavy))
    )
    assert held(worse, better), f"{worse} at the lower clearance, {better} at the higher one"


@law(100)
@given(histories_with_advice, clearances)
def test_a_lower_egfr_offers_no_bisphosphonate_that_a_higher_one_withheld(
    told: Told, both: tuple[float, float]
) -> None:
    told = told.with_(labs=[lab for lab in told["labs"] if lab["test"] != "egfr"])
    low, high = (measured(told, "labs", "egfr", value, 20) for value in both)
    assert offered(low, FILTERED[:4]) <= offered(high, FILTERED[:4])


@law(160)
@given(given_a_drug(UNDER_CALCIUM, results=("calcium-corrected",), known="E83.51"), calcia, fresh)
def test_a_lower_calcium_never_lowers_a_warning_of_low_calcium(
    told: Told, both: tuple[float, float], days: int
) -> None:
    low, high = (measured(told, "labs", "calcium-corrected", value, days) for value in both)
    topics = ("hypocalcemia-contraindication",)
    worse, better = levels(low, topics), levels(high, topics)
    assert held(worse, better), f"{worse} at the lower value, {better} at the higher one"


@law(100)
@given(given_a_drug(ANALOGUES, results=("calcium-corrected",), known="E83.52"), calcia, fresh)
def test_a_higher_calcium_never_lowers_a_warning_of_high_calcium(
    told: Told, both: tuple[float, float], days: int
) -> None:
    low, high = (measured(told, "labs", "calcium-corrected", value, days) for value in both)
    topics = ("hypercalcemia-contraindication",)
    worse, better = levels(high, topics), levels(low, topics)
    assert held(worse, better), f"{worse} at the higher value, {better} at the lower one"


@law(100)
@given(histories_with_advice, vitamin)
def test_less_vitamin_d_offers_no_drug_that_more_withheld(told: Told, both: Pair) -> None:
    told = told.with_(labs=[lab for lab in told["labs"] if lab["test"] != "vitamin-d-25oh"])
    low, high = (measured(told, "labs", "vitamin-d-25oh", value, 20) for value in both)
    drugs = ("denosumab", "zoledronic-acid", "romosozumab")
    assert offered(low, drugs) <= offered(high, drugs)
