"""The drugs in use that osteonecrosis of the jaw is known from, as a card on dental surgery tells them (R-ONJ-02)."""

from __future__ import annotations

from typing import Final

from cards import phrases
from cards.chart import Chart, Therapy, concept
from cards.concepts import denosumab_schedule, exposure, lasting_effect
from cards.concepts.lasting_effect import DENOSUMAB
from cards.formulary import BISPHOSPHONATES, name
from cards.verdict import SUMMARY_LIMIT, Because

TIED: Final = (DENOSUMAB, *BISPHOSPHONATES, "romosozumab")
"""The one that must not be skipped first."""

NAMED: Final = 3
"""Drugs that a summary tells by name."""


TIMING: Final = "Time the surgery some months after a denosumab dose and well before the next."


@concept
def used(chart: Chart) -> tuple[Therapy, ...]:
    """Those in use, or past their time and still acting."""
    reckoned = {each.ingredient: each for each in (*exposure.therapies(chart), *lasting_effect.therapies(chart))}
    return tuple(reckoned[drug] for drug in TIED if drug in reckoned)


def summary(therapies: tuple[Therapy, ...], step: str) -> str:
    """ "Dental surgery on alendronate, last denosumab dose 2025-07-01: …", with as much of it as a summary holds."""
    names = [name(each.ingredient) for each in therapies if each.last is None]
    past = [f", {lasting_effect.words(each, each.last)}" for each in therapies if each.last is not None]
    few = names if len(names) <= NAMED else [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more drugs for bone"]
    fewer = [f"{len(names)} drugs for bone"] if len(names) > 1 else names
    ways: tuple[tuple[list[str], list[str]], ...] = ((few, past), (fewer, past), (fewer, past[:1]), (fewer, []))
    told = [
        f"Dental surgery{f' on {phrases.listed(drugs)}' if drugs else ''}{''.join(ended)}: {step}"
        for drugs, ended in ways
    ]
    return next((whole for whole in told if len(whole) <= SUMMARY_LIMIT), told[-1])


def because(chart: Chart, therapy: Therapy) -> Because:
    """The drug as a fact of the card: its last dose where that counts, else since when it is in use."""
    last = denosumab_schedule.last_seen(chart)
    if therapy.ingredient == DENOSUMAB and last:
        return last.because
    if therapy.last:
        return lasting_effect.because(therapy, therapy.last)
    shown = therapy.in_force[-1]
    sure = exposure.active(chart, therapy.ingredient).surely
    return Because(
        f"{phrases.capital(name(therapy.ingredient))} {'is' if sure else 'may be'} in use", shown.started, shown.ref
    )


def next_dose(chart: Chart) -> tuple[str, ...]:
    """That no denosumab dose is skipped, when the next one is due, and when the surgery is best."""
    skip, due = "Do not skip or delay the next denosumab dose", denosumab_schedule.due_when(chart)
    if due is None:
        return (f"{skip}.", TIMING)
    if due.before(chart.today).surely:
        return (f"{skip}: it fell due {phrases.when(due)}; settle its day before the surgery.",)
    return (f"{skip}: it falls due {phrases.when(due)}.", TIMING)
