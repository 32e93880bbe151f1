"""What stands against a bisphosphonate: renal limits, a missing renal value, and the way a tablet takes down."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, Source, concept
from cards.concepts import denosumab_schedule, exposure, renal_function, skeletal_safety
from cards.concepts.contraindications.answer import Answer, Cleared, Given, contraindication, dated, unseen_results
from cards.concepts.product import Product
from cards.formulary import BISPHOSPHONATES, name
from cards.verdict import CRITICAL, WARNING, Because

RENAL_LIMIT: Final[Mapping[str, Decimal]] = {
    "zoledronic-acid": Decimal(35),
    "alendronate": Decimal(35),
    "risedronate": Decimal(30),
    "ibandronate": Decimal(30),
}
"""Creatinine clearance in mL/min below which the label advises against the drug."""

NO_CLEARANCE: Final = "Creatinine clearance cannot be computed from this record: eGFR stands in for it."

ZOLEDRONIC: Final = "zoledronic-acid"

_KEEPS_TABLETS: Final = (("cannot-sit-upright", "cannot stay upright"), ("achalasia", "achalasia"))
"""What a summary calls a condition in which a tablet stays in the esophagus, other than a stricture."""


@concept
def renal(chart: Chart, given: Given) -> Answer:
    """R-CI-ZOL-01 and R-CI-OBP-01: clearance below the label's limit, advanced kidney disease, acute injury."""
    limit = RENAL_LIMIT.get(given.ingredient)
    if limit is None:
        return Cleared(f"the label of {name(given.ingredient)} sets no limit of clearance that is judged here")
    infused = not given.oral
    if given.ingredient == ZOLEDRONIC and given.product is Product.ONCOLOGY:
        return Cleared("this zoledronic acid is the oncology product (4 mg)")
    if given.active and given.ingredient == ZOLEDRONIC and not _ordered(chart):
        return Cleared("no further infusion of zoledronic acid is ordered or booked")
    level = CRITICAL if infused else WARNING
    unseen = unseen_results(chart)
    value = renal_function.best(chart)
    advanced = renal_function.advanced(chart)
    injury = _injury(chart) if given.ingredient == ZOLEDRONIC else None
    strength = (Because("Whether it is 4 or 5 mg is not recorded"),) if given.product is Product.INDETERMINATE else ()
    if value is not None and value.value < limit:
        verb = "may be" if value.told.startswith(">") else "is"
        words = f"{value.words} {verb} below {limit} mL/min ({phrases.when(value.when)})"
        if value.failing:
            words = value.words
        checks = unseen if value.kind == "CrCl" else (*unseen, NO_CLEARANCE)
        return contraindication(
            given, "renal-contraindication", level, words, (value.because, *strength), kind="value", checks=checks
        )
    if injury is not None and not (injury.tentative and advanced is not None):
        fact = Because(f"Acute kidney injury: {phrases.quote(injury.told)}", dated(injury), injury.ref)
        words = "acute kidney injury is recorded"
        return contraindication(
            given, "renal-contraindication", level, words, (fact, *strength), kind="injury", checks=unseen,
            tentative=injury.tentative,
        )  # fmt: skip
    if advanced is not None:
        words = f"{advanced.words}{_on(advanced.because)}"
        return contraindication(
            given, "renal-contraindication", level, words, (advanced.because, *strength), kind="advanced",
            checks=unseen, tentative=advanced.tentative,
        )  # fmt: skip
    renal_function.nothing_missed(chart)
    if value is None:
        return Cleared("no renal value of the last year is known, and no kidney disease that forbids it")
    return Cleared(f"{value.words} is not below {limit} mL/min", (value.because,))


@concept
def missing_renal_value(chart: Chart, given: Given) -> Answer:
    """R-CI-ZOL-02: no creatinine, clearance or eGFR of the last 90 days before zoledronic acid."""
    if given.ingredient != ZOLEDRONIC:
        return Cleared(f"{name(given.ingredient)} is not zoledronic acid")
    newest = renal_function.newest(chart)
    if renal_function.checked_recently(chart) and newest is not None:
        fact = Because("Newest renal value", newest.when, newest.ref)
        return Cleared(f"renal function was measured on {phrases.when(newest.when)}", (fact,))
    chart.laboratory.whole()
    days = chart.dials(renal_function.RenalFunction).recent
    if newest is None:
        words, because = f"no creatinine in {days} days", Because("No creatinine, clearance or eGFR is on file")
    else:
        words = f"no creatinine in {days} days (newest renal value {phrases.when(newest.when)})"
        because = Because("Newest renal value", newest.when, newest.ref)
    return contraindication(given, "missing-renal-function", WARNING, words, (because,))


