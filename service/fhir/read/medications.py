"""Orders, statements, fills and doses given: one fact for each resource whose drug a rule may read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from cards import codes, formulary
from cards.chart import Unusable
from cards.facts import Draft, Medication, Source
from cards.identity import OTHER_DRUGS, Identity, identify
from cards.when import When
from service.fhir.gather import Resource
from service.fhir.read import dates
from service.fhir.read.dosage import Dosing, billed_mg, container_mg, dosing, is_billed, ordered
from service.fhir.read.elements import Json, Named, every, flag, named, one, reference, status_code, words
from service.fhir.read.other_versions import course, not_given, statement_status
from service.fhir.read.quantities import figure, number
from service.fhir.read.reading import Reading

_WITHDRAWN: Final = "entered-in-error"
_NOT_AN_ORDER: Final = frozenset(("proposal", "plan", "option"))
_NEVER: Final[Mapping[Source, frozenset[str]]] = {
    Source.REQUEST: frozenset((_WITHDRAWN,)),
    Source.STATEMENT: frozenset((_WITHDRAWN, "not-taken", "intended", "draft")),
    Source.DISPENSE: frozenset((_WITHDRAWN, "preparation", "cancelled", "declined", "on-hold", "stopped")),
    Source.ADMINISTRATION: frozenset((_WITHDRAWN, "not-done", "on-hold")),
}
"""Statuses under which a resource tells of no use (R-RES-01). A cancelled or drafted order is kept: the stop test reads
it."""

_NOT_GIVEN: Final = frozenset((_WITHDRAWN, "cancelled", "not-done", "not-taken", "declined"))
_UNSURE: Final = frozenset(("unknown", ""))
_STANDING: Final = frozenset(("active", "unknown", "draft", "completed", ""))
_BROKEN_OFF: Final = "its giving was broken off"
_IN_WORDS: Final = "only the words of a procedure tell of it"
_INJECTED: Final = frozenset(("denosumab", "zoledronic-acid", "romosozumab", "ibandronate", "pamidronate"))
_INJECTION: Final = re.compile(r"\b(?:inject\w*|infus\w*|administ\w*|given)\b", re.IGNORECASE)
_SINGLE_DOSE: Final = frozenset(("denosumab", "zoledronic-acid", "alendronate", "risedronate", "ibandronate"))
"""Drugs whose package is one dose, so that the strength their name tells is the dose."""


@dataclass(frozen=True, slots=True)
class _Drug:
    """What a resource's medication is: its identity, its codes, its words, and the words a card may quote."""

    identity: Identity
    named: Named
    text: str


def request(resource: Resource, reading: Reading) -> Medication | None:
    """A MedicationRequest of the record; None where it tells of no order (R-RES-01) or of no drug that a rule reads."""
    json, ref = resource.json, resource.ref
    if status_code(json.get("status")) in _NEVER[Source.REQUEST] or status_code(json.get("intent")) in _NOT_AN_ORDER:
        return None
    drug = _drug(json, reading)
    if drug is None:
        return None
    recorded = dates.when(json.get("authoredOn"))
    if recorded is not None:
        recorded = dates.past(recorded, reading.today)
        if recorded is None:
            return None
    return _order(json, ref, reading, drug, recorded)


def draft(resource: Resource, reading: Reading) -> Draft | None:
    """An order of the hook's context, whatever its status and intent; None without a drug that a rule reads, and for
    one entered in error."""
    json, ref = resource.json, resource.ref
    if status_code(json.get("status")) == _WITHDRAWN:
        return None
    drug = _drug(json, reading)
    if drug is None:
        return None
    return Draft(_order(json, ref, reading, drug, dates.when(json.get("authoredOn")), "draft"), resource.selected)


