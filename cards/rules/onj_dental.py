"""Dental surgery is being booked for a patient on a drug that osteonecrosis of the jaw is known from."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import denosumab_schedule, dental_surgery, exposure
from cards.concepts.denosumab_schedule import INGREDIENT as DENOSUMAB
from cards.evidence.aaoms import AAOMS22
from cards.evidence.ects import ECTS22
from cards.formulary import BISPHOSPHONATES, name
from cards.rule import rule
from cards.verdict import INFO, Because, Finding, Silent, Verdict

TIED = (DENOSUMAB, *BISPHOSPHONATES, "romosozumab")
"""Drugs that osteonecrosis of the jaw is known from, the one that must not be skipped first."""

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
    weighs=("appointments", "medication_requests", "conditions"),
    evidence=(AAOMS22, ECTS22),
    overrides=("plan-in-place", "specialist-managing", "data-incorrect"),
    even_in=("oncology", "restricted"),
)
def onj_dental(chart: Chart) -> Verdict:
    """
    Speaks when the visit being booked is named as an extraction, a dental implant or other surgery of the mouth, and a
    bisphosphonate, denosumab or romosozumab is in use. Only the words of the booking are read, in English.

    Silent when the visit is any other, cancelled or past, and when none of these drugs is in use.

    Because osteonecrosis of the jaw, rare as it is, mostly follows dental surgery; and because a denosumab dose that is
    left out for the dentist's sake may cost vertebrae.
    """
    visit = dental_surgery.being_booked(chart)
    if visit is None:
        return Silent("no dental surgery is being booked")
    used = {each.ingredient: each for each in exposure.therapies(chart) if each.ingredient in TIED}
    drugs = [drug for drug in TIED if drug in used]
    if not drugs:
        exposure.nothing_missed(chart)
        return Silent("no drug that osteonecrosis of the jaw is known from is in use")
    facts = [Because(f"Visit: {phrases.quote(visit.text)}", visit.start, visit.ref)]
    last = denosumab_schedule.last_seen(chart) if DENOSUMAB in drugs else None
    facts += [last.because] if last else []
    for drug in drugs:
        if last and drug == DENOSUMAB:
            continue
        shown = used[drug].in_force[-1]
        sure = exposure.active(chart, drug).surely
        words = f"{phrases.capital(name(drug))} {'is' if sure else 'may be'} in use"
        facts.append(Because(words, shown.started, shown.ref))
    told = phrases.listed([name(drug) for drug in drugs])
    summary = f"Dental surgery on {told}: plan timing with the dentist or oral surgeon."
    options: tuple[str, ...] = ()
    if DENOSUMAB in drugs:
        summary = f"Dental surgery on {told}: plan timing; do not skip a denosumab dose."
        due = denosumab_schedule.due_when(chart)
        options = (
            "Denosumab: some months after a dose and well before the next; the next dose is given on time.",
            *((f"The next dose falls due {phrases.when(due)}.",) if due else ()),
        )
    return Finding(
        INFO,
        summary,
        tuple(facts),
        check_first=("The dentist knows the drug and since when; glucocorticoids, diabetes, smoking, infection.",),
        options=options,
        differing=(DIFFERING,),
        ingredient=drugs[0],
    )
