"""What the denosumab cards offer: the next dose, the exit, tests; and when a specialist must decide instead."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, NotRead, concept
from cards.concepts import (
    calcium,
    contraindications,
    denosumab_course,
    denosumab_follow_on,
    denosumab_transition,
    exposure,
    next_agent,
    offers,
    renal_function,
    scope,
    skeletal_safety,
)
from cards.concepts import denosumab_schedule as schedule
from cards.concepts.contraindications import Contraindication
from cards.concepts.contraindications.bisphosphonate import RENAL_LIMIT
from cards.concepts.eligibility import RENAL_UNKNOWN
from cards.orders import Create, DoseRecord, Reminder
from cards.verdict import Action, Because, Finding, Suggestion
from cards.when import When, add_days

DOSE_SECTIONS: Final = ("patient", "conditions", "laboratory", "vital_signs", "allergies", "appointments")
RISK_SECTIONS: Final = ("patient", "conditions", "bone_densities", "fracture_risk", "risk_assessments", "appointments")
INFUSION_SECTIONS: Final = (*DOSE_SECTIONS, "encounters")
EXIT_SECTIONS: Final = tuple(dict.fromkeys((*INFUSION_SECTIONS, *RISK_SECTIONS)))
"""What decides whether a dose, an infusion, an exit may be offered, and how risky the exit is: the rules' `weighs`."""

SUMMARY_ENDS: Final = 140
"""Characters that a summary must stay below."""

CALCIUM_FIRST: Final = "Calcium before the dose."
PRODUCT: Final = "denosumab-60mg"
PREDISPOSITIONS: Final = frozenset(("hypoparathyroidism", "malabsorption"))

GO_ON: Final = "Go on: the next dose on time, every 6 months. There is no drug holiday with denosumab."
NO_EXIT: Final = "Denosumab stopped; no bisphosphonate can be suggested to follow it: specialist plan (rebound risk)."
FOR_SPECIALIST: Final = "Which drug follows, and when, is for the specialist; the gap must not grow meanwhile."
AT_ONCE: Final = (
    "A follow-on 'at once' means when the last dose wears off, about 6 months after it, not the day after the stop."
)
LENGTHS: Final = (
    "Lengths and markers of the exit are expert guidance. Osteoporosis Canada: after at most 4 doses a bisphosphonate "
    "for a year, then reassess."
)


class Bar(enum.Enum):
    """Why no drug may be drafted and a specialist decides (R-DEN-06); the value is a summary's words for it."""

    LOW_CALCIUM = "low calcium"
    KIDNEY = "advanced kidney disease"
    NO_BISPHOSPHONATE = "kidney function too low for a bisphosphonate"
    ATYPICAL_FRACTURE = "AFF"
    SUSPECTED_FRACTURE = "suspected AFF"
    JAW = "ONJ"
    SUSPECTED_JAW = "suspected ONJ"


ADVICE: Final = {
    Bar.LOW_CALCIUM: "Correct calcium first; check magnesium, parathyroid hormone and 25-OH vitamin D.",
    Bar.KIDNEY: "Advanced kidney disease: nephrology and bone advice before any dose or exit drug.",
    Bar.NO_BISPHOSPHONATE: f"Zoledronic acid and alendronate are limited to a clearance of {RENAL_LIMIT['alendronate']}"
    f" mL/min; the limit on the risedronate label is {RENAL_LIMIT['risedronate']}.",
    Bar.ATYPICAL_FRACTURE: "AFF, atypical femoral fracture, is recorded: image the other femur; a specialist decides.",
    Bar.SUSPECTED_FRACTURE: "Suspected AFF, atypical femoral fracture: image both femurs first.",
    Bar.JAW: "ONJ, osteonecrosis of the jaw, is recorded: decide with oral surgery.",
    Bar.SUSPECTED_JAW: "Suspected ONJ, osteonecrosis of the jaw: oral surgery settles it first.",
}


WORK_UP: Final[Mapping[Bar, tuple[str, ...]]] = {
    Bar.LOW_CALCIUM: ("Order calcium, magnesium, PTH and 25-OH vitamin D", "calcium", "magnesium",
        "parathyroid-hormone", "vitamin-d-25oh"),
    Bar.KIDNEY: ("Order calcium, phosphate, PTH, ALP and 25-OH vitamin D", "calcium", "phosphate",
        "parathyroid-hormone", "alkaline-phosphatase", "vitamin-d-25oh"),
    Bar.NO_BISPHOSPHONATE: ("Order creatinine", "creatinine"),
    Bar.ATYPICAL_FRACTURE: ("Image both femurs", "femur-radiographs"),
    Bar.SUSPECTED_FRACTURE: ("Image both femurs", "femur-radiographs"),
    Bar.JAW: ("",),
    Bar.SUSPECTED_JAW: ("",),
}  # fmt: skip
"""The label of the work-up and its tests."""