def _order(
    json: Json, ref: str, reading: Reading, drug: _Drug, recorded: When | None, no_status: str = "unknown"
) -> Medication:
    status = status_code(json.get("status")) or no_status
    told = dosing(json.get("dosageInstruction"), drug.named.words, drug.identity.tags, recorded, reading)
    supply = one(json.get("dispenseRequest"))
    valid_from, _ = dates.period(supply.get("validityPeriod"))
    first, last = course(json)
    planned = told.starts or first
    started = planned or valid_from or recorded
    refills = number(supply.get("numberOfRepeatsAllowed"))
    return _fact(
        json, ref, Source.REQUEST, status, drug, told, reading,
        started=started, ended=told.ends or last, recorded=recorded, events=told.events,
        supply_days=dates.days(supply.get("expectedSupplyDuration")),
        refills=int(refills) if refills is not None and 0 <= refills < 1000 else None,
        reasons=reading.reasons(json, ("reasonCode", "reason", "statusReason"), ("reasonReference", "reason")),
        do_not_perform=flag(json.get("doNotPerform")), planned=planned,
    )  # fmt: skip


def statement(resource: Resource, reading: Reading) -> Medication | None:
    """A MedicationStatement: `is_period` where it tells of a stretch of use, one day of use else (R-EXP-04)."""
    json, ref = resource.json, resource.ref
    status = statement_status(json)
    if status in _NEVER[Source.STATEMENT]:
        return None
    drug = _drug(json, reading)
    if drug is None:
        return None
    start, end = dates.period(json.get("effectivePeriod"))
    is_period = "effectivePeriod" in json and (start is not None or end is not None)
    if start is not None and start == end and start.exact:
        is_period = False
    day = dates.occurred(json, "effective") if not is_period else start
    recorded = dates.when(json.get("dateAsserted"))
    if day is not None:
        day = dates.past(day, reading.today)
        if day is None:
            return None
    if recorded is not None:
        recorded = dates.past(recorded, reading.today)
        if recorded is None and day is None:
            return None
    return _fact(
        json, ref, Source.STATEMENT, status or "unknown", drug,
        dosing(json.get("dosage"), drug.named.words, drug.identity.tags, day, reading), reading,
        started=day, ended=_not_before(end, day) if is_period else None, recorded=recorded,
        events=() if is_period or day is None else (day,), is_period=is_period,
        reasons=reading.reasons(json, ("reasonCode", "reason", "statusReason"), ("reasonReference", "reason")),
    )  # fmt: skip


def dispense(resource: Resource, reading: Reading) -> Medication | None:
    """A MedicationDispense that was handed over, or is said to be completed."""
    json, ref = resource.json, resource.ref
    status = status_code(json.get("status"))
    if (
        status in _NEVER[Source.DISPENSE]
        or not_given(json)
        or (status == "in-progress" and "whenHandedOver" not in json)
    ):
        return None
    drug = _drug(json, reading)
    if drug is None:
        return None
    day = dates.when(json.get("whenHandedOver")) or dates.when(json.get("whenPrepared"))
    if day is not None:
        day = dates.past(day, reading.today)
        if day is None:
            return None
    return _fact(
        json, ref, Source.DISPENSE, status or "unknown", drug,
        dosing(json.get("dosageInstruction"), drug.named.words, drug.identity.tags, day, reading), reading,
        started=day, recorded=day, events=() if day is None else (day,),
        supply_days=_days_supplied(json.get("daysSupply"), reading),
    )  # fmt: skip


def administration(resource: Resource, reading: Reading) -> Medication | None:
    """A MedicationAdministration; one broken off is only a maybe. Billing units of a HCPCS code become milligrams."""
    json, ref = resource.json, resource.ref
    status = status_code(json.get("status"))
    if status in _NEVER[Source.ADMINISTRATION] or not_given(json):
        return None
    drug = _drug(json, reading)
    if drug is None:
        return None
    day = dates.occurred(json, "effective") or dates.occurred(json, "occurence") or dates.occurred(json, "occurrence")
    if day is not None:
        day = dates.past(day, reading.today)
        if day is None:
            return None
    told = dosing(json.get("dosage"), drug.named.words, drug.identity.tags, day, reading)
    billed = billed_mg(drug.named.codes, figure(one(json.get("dosage")).get("dose")))
    return _fact(
        json, ref, Source.ADMINISTRATION, status or "unknown", drug, told, reading,
        started=day, recorded=day, events=() if day is None else (day,),
        dose=billed, doubt=_BROKEN_OFF if status == "stopped" else "",
        reasons=reading.reasons(json, ("reasonCode", "reason", "statusReason"), ("reasonReference", "reason")),
    )  # fmt: skip


