"""What stands against romosozumab: heart and vessels, kidneys, and who it is labelled for."""

from __future__ import annotations

from typing import Final

from cards.chart import Chart, concept
from cards.concepts import anabolic_course, cardiovascular, exposure, renal_function, scope
from cards.concepts.contraindications.answer import Answer, Cleared, Given, contraindication, unseen_results
from cards.formulary import name
from cards.verdict import CRITICAL, WARNING, Because
from cards.when import When

ROMOSOZUMAB: Final = "romosozumab"


@concept
def cardiovascular_warning(chart: Chart, given: Given) -> Answer:
    """R-CI-ROM-01: a heart attack or stroke within 12 months; R-CI-ROM-03: one on or after the start of treatment."""
    if given.ingredient != ROMOSOZUMAB:
        return Cleared(f"{name(given.ingredient)} carries no warning on heart attack and stroke")
    topic = "romosozumab-cv-warning"
    if given.active:
        courses = exposure.episodes(chart, (ROMOSOZUMAB,))
        over = anabolic_course.romosozumab_ended(chart)
        until = over or When.on(chart.today)
        event = cardiovascular.during(chart, courses[-1].start, until) if courses else None
        started = tuple(
            Because("Romosozumab started", course.start, course.first.ref)
            for course in courses[-1:]
            if not course.start.undated
        )
        if event is None:
            chart.conditions.whole()
            if over is None:
                return Cleared("no heart attack or stroke since romosozumab was started", started)
            ended = Because("Romosozumab course ended, a month after its last dose", over)
            return Cleared("no heart attack or stroke before the course of romosozumab ended", (*started, ended))
        words = f"{event.words} during treatment (boxed warning). Plan an antiresorptive."
        checks: tuple[str, ...] = ()
        if not event.when.on_or_after(courses[-1].start.latest).surely:
            words = f"{event.words}, possibly during treatment"
            words += " (boxed warning)." if started else "; start of romosozumab not recorded."
            checks = ("When romosozumab was started, and when the event happened.",)
        return contraindication(
            given, topic, CRITICAL, words, (event.because, *started), kind="on treatment", checks=checks,
            tentative=event.tentative, lasting=True,
        )  # fmt: skip
    event = cardiovascular.recent(chart)
    if event is None:
        chart.conditions.whole()
        facts = tuple(each.because for each in cardiovascular.events(chart))
        return Cleared(f"no heart attack or stroke in the last {cardiovascular.WINDOW} months", facts)
    words = f"{event.words}, within the last {cardiovascular.WINDOW} months"
    if not event.dated or not event.when.exact:
        words = f"{event.words}, possibly within the last {cardiovascular.WINDOW} months"
    return contraindication(given, topic, CRITICAL, words, (event.because,), kind="start", tentative=event.tentative)


@concept
def cardiovascular_caution(chart: Chart, given: Given) -> Answer:
    """R-CI-ROM-02: an older heart attack or stroke, or a condition akin to them."""
    if given.ingredient != ROMOSOZUMAB:
        return Cleared(f"{name(given.ingredient)} calls for no caution with heart and vessels")
    recent = cardiovascular.recent(chart)
    if recent is not None:
        return Cleared(f"{recent.words} is a matter of the boxed warning", (recent.because,))
    found = cardiovascular.cautions(chart)
    if not found:
        chart.conditions.whole()
        chart.procedures.seen()
        return Cleared("no cardiovascular disease is recorded")
    words, because, sure = found[0]
    facts = (because, *(each[1] for each in found[1:]))
    return contraindication(given, "romosozumab-cv-caution", WARNING, words, facts, tentative=not sure)


@concept
def renal_caution(chart: Chart, given: Given) -> Answer:
    """R-CI-ROM-04: eGFR below 30, dialysis, or advanced kidney disease by code."""
    if given.ingredient != ROMOSOZUMAB:
        return Cleared(f"{name(given.ingredient)} needs no closer watch on calcium in kidney disease")
    disease = renal_function.advanced(chart)
    if disease is None:
        renal_function.nothing_missed(chart)
        return Cleared("no advanced kidney disease is recorded")
    best = renal_function.best(chart)
    words = best.words if best is not None and best.value < renal_function.ADVANCED_BELOW else disease.words
    return contraindication(
        given, "romosozumab-renal-caution", WARNING, words, (disease.because,), checks=unseen_results(chart),
        tentative=disease.tentative,
    )  # fmt: skip


@concept
def population(chart: Chart, given: Given) -> Answer:
    """R-CI-ROM-05: romosozumab and ibandronate are labelled for postmenopausal women."""
    if given.ingredient not in {ROMOSOZUMAB, "ibandronate"}:
        return Cleared(f"{name(given.ingredient)} is not labelled for postmenopausal women alone")
    patient = chart.patient
    topic = "not-indicated-population"
    if patient is not None and patient.sex == "male":
        fact = Because("Recorded gender: male", ref=patient.ref)
        return contraindication(given, topic, WARNING, "labelled for postmenopausal women only", (fact,), kind="men")
    chart.section("patient").whole()
    if given.ingredient != ROMOSOZUMAB:
        return Cleared("the patient is not recorded as male")
    if scope.postmenopausal(chart):
        return Cleared("the patient is a postmenopausal woman")
    if patient is None or patient.sex is None:
        fact, kind = Because("The recorded gender is neither male nor female"), "patients whose sex is not recorded"
    else:
        chart.conditions.whole()
        fact, kind = Because("Under 50, or of unknown age, and menopause is not recorded"), "premenopausal women"
    return contraindication(given, topic, WARNING, "labelled for postmenopausal women only", (fact,), kind=kind)
