"""What to say of the drug that is ordered or in use where an atypical femoral fracture is recorded (R-AFF-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Draft, NotRead, Therapy
from cards.concepts import denosumab_follow_on, denosumab_schedule, exposure, lasting_effect, skeletal_safety
from cards.formulary import name
from cards.verdict import Because, Suggestion
from cards.when import When

LEFT_OPEN: Final = (
    "The bisphosphonate holds the bone that denosumab built: ended early it leaves the rebound open, so plan first."
)


@dataclass(frozen=True, slots=True)
class Advice:
    """The summary, the drug as facts, what to check first, and the suggestion that ends the drug."""

    summary: str
    drug: tuple[Because, ...]
    check_first: tuple[str, ...]
    ending: tuple[Suggestion, ...]


def advice(chart: Chart, subject: Draft | Therapy, *, confirmed: bool) -> Advice:
    """What to do with this bisphosphonate or denosumab.

    Denosumab is never just stopped, only not begun; nor is a bisphosphonate that holds the bone after it. Where the
    diagnosis is not confirmed nothing is ended by a click.
    """
    drug, denosumab = name(subject.ingredient), subject.ingredient == lasting_effect.DENOSUMAB
    lasting = lasting_effect.of(chart, subject.ingredient)
    last = lasting.last if lasting else None
    new = isinstance(subject, Draft) and skeletal_safety.is_new(chart, subject.ingredient)
    exit_from = None if new or denosumab or lasting else _exit_from(chart)
    fracture = "Atypical femoral fracture" if confirmed else "Unconfirmed atypical femoral fracture"
    image = "image the other femur, refer." if confirmed else "image both femurs, refer."
    if new:
        words = f"{fracture}: do not start {drug}, {image}"
    elif denosumab and lasting and last:
        words = f"{fracture}, {lasting_effect.words(lasting, last)}: seek specialist plan now (rebound risk)."
    elif denosumab and exposure.active(chart, subject.ingredient).possibly:
        on_it = " on denosumab" if exposure.active(chart, subject.ingredient).surely else ", denosumab perhaps in use"
        words = f"{fracture}{on_it}: seek specialist plan before stopping (rebound risk)."
    elif denosumab:
        words = f"{fracture}: seek specialist plan before denosumab is given or stopped (rebound risk)."
    elif exit_from is not None:
        words = f"{fracture} on {drug} after denosumab: seek specialist plan before stopping (rebound risk)."
    elif lasting and last:
        words = f"{fracture}, {lasting_effect.words(lasting, last)}: give no further dose, {image}"
    elif confirmed:
        words = f"{fracture}: stop {drug}, {image}"
    else:
        words = f"{fracture}: settle it before more {drug} is given; {image}"
    kept = not confirmed or (denosumab and not new) or exit_from is not None
    return Advice(
        words,
        (*_told(chart, subject, lasting), *((exit_from.because,) if exit_from else ())),
        tuple(_dose_due(chart)) if denosumab and not new else (LEFT_OPEN,) if exit_from else (),
        () if kept else skeletal_safety.ending(subject),
    )


def _exit_from(chart: Chart) -> denosumab_schedule.LastDose | None:
    """The last denosumab dose, where it is recent and the bisphosphonate in use is its exit, not surely finished."""
    last = denosumab_schedule.last_seen(chart)
    if last is None or not last.dated or not denosumab_schedule.remembered(chart).possibly:
        return None
    try:
        return None if denosumab_follow_on.is_done(chart).surely else last
    except NotRead:
        return last


def _told(chart: Chart, subject: Draft | Therapy, lasting: Therapy | None) -> Iterator[Because]:
    """The drug, since when, and the last dose of denosumab or of what is past its time."""
    drug = phrases.capital(name(subject.ingredient))
    shown = [fact for fact, _ in exposure.in_use(chart, subject.ingredient)]
    if isinstance(subject, Draft):
        yield Because(f"{drug} is ordered here", None, subject.ref)
    if shown and exposure.active(chart, subject.ingredient).surely:
        yield Because(f"{drug} started", _start(chart, subject.ingredient, shown[-1].ref), shown[-1].ref)
    elif shown:
        yield Because(f"{drug} may be in use, started", shown[-1].started, shown[-1].ref)
    if subject.ingredient == lasting_effect.DENOSUMAB:
        last = denosumab_schedule.last_seen(chart)
        if last and last.dated:
            yield last.because
            return
    if lasting and lasting.last:
        yield lasting_effect.because(lasting, lasting.last)


def _start(chart: Chart, ingredient: str, ref: str) -> When:
    """The start of the stretch of treatment that this resource stands in."""
    stretches = exposure.episodes(chart, (ingredient,))
    return next(each.start for each in reversed(stretches) if any(fact.ref == ref for fact in each.evidence))


def _dose_due(chart: Chart) -> Iterator[str]:
    last, due = denosumab_schedule.last_seen(chart), denosumab_schedule.due_when(chart)
    if last and last.dated and due:
        if due.before(chart.today).surely:
            yield f"Denosumab dose was due {phrases.when(due)}: do not let the gap grow without a plan."
        else:
            yield f"Denosumab dose due {phrases.when(due)}: no gap without a plan."