def injected(json: Json, ref: str, status: str, day: When | None, reading: Reading) -> Medication | None:
    """The dose that a Procedure or a charge tells of: by a code that bills it (HCPCS J or Q) or names the product, or,
    as a maybe, by words of an injection alone. None where it names no drug that a rule reads."""
    code = json.get("code")
    said = named(code)
    identity = reading.once("injection", code, lambda: identify(said.codes, said.words))
    if identity is None:
        return None
    bills = is_billed(said.codes) or _is_injected_product(said)
    if not (bills or _tells_of_injection(identity, said)):
        return None
    units = figure(json.get("quantity")) or figure({"value": json.get("quantity")})
    return _fact(
        json, ref, Source.PROCEDURE, status, _Drug(identity, said, _quoted(said, identity)), Dosing(), reading,
        started=day, recorded=day, events=() if day is None else (day,), dose=billed_mg(said.codes, units),
        doubt="" if bills and status not in {"stopped", "on-hold"} else _IN_WORDS if not bills else _BROKEN_OFF,
        reasons=reading.reasons(json, ("reasonCode", "reason"), ("reasonReference", "reason")),
    )  # fmt: skip


def _is_injected_product(said: Named) -> bool:
    coded = identify(said.codes, ())
    return coded is not None and coded.ingredients[0] in _INJECTED


def _tells_of_injection(identity: Identity, said: Named) -> bool:
    return identity.ingredients[0] in _INJECTED and any(_INJECTION.search(word) for word in said.words)


def or_unknown(read: Callable[[Resource, Reading], object]) -> Callable[[Resource, Reading], object]:
    """The reader, which tells of a resource whose drug cannot be known: unknown is never another drug."""

    def reader(resource: Resource, reading: Reading) -> object:
        found = read(resource, reading)
        return _unknown_drug(resource, reading) if found is None else found

    return reader


def _unknown_drug(resource: Resource, reading: Reading) -> Unusable | None:
    """A drug that no word names and whose Medication was not sent; of doses given also one whose code is not known."""
    json = resource.json
    concept = json.get("medicationCodeableConcept", json.get("medication"))
    if words(concept):
        return None
    pointer = json.get("medicationReference", concept)
    literal = reference(pointer)
    target = reading.medication(json, literal) if literal else {}
    ingredients = [each.get(key) for each in every(target.get("ingredient")) for key in ("itemCodeableConcept", "item")]
    said = named(concept, pointer, target.get("code"), *ingredients)
    if said.words or status_code(json.get("status")) in _NOT_GIVEN or flag(json.get("doNotPerform")):
        return None
    if literal and not target:
        return Unusable(resource.ref, "the medication it refers to was not sent")
    given = json.get("resourceType") == "MedicationAdministration" and bool(said.codes)
    if given and not any(codes.tags(*each) or codes.normalise(*each) in OTHER_DRUGS for each in said.codes):
        return Unusable(resource.ref, "a drug was given whose code is not known here, and no words name it")
    return None


def _drug(json: Json, reading: Reading) -> _Drug | None:
    concept = json.get("medicationCodeableConcept")
    if concept is None:
        concept = json.get("medication")
    said, found, sure = reading.once("drug", concept, lambda: _identified(concept))
    if sure is not None:
        return sure
    pointer = json.get("medicationReference", concept)
    literal = reference(pointer)
    if not literal:
        return reading.once("drug in words", [concept, pointer], lambda: _led_to(concept, pointer, {}, said, found))
    return _led_to(concept, pointer, reading.medication(json, literal), said, found)


