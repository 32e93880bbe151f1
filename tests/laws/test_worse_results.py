"""A worse result never lowers what is said of a drug that it forbids, nor brings that drug back among the choices."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cards.facts import UNITS
from tests.laws.histories import ORDER_HOOKS, Told, histories, law
from tests.laws.parts import back
from tests.laws.playing import findings, play

KIDNEY = ("renal-contraindication", "denosumab-hypocalcemia-ckd")
FILTERED = ("alendronate", "risedronate", "ibandronate", "zoledronic-acid", "denosumab")
UNDER_CALCIUM = (*FILTERED, "romosozumab")
ANALOGUES = ("teriparatide", "abaloparatide")

clearances = st.one_of(
    st.sampled_from((14.9, 15, 29.9, 30, 34.9, 35, 44.9, 45)), st.integers(50, 1200).map(lambda tenths: tenths / 10)
)
creatinines = st.integers(4, 60).map(lambda tenths: tenths / 10)
weights = st.integers(35, 120)
calcia = st.one_of(
    st.sampled_from((8.4, 8.5, 8.6, 10.4, 10.5, 10.6)), st.integers(600, 1400).map(lambda each: each / 100)
)


@st.composite
def given_a_drug(pick: st.DrawFn, drugs: tuple[str, ...], *, results: tuple[str, ...]) -> Told:
    """A history in which one of these drugs is ordered, else in use, and none of these results stands."""
    told = pick(histories(hooks=("patient-view", "encounter-discharge", *ORDER_HOOKS)))
    fact: dict[str, Any] = {"drug": pick(st.sampled_from(drugs))}
    if told["hook"] in ORDER_HOOKS:
        others = [draft for draft in told["drafts"] if draft["drug"] != fact["drug"]]
        told = told.with_(drafts=[*others, fact])
    else:
        told = told.with_(meds=[*told["meds"], {**fact, "from": back(told.today, 4)}])
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


@law(60)
@given(given_a_drug(FILTERED, results=("egfr",)), clearances, clearances, st.integers(0, 400))
def test_a_lower_egfr_never_lowers_a_warning_of_the_kidneys(told: Told, one: float, two: float, days: int) -> None:
    low, high = (measured(told, "labs", "egfr", value, days) for value in sorted((one, two)))
    worse, better = levels(low, KIDNEY), levels(high, KIDNEY)
    assert held(worse, better), f"{worse} at the lower value, {better} at the higher one"


@law(50)
@given(
    given_a_drug(FILTERED, results=("egfr", "creatinine")), creatinines, creatinines, weights, weights,
    st.integers(0, 370),
)  # fmt: skip
def test_a_lower_clearance_never_lowers_a_warning_of_the_kidneys(
    told: Told, one: float, two: float, some: int, other: int, days: int
) -> None:
    light, heavy = sorted((some, other))
    small, large = sorted((one, two))
    told = told.with_(vitals=[])
    worse, better = (
        levels(measured(measured(told, "labs", "creatinine", creatinine, days), "vitals", "body-weight", kg, 3), KIDNEY)
        for creatinine, kg in ((large, light), (small, heavy))
    )
    assert held(worse, better), f"{worse} at the lower clearance, {better} at the higher one"


@law(50)
@given(histories(), clearances, clearances)
def test_a_lower_egfr_offers_no_bisphosphonate_that_a_higher_one_withheld(told: Told, one: float, two: float) -> None:
    told = told.with_(labs=[lab for lab in told["labs"] if lab["test"] != "egfr"])
    low, high = (measured(told, "labs", "egfr", value, 20) for value in sorted((one, two)))
    assert offered(low, FILTERED[:4]) <= offered(high, FILTERED[:4])


@law(60)
@given(given_a_drug(UNDER_CALCIUM, results=("calcium-corrected",)), calcia, calcia, st.integers(0, 95))
def test_a_lower_calcium_never_lowers_a_warning_of_low_calcium(told: Told, one: float, two: float, days: int) -> None:
    low, high = (measured(told, "labs", "calcium-corrected", value, days) for value in sorted((one, two)))
    topics = ("hypocalcemia-contraindication",)
    worse, better = levels(low, topics), levels(high, topics)
    assert held(worse, better), f"{worse} at the lower value, {better} at the higher one"


@law(60)
@given(given_a_drug(ANALOGUES, results=("calcium-corrected",)), calcia, calcia, st.integers(0, 370))
def test_a_higher_calcium_never_lowers_a_warning_of_high_calcium(told: Told, one: float, two: float, days: int) -> None:
    low, high = (measured(told, "labs", "calcium-corrected", value, days) for value in sorted((one, two)))
    topics = ("hypercalcemia-contraindication",)
    worse, better = levels(high, topics), levels(low, topics)
    assert held(worse, better), f"{worse} at the higher value, {better} at the lower one"


@law(40)
@given(histories(), st.sampled_from((12, 19.9, 20, 33)), st.sampled_from((12, 19.9, 20, 33)))
def test_less_vitamin_d_offers_no_drug_that_more_withheld(told: Told, one: float, two: float) -> None:
    told = told.with_(labs=[lab for lab in told["labs"] if lab["test"] != "vitamin-d-25oh"])
    low, high = (measured(told, "labs", "vitamin-d-25oh", value, 20) for value in sorted((one, two)))
    drugs = ("denosumab", "zoledronic-acid", "romosozumab")
    assert offered(low, drugs) <= offered(high, drugs)
