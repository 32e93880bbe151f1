"""Calcium and vitamin D before an antiresorptive, and denosumab in advanced kidney disease."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cards import phrases
from cards.chart import Chart, concept
from cards.concepts import calcium, renal_function, vitamin_d
from cards.concepts.contraindications.answer import Answer, Cleared, Given, contraindication, unseen_results
from cards.concepts.product import Product
from cards.facts import Measurement
from cards.formulary import BISPHOSPHONATES, name
from cards.rule import Days
from cards.verdict import CRITICAL, WARNING, Because
from cards.when import add_days

LOWER_CALCIUM: Final = frozenset((*BISPHOSPHONATES, "denosumab", "romosozumab"))
"""Drugs that may lower calcium."""

NEED_VITAMIN_D: Final = frozenset(("denosumab", "zoledronic-acid", "romosozumab"))

WORK_UP: Final = Days(90)
"""How old parathyroid hormone and 25-OH vitamin D may be in the work-up of advanced kidney disease."""


@concept
def hypocalcemia(chart: Chart, given: Given) -> Answer:
    """R-CI-DEN-01: calcium below its limit within 90 days, or a diagnosis that no fresh result refutes."""
    if given.ingredient not in LOWER_CALCIUM:
        return Cleared(f"{name(given.ingredient)} is not given less safely when calcium is low")
    found = calcium.low(chart)
    if found is not None:
        checks = () if found.sure else ("Check ionised calcium or albumin: this total calcium is not corrected.",)
        return contraindication(
            given, "hypocalcemia-contraindication", CRITICAL if found.sure else WARNING, found.words, found.because,
            kind="" if found.sure else "albumin missing", checks=(*unseen_results(chart), *checks),
            tentative=found.tentative,
        )  # fmt: skip
    calcium.nothing_missed(chart)
    latest = calcium.latest(chart)
    if latest is None:
        return Cleared("no calcium is on file and no hypocalcemia is recorded")
    told = f"calcium {latest.words} of {phrases.when(latest.when)}"
    if latest.value < latest.low:
        days = chart.dials(calcium.Calcium).low_within
        return Cleared(f"{told} is low but older than {days} days", (latest.because,))
    return Cleared(f"{told} is not below {phrases.number(latest.low)}", (latest.because,))


@concept
def deficient_vitamin_d(chart: Chart, given: Given) -> Answer:
    """R-CI-VITD-01: 25-OH vitamin D below 20 ng/mL before denosumab, zoledronic acid or romosozumab."""
    if given.ingredient not in NEED_VITAMIN_D:
        return Cleared(f"vitamin D is not judged for {name(given.ingredient)}")
    found = vitamin_d.deficient(chart)
    if found is not None:
        return contraindication(given, "vitamin-d-deficiency", WARNING, found.words, (found.because,))
    chart.laboratory.whole()
    latest = vitamin_d.latest(chart)
    if latest is None:
        return Cleared("no 25-OH vitamin D is on file")
    dials = chart.dials(vitamin_d.VitaminD)
    if latest.low:
        return Cleared(f"{latest.words} is low but older than {dials.current} days", (latest.because,))
    return Cleared(f"{latest.words} is not below {dials.sufficient} ng/mL", (latest.because,))


@concept
def denosumab_in_kidney_disease(chart: Chart, given: Given) -> Answer:
    """R-CI-DEN-02: denosumab 60 mg, or of unknown strength, in advanced kidney disease.

    A warning in place of the critical card once calcium, parathyroid hormone and 25-OH vitamin D are known afresh.
    """
    if given.ingredient != "denosumab":
        return Cleared(f"{name(given.ingredient)} is not denosumab")
    if given.product is Product.ONCOLOGY:
        return Cleared("this denosumab is the oncology product (120 mg)")
    disease = renal_function.advanced(chart)
    if disease is None:
        renal_function.nothing_missed(chart)
        best = renal_function.best(chart)
        if best is None:
            return Cleared("no advanced kidney disease is recorded, and no renal value of the last year")
        return Cleared(f"{best.words} is not below {renal_function.ADVANCED_BELOW}", (best.because,))
    missing = missing_work_up(chart)
    checks = (f"Missing here: {phrases.listed(tuple(missing.values()))}.",) if missing else ()
    strength = (Because("The strength of this denosumab (60 or 120 mg) is not recorded"),)
    return contraindication(
        given, "denosumab-hypocalcemia-ckd", CRITICAL if missing else WARNING, disease.words,
        (disease.because, *_work_up(chart), *(strength if given.product is Product.INDETERMINATE else ())),
        kind="work-up incomplete" if missing else "work-up known", checks=(*unseen_results(chart), *checks),
        tentative=disease.tentative,
    )  # fmt: skip


def _parathyroid_hormone(chart: Chart) -> Measurement | None:
    """The newest that is surely fresh enough."""
    since = add_days(chart.today, -WORK_UP)
    found = [
        fact
        for fact in chart.laboratory
        if fact.test == "parathyroid-hormone" and fact.when.within(since, chart.today).surely
    ]
    return max(found, key=lambda fact: fact.when.latest, default=None)


def _work_up(chart: Chart) -> tuple[Because, ...]:
    """What of the work-up is on file and fresh."""
    level, hormone, vitamin = calcium.fresh_normal(chart), _parathyroid_hormone(chart), vitamin_d.latest(chart)
    found = [level.because] if level else []
    if hormone:
        told = f"Parathyroid hormone {hormone.comparator}{phrases.number(round(hormone.value, 1))} pg/mL"
        found.append(Because(told, hormone.when, hormone.ref))
    if vitamin and vitamin_d.known_within(chart, WORK_UP):
        found.append(vitamin.because)
    return tuple(found)


@concept
def missing_work_up(chart: Chart) -> Mapping[str, str]:
    """What of the work-up in advanced kidney disease is not on file afresh: its test, and the words for it."""
    missing = {}
    if calcium.fresh_normal(chart) is None:
        fresh = chart.dials(calcium.Calcium).fresh
        missing["calcium"] = f"a normal corrected or ionised calcium of the last {fresh} days"
    if _parathyroid_hormone(chart) is None:
        missing["parathyroid-hormone"] = f"parathyroid hormone of the last {WORK_UP} days"
    if not vitamin_d.known_within(chart, WORK_UP):
        missing["vitamin-d-25oh"] = f"25-OH vitamin D of the last {WORK_UP} days"
    return missing
