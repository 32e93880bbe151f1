"""What stands against every osteoporosis drug: pregnancy and a recorded allergy."""

from __future__ import annotations

from typing import Final

from cards import phrases
from cards.chart import Chart, Measurement, concept
from cards.concepts import scope
from cards.concepts.contraindications.answer import Answer, Cleared, Given, contraindication, dated
from cards.formulary import OSTEOPOROSIS_DRUGS, name
from cards.rule import Days, Years
from cards.verdict import CRITICAL, WARNING, Because
from cards.when import YES, When, add_days

PREGNANCY: Final = Days(300)
"""A pregnancy code this old or older speaks of a pregnancy that is over."""

PREGNANCY_TEST: Final = Days(14)
"""A positive pregnancy test this old still speaks."""

PREGNANCY_BEFORE: Final = Years(56)
"""From this age on a pregnancy code is not acted on."""


@concept
def pregnancy(chart: Chart, given: Given) -> Answer:
    """R-CI-PREG-01: a current pregnancy code of the last 300 days, or a positive test of the last 14, under 56.

    An unknown sex or age counts.
    """
    if given.ingredient not in OSTEOPOROSIS_DRUGS:
        return Cleared(f"{name(given.ingredient)} is no osteoporosis drug: pregnancy is not judged here")
    patient = chart.patient
    if patient is not None and patient.sex == "male":
        return Cleared("the patient is male")
    if scope.older_than(chart, PREGNANCY_BEFORE) is YES:
        return Cleared("the patient is 56 or older")
    codes = [
        fact
        for fact in chart.conditions
        if "pregnancy" in fact.tags and "pregnancy-ended-or-loss" not in fact.tags and fact.current
    ]
    since = add_days(chart.today, -PREGNANCY)
    recent = [fact for fact in codes if (dated(fact) or When.by(chart.today)).within(since, chart.today).possibly]
    tested = _positive_test(chart)
    if tested is not None and all(fact.tentative for fact in recent):
        return contraindication(
            given, "pregnancy-contraindication", CRITICAL, "a positive pregnancy test is recorded",
            (Because("Pregnancy test positive", tested.when, tested.ref),), kind="test", lasting=True,
        )  # fmt: skip
    if not recent:
        chart.conditions.whole()
        chart.laboratory.seen()
        facts = tuple(Because("Pregnancy code", dated(fact), fact.ref) for fact in codes)
        return Cleared(f"no current pregnancy of the last {PREGNANCY} days is recorded", facts)
    first = min(recent, key=lambda fact: (fact.tentative, fact.ref))
    text = f"Pregnancy is recorded: {phrases.quote(first.told)}"
    return contraindication(
        given, "pregnancy-contraindication", CRITICAL, "pregnancy is recorded",
        (Because(text, dated(first), first.ref),), tentative=first.tentative, lasting=True,
    )  # fmt: skip


def _positive_test(chart: Chart) -> Measurement | None:
    """The newest pregnancy test of the last 14 days, where it may be positive."""
    since = add_days(chart.today, -PREGNANCY_TEST)
    found = [
        fact
        for fact in chart.laboratory
        if fact.test == "pregnancy-test" and fact.when.within(since, chart.today).possibly
    ]
    newest = max(found, key=lambda fact: (fact.when.latest, fact.value, fact.ref), default=None)
    return newest if newest is not None and newest.value else None


@concept
def allergy(chart: Chart, given: Given) -> Answer:
    """R-CI-ALL-01: an active allergy or intolerance to the ingredient, confirmed or not."""
    if given.ingredient not in OSTEOPOROSIS_DRUGS:
        return Cleared(f"{name(given.ingredient)} is no osteoporosis drug: allergies are not judged here")
    known = [fact for fact in chart.allergies if given.ingredient in fact.ingredients]
    active = [fact for fact in known if fact.clinical in {"", "active"}]
    if not active:
        chart.allergies.whole()
        if known:
            facts = tuple(
                Because(f"Allergy, {fact.clinical}: {phrases.quote(fact.text)}", ref=fact.ref) for fact in known
            )
            return Cleared(f"the recorded allergy to {name(given.ingredient)} is not active", facts)
        return Cleared(f"no allergy to {name(given.ingredient)} is recorded")
    worst = min(active, key=lambda fact: (fact.kind == "intolerance" and fact.criticality != "high", fact.ref))
    mild = worst.kind == "intolerance" and worst.criticality != "high"
    kind = "intolerance" if mild else "allergy"
    risk = f", criticality {phrases.quote(worst.criticality)}" if worst.criticality else ""
    text = f"{phrases.capital(kind)} to {phrases.quote(worst.text)} is recorded{risk}"
    return contraindication(
        given, "allergy", WARNING if mild else CRITICAL, f"recorded {kind} to {phrases.quote(worst.text, 40)}",
        (Because(text, ref=worst.ref),), kind=kind, plain=phrases.plain(worst.text, 40),
    )  # fmt: skip
