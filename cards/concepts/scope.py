"""For whom the rules speak at all, and who is seen with restrictions (R-SCOPE-01 to -05)."""

from __future__ import annotations

from typing import Final

from cards.chart import Chart, Medication, Source, concept
from cards.concepts import exposure, product
from cards.when import MAYBE, NO, YES, Truth, add_months

ADULT_YEARS: Final = 18
MENOPAUSE_YEARS: Final = 50
PALLIATIVE_MONTHS: Final = 6
ONCOLOGY_COVER_MONTHS: Final = {"denosumab": 3, "zoledronic-acid": 6}


@concept
def outside(chart: Chart) -> str:
    """Why no rule speaks for this patient at all, or "": deceased, or surely under 18."""
    patient = chart.patient
    if patient is None:
        return ""
    if patient.deceased:
        return "the patient is recorded as deceased"
    if older_than(chart, ADULT_YEARS) is NO:
        return "the patient is under 18"
    return ""


@concept
def older_than(chart: Chart, years: int) -> Truth:
    """At least this many years old today; maybe where the birth date is missing or partial."""
    patient = chart.patient
    if patient is None or patient.born is None:
        return MAYBE
    return patient.born.on_or_before(add_months(chart.today, -12 * years))


@concept
def postmenopausal(chart: Chart) -> bool:
    """A woman of 50 or more, or documented postmenopausal (R-SCOPE-02)."""
    patient = chart.patient
    if patient is None or patient.sex != "female":
        return False
    return older_than(chart, MENOPAUSE_YEARS) is YES or _menopause_documented(chart)


def _menopause_documented(chart: Chart) -> bool:
    return any(
        fact.tags & {"menopause", "oophorectomy-bilateral"} and not fact.tentative for fact in chart.conditions
    ) or any("oophorectomy-bilateral" in fact.tags for fact in chart.procedures)


@concept
def wanted(chart: Chart) -> str:
    """What to record so that the patient need not be seen in restricted mode (R-SCOPE-05), or ""."""
    patient = chart.patient
    if patient is None or patient.sex is None:
        return "the patient's sex"
    if patient.born is None or older_than(chart, ADULT_YEARS) is MAYBE:
        return "the patient's full birth date"
    if older_than(chart, MENOPAUSE_YEARS) is MAYBE and not _menopause_documented(chart):
        return "the patient's full birth date"
    return ""


@concept
def restricted(chart: Chart) -> str:
    """Why the patient is seen in restricted mode, or "": sex or age not known, or under 50 and not postmenopausal."""
    patient = chart.patient
    if patient is None:
        return "the Patient resource was not available"
    if patient.sex is None:
        return "the recorded gender is neither male nor female"
    if patient.born is None:
        return "no birth date is recorded"
    if older_than(chart, ADULT_YEARS) is MAYBE:
        return "the birth date does not tell whether the patient is 18"
    old_enough = older_than(chart, MENOPAUSE_YEARS)
    if old_enough is YES or _menopause_documented(chart):
        return ""
    if old_enough is MAYBE:
        return "the birth date does not tell whether the patient is 50"
    return "the patient is under 50 and not documented as postmenopausal"


@concept
def oncology_agent(chart: Chart) -> Medication | None:
    """The active oncology antiresorptive, if any: an active order, or a dose within 3 (denosumab) or 6 months."""
    for ingredient, months in ONCOLOGY_COVER_MONTHS.items():
        last = exposure.doses(chart, ingredient, (product.Product.ONCOLOGY,)).last
        if last is not None and last.when.within(add_months(chart.today, -months), chart.today) is YES:
            return last.evidence[0]
        for fact in exposure.evidence(chart, ingredient):
            if fact.status != "active" or fact.source not in (Source.REQUEST, Source.STATEMENT):
                continue
            if not fact.sure or fact.do_not_perform or product.of(chart, fact) is not product.Product.ONCOLOGY:
                continue
            piece = exposure.interval(chart, fact)
            if piece and piece.end.on_or_after(chart.today) is YES:
                return fact
    return None


@concept
def palliative(chart: Chart) -> bool:
    """Hospice, or palliative care coded or begun within the last six months, or still going on (R-SCOPE-04)."""
    if not chart.site.suppress_palliative:
        return False
    if any(fact.kind == "hospice" for fact in chart.encounters):
        return True
    since = add_months(chart.today, -PALLIATIVE_MONTHS)
    if any(
        "palliative-care" in done.tags and (done.status == "in-progress" or done.when.within(since, chart.today) is YES)
        for done in chart.procedures
    ):
        return True
    return any(
        "palliative-care" in fact.tags and (fact.recorded or fact.onset).within(since, chart.today) is YES
        for fact in chart.conditions
    )


SECTIONS: Final = ("patient", "conditions", "encounters", "medication_requests", *exposure.MEDICATION_SECTIONS)
"""What the scope itself looks at; the engine looks, not the rule."""


@concept
def of(chart: Chart) -> frozenset[str]:
    """The scopes the patient falls in: a rule that does not name one of them stays silent in it."""
    found = set()
    if oncology_agent(chart):
        found.add("oncology")
    if palliative(chart):
        found.add("palliative")
    if restricted(chart):
        found.add("restricted")
    return frozenset(found)