@concept
def esophageal(chart: Chart, given: Given) -> Answer:
    """R-CI-OBP-02: a tablet with an oesophagus that does not empty, or a patient who cannot stay upright."""
    if not (given.oral and given.ingredient in BISPHOSPHONATES):
        return Cleared(f"{name(given.ingredient)} is not an oral bisphosphonate here")
    found = [
        (fact, next((word for tag, word in _KEEPS_TABLETS if tag in fact.tags), "esophageal stricture"))
        for fact in chart.conditions
        if fact.tags & {"esophageal-emptying-disorder", "cannot-sit-upright"} and fact.current
    ]
    if not found:
        chart.conditions.whole()
        return Cleared("no stricture, achalasia or confinement to bed is recorded")
    fact, words = min(found, key=lambda each: (each[0].tentative, each[0].ref))
    return contraindication(
        given, "esophageal-contraindication", CRITICAL, words,
        (Because(phrases.capital(phrases.quote(fact.text) or words), dated(fact), fact.ref),), tentative=fact.tentative,
    )  # fmt: skip


@concept
def upper_gi(chart: Chart, given: Given) -> Answer:
    """R-CI-OBP-03: a tablet with active oesophagitis, Barrett's oesophagus or an ulcer."""
    if not (given.oral and given.ingredient in BISPHOSPHONATES):
        return Cleared(f"{name(given.ingredient)} is not a bisphosphonate tablet")
    found = [fact for fact in chart.conditions if "upper-gi-active-disease" in fact.tags and fact.current]
    if not found:
        chart.conditions.whole()
        return Cleared("no active disease of the upper gastrointestinal tract is recorded")
    fact = min(found, key=lambda each: (each.tentative, each.ref))
    words = f"active upper GI disease ({phrases.quote(fact.told, 40)})"
    because = Because(f"Upper gastrointestinal disease: {phrases.quote(fact.told)}", dated(fact), fact.ref)
    return contraindication(given, "upper-gi-caution", WARNING, words, (because,), tentative=fact.tentative)


@concept
def jaw_osteonecrosis(chart: Chart, given: Given) -> Answer:
    """R-CI-ONJ: osteonecrosis of the jaw, ever, with a bisphosphonate, denosumab or romosozumab."""
    if given.ingredient not in {*BISPHOSPHONATES, "denosumab", "romosozumab"}:
        return Cleared(f"{name(given.ingredient)} is not one of the drugs tied to osteonecrosis of the jaw")
    found = skeletal_safety.jaw_osteonecrosis(chart)
    if not found:
        chart.conditions.whole()
        return Cleared("no osteonecrosis of the jaw is recorded")
    fact = min(found, key=lambda each: (each.tentative, each.ref))
    because = Because(f"Osteonecrosis of the jaw: {phrases.quote(fact.told)}", dated(fact), fact.ref)
    return contraindication(
        given, "onj", WARNING, "osteonecrosis of the jaw is recorded", (because,), tentative=fact.tentative
    )


@concept
def _injury(chart: Chart) -> Condition | None:
    found = [fact for fact in chart.conditions if "acute-kidney-injury" in fact.tags and fact.current]
    return min(found, key=lambda fact: (fact.tentative, fact.ref), default=None)


def _ordered(chart: Chart) -> bool:
    if any(each.when.on_or_after(chart.today).possibly for each in denosumab_schedule.booked(chart, ZOLEDRONIC)):
        return True
    last = exposure.doses(chart, ZOLEDRONIC).last
    return any(
        order.source is Source.REQUEST
        and order.status == "active"
        and not order.do_not_perform
        and (
            last is None or last.source is Source.REQUEST or (order.recorded or order.started).latest > last.when.latest
        )
        for order in exposure.evidence(chart, ZOLEDRONIC)
    )


def _on(fact: Because) -> str:
    return f" ({phrases.when(fact.when)})" if fact.when is not None else ""
