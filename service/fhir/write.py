"""What a suggestion carries, as FHIR R4: new resources, changes laid over the original, drafts taken back.

Every kind of new resource is held against the R4B models once, when this module is first imported; what a request adds
to it afterwards are plain members of the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir.resources.R4B.medicationstatement import MedicationStatement
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task

from cards import codes
from cards.formulary import PRODUCTS, Product, name
from cards.orders import TESTS, Change, Create, Delete, DoseRecord, DrugOrder, Referral, Reminder, TestOrder
from cards.when import add_months
from service.fhir.change import changed
from service.fhir.references import bare_id

REVIEW: Final = "Proposed by decision support; review before signing"
FILL_IN_THE_DAY: Final = "Given elsewhere: fill in the day of the dose (effective date) before saving"

UCUM: Final = "http://unitsofmeasure.org"
_ROUTES: Final = {
    "subcutaneous": ("34206005", "Subcutaneous route"),
    "intravenous": ("47625008", "Intravenous route"),
    "oral": ("26643006", "Oral route"),
}
_ADVERBS: Final = {"subcutaneous": "subcutaneously", "intravenous": "intravenously", "oral": "by mouth"}
_REASON: Final = {"coding": [{"system": codes.SNOMED, "code": "64859006", "display": "Osteoporosis"}]}
_FULL_COURSE: Final = {"teriparatide-20mcg": 24}
_FULL_COUNT: Final = {"romosozumab-210mg": 12}
_GIVEN_ONCE: Final = frozenset(("zoledronic-acid-5mg",))


def write(
    what: object, *, patient_id: str, encounter_id: str | None, originals: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The type and resource (or resourceId) of a CDS Hooks action; None for what cannot be written.

    `originals` are the resources of the request by "Type/id": a change needs the one it changes. TypeError for
    anything that is not of `cards.orders`.
    """
    if isinstance(what, Create):
        return {"type": "create", "resource": _new(what.what, patient_id, encounter_id)}
    if isinstance(what, Change):
        original = originals.get(what.ref)
        resource = None if original is None else changed(original, what)
        return None if resource is None else {"type": "update", "resource": resource}
    if isinstance(what, Delete):
        return None if _nameless(what.ref) else {"type": "delete", "resourceId": what.ref}
    raise TypeError(f"a suggestion carries Create, Change or Delete of cards.orders, not {type(what).__name__}")


def _new(
    what: DrugOrder | TestOrder | Referral | DoseRecord | Reminder, patient_id: str, encounter_id: str | None
) -> dict[str, Any]:
    about: dict[str, Any] = {"subject": {"reference": f"Patient/{patient_id}"}}
    if encounter_id:
        about["encounter"] = {"reference": f"Encounter/{bare_id(encounter_id, 'Encounter')}"}
    if isinstance(what, DrugOrder):
        return _medication_request(what, about)
    if isinstance(what, TestOrder):
        return _test(what, about)
    if isinstance(what, Referral):
        return _referral(what, about)
    if isinstance(what, DoseRecord):
        return _statement(what, about)
    return _task(what, about)


def _medication_request(order: DrugOrder, about: Mapping[str, Any]) -> dict[str, Any]:
    product = PRODUCTS[order.product]
    reasons = [{"reference": ref} for ref in order.reason_refs if not _nameless(ref)]
    return {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": _concept(product, product.text),
        **about,
        **({"reasonReference": reasons} if reasons else {"reasonCode": [_REASON]}),
        "note": _notes(order.note),
        "dosageInstruction": [_instruction(order, product)],
    }


def _concept(product: Product, text: str) -> dict[str, Any]:
    coding = {"system": codes.RXNORM, "code": product.rxnorm}
    display = codes.display(codes.RXNORM, product.rxnorm)
    return {"coding": [{**coding, "display": display} if display else coding], "text": text}


def _instruction(order: DrugOrder, product: Product) -> dict[str, Any]:
    months = order.months or _FULL_COURSE.get(product.key)
    count = order.count or _FULL_COUNT.get(product.key) or (1 if product.key in _GIVEN_ONCE else None)
    text = product.instruction.format(months=months, count=count)
    if order.start:
        text = f"{text}; {'on' if count == 1 else 'from'} {order.start.isoformat()}"
    return {
        "text": text,
        "timing": _timing(order.start, months, count, product),
        "route": _route(product),
        "doseAndRate": [{"doseQuantity": _dose(product)}],
    }