def _led_to(
    concept: object, pointer: object, target: Mapping[str, Any], said: Named, found: Identity | None
) -> _Drug | None:
    """The drug of a concept that is not sure by itself, with what its reference says and leads to."""
    more = named(concept, target.get("code"), pointer)
    identity = identify(more.codes, more.words) if more != said else found
    if identity is None and target:
        parts = [each.get(key) for each in every(target.get("ingredient")) for key in ("itemCodeableConcept", "item")]
        more = named(target.get("code"), pointer, *parts)
        identity = identify(more.codes, more.words)
    if identity is None:
        return None
    if status_code(target.get("status")) == _WITHDRAWN:
        identity = replace(identity, sure=False, conflict="the medication it refers to was entered in error")
    return _Drug(identity, more, _quoted(more, identity))


def _identified(concept: object) -> tuple[Named, Identity | None, _Drug | None]:
    """What a concept says, the drug it names, and that drug as it stands on the fact where it is sure."""
    said = named(concept) if concept is not None else Named((), ())
    found = identify(said.codes, said.words) if said.codes or said.words else None
    return said, found, _Drug(found, said, _quoted(said, found)) if found is not None and found.sure else None


def _quoted(said: Named, identity: Identity) -> str:
    return next(
        (word for word in said.words if any(character.isdigit() for character in word)),
        said.words[0] if said.words else formulary.name(identity.ingredients[0]),
    )


def _fact(
    json: Json, ref: str, source: Source, status: str, drug: _Drug, told: Dosing, reading: Reading, *,
    started: When | None, ended: When | None = None, recorded: When | None = None, events: tuple[When, ...] = (),
    dose: Decimal | None = None, supply_days: Decimal | None = None, refills: int | None = None,
    reasons: frozenset[str] = frozenset(), do_not_perform: bool = False, doubt: str = "", is_period: bool = False,
    planned: When | None = None,
) -> Medication:  # fmt: skip
    identity, coded, said = drug.identity, drug.named.codes, drug.named.words
    doubt = identity.conflict or doubt or ("its status is unknown" if status in _UNSURE else "")
    if identity.ended and source in (Source.REQUEST, Source.STATEMENT) and status in _STANDING:
        status = "stopped"
    strength = container_mg(said, coded) if identity.ingredients[0] in _SINGLE_DOSE else None
    if dose is None and is_billed(coded):
        dose = billed_mg(coded, ordered(json.get("dosageInstruction") or json.get("dosage")))
    if dose is None:
        dose = strength if told.dose_mg is None else told.dose_mg
    return Medication(
        ref=ref,
        source=source,
        status=status,
        ingredients=identity.ingredients,
        tags=identity.tags,
        text=drug.text,
        started=started or When.by(min(reading.today, ended.latest) if ended else reading.today),
        ended=_not_before(ended, started),
        recorded=recorded,
        has_start=started is not None,
        events=events,
        dose_mg=dose,
        interval_days=told.interval_days,
        route=told.route,
        brand=identity.brand,
        reasons=reasons,
        supply_days=supply_days,
        refills=refills,
        do_not_perform=do_not_perform,
        sure=not doubt,
        is_period=is_period,
        planned=planned,
        strength_mg=strength,
        doubt=doubt,
    )


def _not_before(end: When | None, start: When | None) -> When | None:
    if end is None or start is None:
        return end
    return None if end.latest < start.earliest else end


def _days_supplied(value: object, reading: Reading) -> Decimal | None:
    return None if value is None else reading.once("days supplied", value, lambda: _days(value))


def _days(value: object) -> Decimal | None:
    told = figure(value)
    if told is not None and not told.units and not told.comparator and 0 < told.value <= 3660:
        return told.value
    return dates.days(value)