@dataclass(frozen=True, slots=True)
class Specialist:
    """The first bar in the order calcium, kidney, femur, jaw; `words` name it, with the value where there is one."""

    bar: Bar
    words: str
    because: tuple[Because, ...]
    advice: tuple[str, ...]


@concept
def specialist(chart: Chart, leaving: bool) -> Specialist | None:
    """Why a specialist must decide; `leaving`: denosumab is being stopped, so kidney limits of its successors count."""
    found: list[tuple[Bar, str, tuple[Because, ...]]] = []
    low = calcium.low(chart)
    if low is not None and low.sure and not low.tentative:
        found.append((Bar.LOW_CALCIUM, low.words, low.because))
    kidney = renal_function.advanced(chart)
    value = renal_function.best(chart)
    if value is not None and not (leaving and value.value < RENAL_LIMIT["zoledronic-acid"]):
        value = None
    if kidney is not None:
        facts = (kidney.because, *([value.because] if value and value.because != kidney.because else []))
        found.append((Bar.KIDNEY, value.words if value else Bar.KIDNEY.value, facts))
    elif value is not None:
        found.append((Bar.NO_BISPHOSPHONATE, value.words, (value.because,)))
    femur = skeletal_safety.atypical_femoral(chart)
    suspected = "" if femur else skeletal_safety.suspected_atypical(chart)
    if femur:
        bar = Bar.ATYPICAL_FRACTURE if _confirmed(femur) else Bar.SUSPECTED_FRACTURE
        found.append((bar, bar.value, tuple(_recorded("Atypical femoral fracture", fact) for fact in femur)))
    elif suspected:
        facts = (Because(phrases.capital(suspected)),)
        found.append((Bar.SUSPECTED_FRACTURE, Bar.SUSPECTED_FRACTURE.value, facts))
    jaw = skeletal_safety.jaw_osteonecrosis(chart)
    if jaw:
        bar = Bar.JAW if _confirmed(jaw) else Bar.SUSPECTED_JAW
        found.append((bar, bar.value, tuple(_recorded("Osteonecrosis of the jaw", fact) for fact in jaw)))
    if not found:
        return None
    bar, words, _ = found[0]
    return Specialist(
        bar, words, tuple(fact for each in found for fact in each[2]), tuple(ADVICE[each[0]] for each in found)
    )


def _confirmed(facts: tuple[Condition, ...]) -> bool:
    return not all(fact.tentative for fact in facts)


def _recorded(what: str, fact: Condition) -> Because:
    return Because(f"{what} recorded{f' as {fact.verification}' if fact.tentative else ''}", fact.onset, fact.ref)


@dataclass(frozen=True, slots=True)
class Offer:
    """Suggestions, and the sentences that say what was left out and why."""

    suggestions: tuple[Suggestion, ...] = ()
    options: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


@concept
def never(chart: Chart) -> str:
    """What forbids any further denosumab, in words that go on "…: do not give denosumab"; "" where nothing does."""
    allergy = _against(chart, "allergy")
    return pregnant(chart) or (f"{allergy.kind} to denosumab is recorded" if allergy else "")


@concept
def pregnant(chart: Chart) -> str:
    """The words for a pregnancy, in which no drug may follow denosumab either; "" where none is recorded."""
    found = _against(chart, "pregnancy-contraindication")
    return found.words if found else ""


def _against(chart: Chart, topic: str) -> Contraindication | None:
    try:
        found = contraindications.CHECKS[topic](chart, contraindications.Given(schedule.INGREDIENT))
    except NotRead:
        return None
    return found if isinstance(found, Contraindication) else None


def caveats(chart: Chart, last: schedule.LastDose | None) -> tuple[str, ...]:
    """What to check first: what forbids denosumab, what of dose and visits is not certain, and infusions unread."""
    bar = never(chart)
    asked = tuple(
        f"Zoledronic acid of {phrases.when(infusion.when)}: 4 or 5 mg is not recorded. 5 mg may be the follow-on: ask."
        for infusion in _of_unread_strength(chart)
    )
    first = (f"{phrases.capital(bar)}: do not give denosumab.",) if bar else ()
    return (*first, *asked, *schedule.caveats(chart, last))


def _of_unread_strength(chart: Chart) -> tuple[exposure.Dose, ...]:
    last = schedule.last_seen(chart)
    return () if last is None else denosumab_follow_on.unread_strength(chart, last.when)


