"""Thigh pain or a shaft fracture after years of antiresorptives: an atypical femoral fracture must be thought of."""

from cards.chart import Chart
from cards.concepts import antiresorptive_exposure, exposure, lasting_effect, offers, skeletal_safety
from cards.concepts.lasting_effect import DENOSUMAB
from cards.evidence.asbmr import AFFREC
from cards.evidence.fda_labels import FOSAMAX, ZOLEDRONIC_ACID
from cards.phrases import capital
from cards.rule import rule
from cards.verdict import WARNING, Finding, Lacking, Line, Silent, Verdict
from cards.when import NO, YES, When


@rule(
    title="Suspected atypical femoral fracture",
    rows=("R-AFF-02", "R-FRX-08", "R-ORDER-02"),
    hooks=("patient-view", "encounter-discharge", "problem-list-item-create"),
    reads=("medication_requests",),
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=("conditions", "patient"),
    evidence=(FOSAMAX, ZOLEDRONIC_ACID, AFFREC),
    overrides=("specialist-managing", "plan-in-place", "data-incorrect", "clinically-inappropriate"),
    yields_to=("aff-diagnosed",),
    even_in=("oncology", "restricted"),
)
def aff_suspected(chart: Chart) -> Verdict:
    """
    Speaks when bisphosphonates or denosumab were given for 36 months or more, added up, and either the thigh or groin
    hurts since at most 12 months, or the shaft or subtrochanteric part of a femur broke without a high-energy cause.

    Silent when the fracture is already recorded as atypical and the drug goes on: aff-diagnosed says more. One line in
    another card where hip osteoarthritis may explain the pain. Where a date or a diagnosis leaves it open, what is
    missing is asked for; drugs are withheld all the same.

    Because an incomplete fracture hurts before it breaks through, and both femurs may be affected.
    """
    if antiresorptive_exposure.is_long(chart, When.on(chart.today)) is NO:
        exposure.nothing_missed(chart)
        return Silent("no long antiresorptive treatment is recorded")
    found = skeletal_safety.suspicions(chart)
    if not found:
        chart.conditions.whole()
        return Silent("no thigh or groin pain and no shaft fracture after long antiresorptive treatment is recorded")
    first = found[0]
    if first.truth is not YES and first.explained:
        return Silent("hip osteoarthritis may explain the thigh or groin pain", (first.because,))
    if first.truth is not YES:
        why = f"An atypical femoral fracture must be thought of: {first.words}."
        return Lacking(first.record, why, (first.because,))
    treatment = antiresorptive_exposure.up_to(chart, first.at)
    since = f"after {treatment.lasted} of {treatment.drug}{treatment.over}"
    if first.explained:
        step = "hip osteoarthritis is recorded; image both femurs if it does not explain the pain."
        return Line(f"Thigh or groin pain {since}: {step}", (first.because, treatment.because, *treatment.ended))
    summary = f"Thigh or groin pain {since}: image both femurs for atypical fracture."
    check = "Where the pain is, and whether bearing weight brings it on."
    if first.fracture:
        summary = f"{capital(first.fracture.site)} fracture {since}: review films for atypical features."
        check = "The films of this fracture, with radiology or orthopedics; then the other femur."
    on_denosumab = exposure.active(chart, DENOSUMAB).possibly or lasting_effect.of(chart, DENOSUMAB)
    others = tuple(each.because for each in found[1:])
    return Finding(
        WARNING,
        summary,
        (first.because, treatment.because, *treatment.ended, *others),
        check_first=(check, "Pain over other long bones: labels since 2026 warn of atypical fractures there too."),
        options=(
            "Until this is settled no antiresorptive and no romosozumab is suggested here.",
            *(("Denosumab is not stopped or left out without a plan for what follows.",) if on_denosumab else ()),
        ),
        suggestions=(
            offers.work_up("Image both femurs", "femur-radiographs"),
            offers.referral("orthopedics", "Suspected atypical femoral fracture"),
        ),
    )
