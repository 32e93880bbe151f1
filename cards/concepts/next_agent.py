"""Which drug comes next: the order of R-CHOICE, each drug offered only where nothing stands against it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart
from cards.concepts import anabolic_course, denosumab_schedule, exposure, offers, renal_function, scope
from cards.concepts.denosumab_course import DenosumabCourse
from cards.concepts.eligibility import (
    FEWEST_MONTHS,
    RENAL_UNKNOWN,
    ROMOSOZUMAB_DOSES,
    Eligibility,
    eligibility,
    months_left,
    no_drug,
)
from cards.formulary import BISPHOSPHONATES, PRODUCT_OF, PRODUCTS, PTH_ANALOGUES, name
from cards.orders import Change, Create, DrugOrder, TestOrder
from cards.rule import Days
from cards.verdict import Action, Suggestion
from cards.when import add_days

__all__ = [
    "FEWEST_MONTHS",
    "INFUSION_SECTIONS",
    "SECTIONS",
    "SECTIONS_BEFORE_DISCHARGE",
    "Choice",
    "Eligibility",
    "Situation",
    "choose",
    "dose_of_denosumab",
    "draft_of",
    "eligibility",
    "offer",
]

SECTIONS: Final = (
    "patient", "conditions", "medication_requests", *exposure.MEDICATION_SECTIONS, "laboratory", "vital_signs",
    "allergies", "bone_densities", "appointments", "encounters", "drafts",
)  # fmt: skip
"""What choosing a drug looks at; rules that suggest drugs declare these as `weighs`."""

SECTIONS_BEFORE_DISCHARGE: Final = tuple(section for section in SECTIONS if section != "encounters")
"""The same for rules that are never asked at discharge."""

INFUSION_SECTIONS: Final = (
    "patient", "conditions", "medication_requests", *exposure.MEDICATION_SECTIONS, "laboratory", "vital_signs",
    "allergies",
)  # fmt: skip
"""What `offer` looks at for zoledronic acid and denosumab alone."""

AFTER_HIP_FRACTURE: Final = Days(14)
"""Days between a hip fracture and zoledronic acid."""

_DENOSUMAB_FIRST: Final = (Decimal(30), Decimal(45))
"""Clearance or eGFR, from and up to, at which denosumab goes before zoledronic acid."""

ZOLEDRONIC: Final = "zoledronic-acid"


class Situation(enum.Enum):
    """Why a drug is chosen, and so in which order (R-CHOICE-01 to -05)."""

    FAILED = "R-CHOICE-01"
    FAILED_WITH_CAUSE = "R-CHOICE-02"
    VERY_HIGH_RISK = "R-CHOICE-03"
    AFTER_ANABOLIC = "R-CHOICE-04"
    DENOSUMAB_EXIT = "R-CHOICE-05"


_ORDER: Final[Mapping[Situation, tuple[str, ...]]] = {
    Situation.FAILED: ("teriparatide", "denosumab", "romosozumab", ZOLEDRONIC),
    Situation.FAILED_WITH_CAUSE: (ZOLEDRONIC, "teriparatide", "denosumab", "romosozumab"),
    Situation.VERY_HIGH_RISK: ("teriparatide", "romosozumab", "denosumab", ZOLEDRONIC),
    Situation.AFTER_ANABOLIC: (ZOLEDRONIC, "denosumab", "alendronate"),
    Situation.DENOSUMAB_EXIT: (ZOLEDRONIC, "alendronate"),
}
_RENAL_ORDER: Final = frozenset((Situation.FAILED, Situation.VERY_HIGH_RISK, Situation.AFTER_ANABOLIC))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a card may offer: drafts in order, and what was left out and why, as finished sentences.

    `suggestions` are the drugs, or the referral alone where none is eligible. `notes` give reasons of the order and
    what goes with a drug; `tests` are the work-up that opens the way to a drug left out.
    """

    suggestions: tuple[Suggestion, ...]
    drugs: tuple[str, ...]
    excluded: tuple[str, ...]
    unjudged: tuple[str, ...]
    notes: tuple[str, ...]
    tests: tuple[Suggestion, ...]