@concept
def next_dose(chart: Chart) -> Offer:
    """Denosumab 60 mg from its due day or today: a continuation dose, withheld only by what is critical (R-ELIG-01)."""
    if schedule.ordered_here(chart) is not None:
        return Offer(options=("Denosumab is ordered here already: check its day.",))
    answer = next_agent.eligibility(chart, schedule.INGREDIENT, continuation=True)
    made = next_agent.dose_of_denosumab(chart, schedule.dated_due(chart) or chart.today)
    if made is not None:
        return Offer((replace(made, recommended=True),), checks=answer.cautions)
    against = [f"Excluded here: denosumab - {'; '.join(answer.reasons)}."] if answer.reasons else []
    if answer.unread:
        against.append(f"Not suggested because {phrases.listed(answer.unread)} could not be read in full: denosumab.")
    return Offer(options=tuple(against), checks=answer.cautions)


@concept
def exit_offer(chart: Chart) -> Offer:
    """What may follow denosumab when its last dose wears off (R-CHOICE-05), with tests and referral."""
    course = denosumab_course.course(chart)
    withheld = _infusion_withheld(chart)
    offer = _chosen(
        next_agent.choose(
            chart,
            next_agent.Situation.DENOSUMAB_EXIT,
            due=schedule.dated_due(chart) or chart.today,
            high_risk=bool(denosumab_course.high_risk(chart)),
            exposure_months=course.exposure_months if course else None,
            among=("alendronate",) if withheld else (),
        )
    )
    return replace(offer, options=(*withheld, *offer.options))


def _infusion_withheld(chart: Chart) -> tuple[str, ...]:
    """Why no second infusion is offered: one since the last dose whose strength is not recorded."""
    days = [phrases.when(infusion.when) for infusion in _of_unread_strength(chart)]
    told = f"Excluded here: zoledronic acid - given {phrases.listed(days)}, 4 or 5 mg not recorded."
    return (told,) if days else ()


@concept
def no_exit(chart: Chart) -> bool:
    """Something stands against each bisphosphonate that could follow, more than a renal value that is only missing."""
    judged = (next_agent.eligibility(chart, drug) for drug in ("zoledronic-acid", "alendronate"))
    return all(set(each.reasons) - {RENAL_UNKNOWN} for each in judged)


@concept
def stop_plan(chart: Chart) -> tuple[str, ...]:
    """How denosumab is left, where a bisphosphonate can follow it; else that a specialist plans it."""
    return (FOR_SPECIALIST,) if no_exit(chart) else exit_plan(chart)


@concept
def infusion_offer(chart: Chart) -> Offer:
    """Zoledronic acid alone, where denosumab is not resumed; a referral only where neither can be offered."""
    withheld = _infusion_withheld(chart)
    if withheld:
        return Offer(options=withheld)
    situation, start = next_agent.Situation.DENOSUMAB_EXIT, schedule.dated_due(chart) or chart.today
    choice = next_agent.choose(chart, situation, due=start, among=("zoledronic-acid",))
    resumed = next_agent.eligibility(chart, schedule.INGREDIENT, continuation=True).offered
    if not choice.drugs and resumed and not scope.restricted(chart):
        choice = replace(choice, suggestions=())
    return _chosen(choice)


def _chosen(choice: next_agent.Choice) -> Offer:
    return Offer((*choice.suggestions, *choice.tests), (*choice.excluded, *choice.unjudged, *choice.notes))


def advice_of(specialist: Specialist) -> tuple[Suggestion, ...]:
    """Whom to ask and what to measure or image where no drug is drafted (R-CHOICE-06)."""
    label, *wanted = WORK_UP[specialist.bar]
    kidney = specialist.bar is Bar.KIDNEY
    to = offers.KIDNEY_SPECIALIST if kidney else offers.BONE_SPECIALIST
    asked = offers.referral(to, f"Denosumab with {specialist.words}: next dose or exit")
    return (asked, offers.work_up(label, *wanted)) if wanted else (asked,)


def dose_beside(chart: Chart, due: When) -> Because | None:
    """A denosumab dose drafted here, or booked around its due day: denosumab goes on."""
    here = schedule.ordered_here(chart)
    if here is not None:
        return here
    dials = chart.dials(schedule.DenosumabSchedule)
    booking = schedule.dose_booked(chart, add_days(due.earliest, -dials.window), add_days(due.latest, dials.grace))
    return booking.because if booking else None


@concept
def predisposed(chart: Chart) -> tuple[Because, ...]:
    """Hypoparathyroidism or malabsorption: calcium may fall after the dose (R-CI-DEN-03)."""
    return tuple(
        Because(phrases.capital(phrases.quote(fact.told)), fact.onset if fact.has_onset else fact.recorded, fact.ref)
        for fact in chart.conditions
        if fact.tags & PREDISPOSITIONS and not fact.tentative
    )


