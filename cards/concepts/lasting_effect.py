"""Denosumab and zoledronic acid that are past their time and still act on femur and jaw (R-AFF-01, R-ONJ-01, -02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Dials, Medication, Source, Therapy, concept
from cards.concepts import denosumab_follow_on, denosumab_schedule, exposure
from cards.formulary import name
from cards.rule import Days
from cards.verdict import Because
from cards.when import When, add_days

DENOSUMAB: Final = denosumab_schedule.INGREDIENT
ZOLEDRONIC: Final = denosumab_follow_on.ZOLEDRONIC_ACID
_DOSE: Final = {DENOSUMAB: "denosumab dose", ZOLEDRONIC: "zoledronic acid infusion"}


@dataclass(frozen=True, slots=True)
class LastingEffect(Dials):
    """How long an infusion still counts for femur and jaw (R-EXP-03)."""

    infusion_grace: Days = Days(90, "beyond its 12 months, how long zoledronic acid still counts for femur and jaw")


@concept
def therapies(chart: Chart) -> tuple[Therapy, ...]:
    """Those not in use today of which a last dose, sure or possible, must still be reckoned with.

    Denosumab while a rebound is feared and no bisphosphonate took its place; zoledronic acid 90 days beyond its year.
    """
    found = []
    for ingredient, last in ((DENOSUMAB, _denosumab(chart)), (ZOLEDRONIC, _infusion(chart))):
        if last is not None and not exposure.in_use(chart, ingredient):
            when, shown = last
            found.append(Therapy(ingredient, exposure.evidence(chart, ingredient), shown, last=when))
    return tuple(found)


def of(chart: Chart, ingredient: str) -> Therapy | None:
    """This drug, where it is one of them."""
    return next((each for each in therapies(chart) if each.ingredient == ingredient), None)


def _denosumab(chart: Chart) -> tuple[When, tuple[Medication, ...]] | None:
    last = denosumab_schedule.last_seen(chart)
    if last is None or not (last.dated or last.used) or not denosumab_schedule.remembered(chart).possibly:
        return None
    return None if denosumab_follow_on.replaced(chart, last.when) else (last.when, last.evidence)


def _infusion(chart: Chart) -> tuple[When, tuple[Medication, ...]] | None:
    history = exposure.doses(chart, ZOLEDRONIC)
    given = [(dose.when, dose.evidence) for dose in history.doses]
    given += [(fact.started, (fact,)) for fact in history.unsure if fact.source is not Source.REQUEST]
    if not given:
        return None
    when, shown = max(given, key=lambda each: each[0].latest)
    end = when.plus_months(exposure.COVERAGE_MONTHS[ZOLEDRONIC])
    oldest = add_days(chart.today, -chart.dials(LastingEffect).infusion_grace)
    return (when, shown) if end.on_or_after(oldest).possibly else None


def words(therapy: Therapy, last: When) -> str:
    """ "last denosumab dose 2025-07-10", or where that is only a maybe "denosumab perhaps given 2025-07-10"."""
    if any(fact.sure for fact in therapy.in_force):
        return f"last {_DOSE[therapy.ingredient]} {phrases.when(last)}"
    return f"{name(therapy.ingredient)} perhaps given {phrases.when(last)}"


def because(therapy: Therapy, last: When) -> Because:
    """The last dose as a fact of a card."""
    sure = any(fact.sure for fact in therapy.in_force)
    told = f"Last {_DOSE[therapy.ingredient]}" if sure else f"{phrases.capital(name(therapy.ingredient))} perhaps given"
    return Because(told, last, therapy.ref)