def choose(
    chart: Chart,
    situation: Situation,
    *,
    due: date | None = None,
    high_risk: bool = False,
    stop: tuple[str, ...] = (),
    after_iv_bisphosphonate: bool = False,
    very_high_risk: bool = False,
    adherence_unknown: bool = False,
    reason_refs: tuple[str, ...] = (),
    exposure_months: int | None = None,
    among: tuple[str, ...] = (),
) -> Choice:
    """The drugs to offer in this situation, in order, as drafts that exclude each other (R-CHOICE-01 to -06).

    `due`: the day denosumab runs out, before which its exit does not start. `stop`: orders of the failing tablets,
    ended together with each draft. `exposure_months` and `high_risk` decide whether zoledronic acid is recommended
    after denosumab. `among` narrows the choice to these drugs, where any are named.
    """
    considered = [
        drug
        for drug in _ORDER[situation]
        if (not among or drug in among)
        and not (drug == "romosozumab" and situation is not Situation.VERY_HIGH_RISK and not very_high_risk)
        and not (
            drug == ZOLEDRONIC and situation is Situation.FAILED and (not adherence_unknown or after_iv_bisphosphonate)
        )
    ]
    judged = {drug: eligibility(chart, drug) for drug in considered}
    considered, notes = _by_kidney(chart, situation, considered)
    drugs = tuple(drug for drug in considered if judged[drug].offered)
    notes = notes if {"denosumab", ZOLEDRONIC} <= set(drugs) else ()
    first = _recommended(chart, situation, considered, judged, high_risk, exposure_months)
    start = max(chart.today, due) if due is not None else None
    suggestions = tuple(
        _suggestion(chart, draft_of(chart, drug, start=start, reason_refs=reason_refs), stop, recommended=drug == first)
        for drug in drugs
    )
    return Choice(
        suggestions or (_referral(chart),),
        drugs,
        _excluded(chart, considered, judged),
        _unjudged(considered, judged),
        (*notes, *_notes(chart, situation, drugs)),
        _work_up(judged),
    )


def draft_of(
    chart: Chart,
    drug: str,
    *,
    start: date | None = None,
    count: int | None = None,
    months: int | None = None,
    reason_refs: tuple[str, ...] = (),
) -> DrugOrder:
    """The draft of the drug's product (3.4), with what the record leaves of a limited course.

    Denosumab, and a bisphosphonate after it, starts when its last dose runs out; zoledronic acid not within 14 days of
    a hip fracture.
    """
    if drug in PTH_ANALOGUES and months is None:
        months = months_left(chart)
    if drug == "romosozumab" and count is None:
        count = ROMOSOZUMAB_DOSES - anabolic_course.romosozumab_doses(chart)
    if start is None and (drug == "denosumab" or drug in BISPHOSPHONATES):
        runs_out = denosumab_schedule.due(chart)
        start = None if runs_out is None else max(chart.today, runs_out)
    if drug == ZOLEDRONIC:
        healed = _after_hip_fracture(chart)
        if healed is not None and healed > (start or chart.today):
            start = healed
    return DrugOrder(PRODUCT_OF[drug], start=start, count=count, months=months, reason_refs=reason_refs)


def dose_of_denosumab(chart: Chart, due: date, *, reason_refs: tuple[str, ...] = ()) -> Suggestion | None:
    """The next denosumab dose, from max(today, due); None where it is not eligible.

    Only a dose that falls due within 30 days, or is overdue, is a continuation dose, which no mere warning withholds.
    """
    window = chart.dials(denosumab_schedule.DenosumabSchedule).window
    if not eligibility(chart, "denosumab", continuation=due <= add_days(chart.today, window)).offered:
        return None
    return _suggestion(chart, draft_of(chart, "denosumab", start=max(chart.today, due), reason_refs=reason_refs), ())


def offer(chart: Chart, drug: str) -> Suggestion | None:
    """One drug as an alternative, not recommended; None where it is not eligible or could not be judged."""
    if not eligibility(chart, drug).offered:
        return None
    return _suggestion(chart, draft_of(chart, drug), ())


