"""Dental surgery is being booked for a patient on a drug that osteonecrosis of the jaw is known from."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import dental_surgery, exposure, jaw_drugs, lasting_effect
from cards.evidence.aaoms import AAOMS22
from cards.evidence.ects import ECTS22
from cards.rule import rule
from cards.verdict import INFO, Because, Finding, Silent, Verdict

DIFFERING = (
    "The ECTS review does not interrupt bisphosphonates at a low risk of osteonecrosis; with denosumab it prefers "
    "surgery 5 to 6 months after the last injection, and the next one 4 to 6 weeks later, never more than 4 weeks late."
)


@rule(
    title="Dental surgery on an antiresorptive",
    rows=("R-ONJ-02",),
    hooks=("appointment-book",),
    reads=(),
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=("appointments", "medication_requests", "conditions", "drafts"),
    evidence=(AAOMS22, ECTS22),
    overrides=("plan-in-place", "specialist-managing", "data-incorrect"),
    even_in=("oncology", "restricted"),
)
def onj_dental(chart: Chart) -> Verdict:
    """
    Speaks when the visit being booked is named as an extraction, a dental implant or other surgery of the mouth, and a
    bisphosphonate, denosumab or romosozumab is in use. Only the words of the booking are read, in English. Denosumab
    counts as in use up to 24 months after its last dose, unless a bisphosphonate took its place; an infusion of
    zoledronic acid for 12 months and 90 days.

    Silent when the visit is any other, cancelled or past, and when none of these drugs is in use.

    Because osteonecrosis of the jaw, rare as it is, mostly follows dental surgery; and because a denosumab dose that is
    left out for the dentist's sake may cost vertebrae.
    """
    visit = dental_surgery.being_booked(chart)
    if visit is None:
        return Silent("no dental surgery is being booked")
    used = jaw_drugs.used(chart)
    if not used:
        exposure.nothing_missed(chart)
        return Silent("no drug that osteonecrosis of the jaw is known from is in use")
    denosumab = used[0].ingredient == lasting_effect.DENOSUMAB
    step = (
        "plan timing; do not skip a denosumab dose." if denosumab else "plan timing with the dentist or oral surgeon."
    )
    return Finding(
        INFO,
        jaw_drugs.summary(used, step),
        (
            Because(f"Visit: {phrases.quote(visit.text)}", visit.start, visit.ref),
            *(jaw_drugs.because(chart, each) for each in used),
        ),
        check_first=("The dentist knows the drug and since when; glucocorticoids, diabetes, smoking, infection.",),
        options=jaw_drugs.next_dose(chart) if denosumab else (),
        differing=(DIFFERING,),
        ingredient=used[0].ingredient,
    )
