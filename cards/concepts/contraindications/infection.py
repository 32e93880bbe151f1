"""Immunosuppression, with which denosumab has limited safety data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart, Medication, concept
from cards.concepts import exposure, glucocorticoid
from cards.concepts.contraindications.answer import Answer, Cleared, Given, contraindication, dated
from cards.concepts.product import Product
from cards.formulary import IMMUNOSUPPRESSANTS, name
from cards.verdict import WARNING, Because

PREDNISONE_MG_DAY: Final = Decimal(10)
METHOTREXATE_MG_WEEK: Final = Decimal(10)
_WEEK: Final = Decimal(7)


@concept
def immunosuppression(chart: Chart, given: Given) -> Answer:
    """R-CI-DEN-04: an immunosuppressant, 10 mg of prednisone a day, or an immunodeficiency beside denosumab."""
    if given.ingredient != "denosumab":
        return Cleared(f"immunosuppression is not judged for {name(given.ingredient)}")
    if given.product is Product.ONCOLOGY:
        return Cleared("immunosuppression is not judged for the oncology product")
    found = sorted(_found(chart), key=lambda each: each[2])
    if not found:
        chart.conditions.whole()
        exposure.nothing_missed(chart)
        return Cleared("no immunosuppressant and no immunodeficiency is recorded")
    words = phrases.quote(found[0][0])
    because = tuple(each[1] for each in found)
    return contraindication(
        given, "infection-risk-immunosuppression", WARNING, words, because, plain=found[0][0], tentative=found[0][2]
    )


def _found(chart: Chart) -> Iterator[tuple[str, Because, bool]]:
    for drug in IMMUNOSUPPRESSANTS:
        told = exposure.evidence(chart, drug)
        if told and exposure.active(chart, drug).possibly:
            newest = told[-1]
            if drug != "methotrexate" or not _low_dose(newest):
                text = f"{phrases.capital(name(drug))} is in use"
                yield name(drug), Because(text, newest.started, newest.ref), not newest.sure
    steroid = glucocorticoid.possibly_today(chart)
    if steroid and steroid.mg >= PREDNISONE_MG_DAY:
        yield f"{name(steroid.medication.ingredient)} {steroid.told}", steroid.because, not steroid.medication.sure
    for fact in chart.conditions:
        if "immunodeficiency" in fact.tags and fact.current:
            because = Because(f"Immunodeficiency or transplant: {phrases.quote(fact.told)}", dated(fact), fact.ref)
            yield phrases.plain(fact.text, 40) or "immunodeficiency or transplant", because, fact.tentative


def _low_dose(methotrexate: Medication) -> bool:
    """Surely less than 10 mg a week; a dose that is not told counts as enough."""
    if methotrexate.dose_mg is None or not methotrexate.interval_days:
        return False
    return methotrexate.dose_mg * _WEEK / methotrexate.interval_days < METHOTREXATE_MG_WEEK