def _by_kidney(chart: Chart, situation: Situation, drugs: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Denosumab before zoledronic acid where clearance is 30 to 44; not where missed doses are the problem."""
    value = renal_function.best(chart)
    lowest, below = _DENOSUMAB_FIRST
    if value is None or not lowest <= value.value < below:
        return drugs, ()
    if situation not in _RENAL_ORDER or ZOLEDRONIC not in drugs:
        return drugs, ()
    order = [drug for drug in drugs if drug != "denosumab"]
    order.insert(min(drugs.index("denosumab"), order.index(ZOLEDRONIC)), "denosumab")
    return order, (f"Denosumab before zoledronic acid: {value.words} mL/min ({phrases.when(value.when)}).",)


def _recommended(
    chart: Chart,
    situation: Situation,
    drugs: list[str],
    judged: Mapping[str, Eligibility],
    high_risk: bool,
    exposure_months: int | None,
) -> str:
    """The drug to recommend, or "": the first that is eligible, if none before it could not be judged."""
    if situation is Situation.AFTER_ANABOLIC:
        return ""
    first = next((drug for drug in drugs if not judged[drug].reasons), "")
    if not first or judged[first].unread:
        return ""
    if situation is Situation.FAILED and first == ZOLEDRONIC:
        return ""
    if situation is Situation.DENOSUMAB_EXIT:
        long = exposure_months is not None and exposure_months >= chart.dials(DenosumabCourse).long
        return first if first == ZOLEDRONIC and (long or high_risk) else ""
    return first


def _suggestion(chart: Chart, order: DrugOrder, stop: tuple[str, ...], *, recommended: bool = False) -> Suggestion:
    product = PRODUCTS[order.product]
    drug = product.ingredient
    label = f"Order {product.text}"
    if order.months is not None:
        label += f" for {phrases.plural(order.months, 'month')}"
    if order.count is not None:
        label += f", {phrases.plural(order.count, 'dose')}"
    if order.start is not None and order.start > chart.today:
        label += f", from {phrases.day(order.start)}"
    actions = [Action(label, Create(order))]
    if drug != "alendronate":
        actions += [Action("Stop the oral bisphosphonate", Change(ref, status="stopped")) for ref in stop]
    if drug == ZOLEDRONIC and not renal_function.checked_recently(chart):
        actions.append(Action("Order creatinine before the infusion", Create(TestOrder("creatinine"))))
    return Suggestion(label, tuple(actions), recommended=recommended, drug=drug)


def _referral(chart: Chart) -> Suggestion:
    if not scope.restricted(chart) and renal_function.advanced(chart) is not None:
        tests = offers.work_up(
            "", "calcium", "phosphate", "parathyroid-hormone", "alkaline-phosphatase", "vitamin-d-25oh"
        ).actions
        ask = offers.referral(offers.KIDNEY_SPECIALIST, "Osteoporosis treatment in advanced kidney disease")
        return Suggestion(f"{ask.label}, with calcium, phosphate, PTH, ALP and 25-OH vitamin D", (*ask.actions, *tests))
    return offers.referral(offers.BONE_SPECIALIST, "Choice of osteoporosis treatment")


def _excluded(chart: Chart, drugs: list[str], judged: Mapping[str, Eligibility]) -> tuple[str, ...]:
    barred = no_drug(chart)
    if barred:
        return (f"Not suggested here: {phrases.listed([name(drug) for drug in drugs])} - {barred}.",)
    return tuple(
        f"Excluded here: {name(drug)} - {'; '.join(judged[drug].reasons)}." for drug in drugs if judged[drug].reasons
    )


def _unjudged(drugs: list[str], judged: Mapping[str, Eligibility]) -> tuple[str, ...]:
    missing: dict[str, list[str]] = {}
    for drug in drugs:
        if not judged[drug].reasons:
            for part in judged[drug].unread:
                missing.setdefault(part, []).append(name(drug))
    return tuple(
        f"Not suggested because {part} could not be read in full: {phrases.listed(names)}."
        for part, names in missing.items()
    )


def _notes(chart: Chart, situation: Situation, drugs: tuple[str, ...]) -> tuple[str, ...]:
    notes = []
    if "teriparatide" in drugs:
        notes.append("Abaloparatide is an alternative PTH analogue.")
    if "denosumab" in drugs and situation is Situation.FAILED_WITH_CAUSE:
        notes.append("Denosumab: a missed or late dose is dangerous; it needs reliable attendance every 6 months.")
    elif "denosumab" in drugs:
        notes.append("Denosumab is given every 6 months without gaps and never stopped without a follow-on.")
    if ZOLEDRONIC in drugs and not renal_function.checked_recently(chart):
        newest = renal_function.newest(chart)
        told = "" if newest is None else f" (newest renal value {phrases.when(newest.when)})"
        notes.append(f"Zoledronic acid: check creatinine before the infusion{told}.")
    healed = _after_hip_fracture(chart)
    if ZOLEDRONIC in drugs and healed is not None and healed > chart.today:
        notes.append("Zoledronic acid: not within two weeks of the repair of a hip fracture.")
    return tuple(notes)


def _work_up(judged: Mapping[str, Eligibility]) -> tuple[Suggestion, ...]:
    """The tests that may open the way to a drug, where nothing else stands against it."""
    zoledronic = judged.get(ZOLEDRONIC)
    if zoledronic is not None and RENAL_UNKNOWN in zoledronic.reasons and not zoledronic.standing:
        label = "Order creatinine, calcium and 25-OH vitamin D before zoledronic acid"
        return (offers.work_up(label, "creatinine", "calcium", "vitamin-d-25oh"),)
    if any("vitamin-d-deficiency" in each.topics and not each.standing for each in judged.values()):
        label = "Replete vitamin D first: order 25-OH vitamin D and calcium to recheck"
        return (offers.work_up(label, "vitamin-d-25oh", "calcium"),)
    return ()


def _after_hip_fracture(chart: Chart) -> date | None:
    told = [
        fact.onset if fact.has_onset else fact.recorded
        for fact in chart.conditions
        if "fracture-site-hip-femur" in fact.tags
    ]
    days = [add_days(when.latest, AFTER_HIP_FRACTURE) for when in told if when is not None]
    return max(days, default=None)