def reminder(due: date) -> Suggestion:
    """A Task that reminds of the next dose."""
    words = f"Remind of the denosumab dose due {phrases.day(due)}"
    return Suggestion(words, (Action(words, Create(Reminder("Denosumab dose due", due))),))


def record_elsewhere() -> Suggestion:
    """An injection given elsewhere, its day left to the clinician: the readers then count it as a dose."""
    words = "Record denosumab 60 mg given elsewhere; fill in the day"
    return Suggestion("Record an injection given elsewhere", (Action(words, Create(DoseRecord(PRODUCT))),))


def unless_barred(chart: Chart, finding: Finding, late: str) -> Finding:
    """The card on the next dose; where denosumab is forbidden, by what, in place of the advice to give it."""
    bar = never(chart)
    if not bar:
        return finding
    short = f"{late}, but {bar}: do not give denosumab"
    whole = f"{short}; decide now what replaces it."
    return replace(
        finding,
        summary=whole if len(whole) < SUMMARY_ENDS else f"{short}.",
        check_first=tuple(words for words in finding.check_first if words != CALCIUM_FIRST),
        options=("Replace denosumab without delay; which drug, and when, may be for a specialist.",),
    )


def to_specialist(finding: Finding, summary: str, specialist: Specialist) -> Finding:
    """The card without drugs: what bars them, and whom to ask."""
    return replace(
        finding,
        summary=summary,
        why=(*finding.why, *specialist.because),
        check_first=(*specialist.advice, *finding.check_first),
        options=(FOR_SPECIALIST,),
        suggestions=(*advice_of(specialist), *finding.suggestions),
    )


def in_pregnancy(finding: Finding) -> Finding:
    """The card on stopping denosumab where no drug may follow: a specialist decides."""
    return replace(
        finding,
        summary="Stopping denosumab with pregnancy recorded: specialist decision needed on follow-on (rebound risk).",
        options=("No drug for osteoporosis is suggested in pregnancy: what follows, and when, is for the specialist.",),
        suggestions=(
            offers.referral(offers.BONE_SPECIALIST, "Denosumab stopped in pregnancy"), *finding.suggestions,
        ),
    )  # fmt: skip


def barred_review(chart: Chart, finding: Finding, course: str) -> Finding | None:
    """The review of a long course where denosumab itself or what could follow it is barred; None where neither is."""
    bar, found = never(chart), specialist(chart, leaving=True)
    if bar:
        return replace(
            finding,
            summary=f"{course}, but {bar}: do not give denosumab. Specialist plan for what follows.",
            options=("There is no drug holiday with denosumab: what replaces it, and when, is for the specialist.",),
            suggestions=(offers.referral(offers.BONE_SPECIALIST, "Long-term denosumab: what follows"),),
        )
    if found is None:
        return None
    if found.bar is Bar.NO_BISPHOSPHONATE:
        summary = f"{course}: reassess risk. No bisphosphonate is suitable ({found.words}): no stop without a plan."
        options: tuple[str, ...] = (GO_ON, "If it is to end after all: a specialist plans what follows.")
    else:
        words = found.bar.value if found.bar is Bar.LOW_CALCIUM else found.words
        summary = f"{course}, {words}: specialist decision on the next dose and any exit. Leave no gap meanwhile."
        options = ("There is no drug holiday with denosumab: no dose is left out without a plan.",)
    return replace(to_specialist(finding, summary, found), options=options)


@concept
def exit_plan(chart: Chart) -> tuple[str, ...]:
    """How the exit is done after this course, in sentences (R-DEN-03)."""
    due = schedule.dated_due(chart)
    when = schedule.due_when(chart) or When.on(chart.today)
    if denosumab_course.is_long(chart) or denosumab_course.high_risk(chart):
        which = (
            "Long exposure or high risk: zoledronic acid 5 mg, then CTX or P1NP at 3 and 6 months; repeat the infusion "
            "if they are raised or bone density falls."
        )
    else:
        which = (
            "Short exposure and no high risk on record: an oral bisphosphonate for 12 to 24 months, or zoledronic acid "
            "once; CTX or P1NP 3 and 6 months later."
        )
    first, until = denosumab_transition.window(chart)
    start = f"Start the bisphosphonate about {first} months after the last dose"
    window = f" ({phrases.when(when)}; window {first} to {until} months)."
    start += window if due else ": date the last injection first."
    if when.before(chart.today).surely:
        start += " That day has passed: start it now."
    return (
        start,
        which,
        "Zoledronic acid after denosumab may not fully hold spine bone density.",
    )