def _timing(start: date | None, months: int | None, count: int | None, product: Product) -> dict[str, Any]:
    repeat: dict[str, Any] = {
        "frequency": product.frequency,
        "period": product.period,
        "periodUnit": product.period_unit,
    }
    if count:
        repeat["count"] = count
    if start and months:
        repeat["boundsPeriod"] = {"start": start.isoformat(), "end": add_months(start, months).isoformat()}
    elif start and count != 1:
        repeat["boundsPeriod"] = {"start": start.isoformat()}
    elif months:
        repeat["boundsDuration"] = {"value": months, "unit": "month", "system": UCUM, "code": "mo"}
    return {"event": [start.isoformat()], "repeat": repeat} if start and count == 1 else {"repeat": repeat}


def _route(product: Product) -> dict[str, Any]:
    code, display = _ROUTES[product.route]
    return {"coding": [{"system": codes.SNOMED, "code": code, "display": display}]}


def _dose(product: Product) -> dict[str, Any]:
    return {
        "value": _number(product.dose_value), "unit": product.dose_unit, "system": UCUM, "code": product.dose_code,
    }  # fmt: skip


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _notes(*more: str) -> list[dict[str, str]]:
    return [{"text": text} for text in (REVIEW, *more) if text]


def _test(order: TestOrder, about: Mapping[str, Any]) -> dict[str, Any]:
    test = TESTS[order.test]
    code: dict[str, Any] = {"text": test.text}
    if test.loinc:
        display = codes.display(codes.LOINC, test.loinc)
        coding = {"system": codes.LOINC, "code": test.loinc}
        code = {"coding": [{**coding, "display": display} if display else coding], "text": test.text}
    return {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "order",
        "code": code,
        **about,
        **({"occurrenceDateTime": order.on.isoformat()} if order.on else {}),
        "reasonCode": [_REASON],
        "note": _notes(order.note),
    }


def _referral(referral: Referral, about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "order",
        "code": {"text": f"Referral to {referral.to}"},
        **about,
        "performerType": {"text": referral.to},
        "reasonCode": [_REASON],
        "note": _notes(referral.question),
    }


def _statement(record: DoseRecord, about: Mapping[str, Any]) -> dict[str, Any]:
    product = PRODUCTS[record.product]
    amount = f"{_number(product.dose_value)} {product.dose_unit}"
    return {
        "resourceType": "MedicationStatement",
        "status": "completed",
        "medicationCodeableConcept": _concept(product, f"{name(product.ingredient)} {amount}"),
        "subject": about["subject"],
        "note": [{"text": FILL_IN_THE_DAY}],
        "dosage": [
            {
                "text": f"{amount} {_ADVERBS[product.route]}, one dose",
                "route": _route(product),
                "doseAndRate": [{"doseQuantity": _dose(product)}],
            }
        ],
    }


def _task(reminder: Reminder, about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "description": reminder.text,
        "for": about["subject"],
        **({"encounter": about["encounter"]} if "encounter" in about else {}),
        "executionPeriod": {"start": reminder.due.isoformat()},
        "note": [{"text": "Proposed by decision support"}],
    }


def _nameless(ref: str) -> bool:
    return "/?" in ref or "/" not in ref


_MODELS: Final[Mapping[str, Any]] = {
    "MedicationRequest": MedicationRequest,
    "MedicationStatement": MedicationStatement,
    "ServiceRequest": ServiceRequest,
    "Task": Task,
}
_SOME_DAY: Final = date(2030, 1, 31)


def every_kind() -> list[dict[str, Any]]:
    """Each new resource that can be written, bare and with everything a request can add."""
    note = "a note"
    whats: list[DrugOrder | TestOrder | Referral | DoseRecord | Reminder] = [
        *(
            order
            for key in PRODUCTS
            for order in (
                DrugOrder(key),
                DrugOrder(key, months=6, count=3),
                DrugOrder(key, _SOME_DAY, 3, 6, ("Condition/c1",), note),
                DrugOrder(key, _SOME_DAY),
            )
        ),
        *(order for key in TESTS for order in (TestOrder(key), TestOrder(key, _SOME_DAY, note))),
        Referral("a specialist"),
        Referral("a specialist", "a question"),
        *(DoseRecord(key) for key in PRODUCTS),
        Reminder("something is due", _SOME_DAY),
    ]
    return [_new(what, "p1", encounter) for what in whats for encounter in (None, "e1")]


def _hold_against_r4b() -> None:
    for resource in every_kind():
        _MODELS[resource["resourceType"]].model_validate(resource)


_hold_against_r4b()
