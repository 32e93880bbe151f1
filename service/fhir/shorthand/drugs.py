"""Drugs of a case as MedicationRequest, -Statement, -Dispense and -Administration, and as billed Procedure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cards import codes
from cards.formulary import DRUGS
from service.fhir.shorthand.dress import Dress, diagnosis
from service.fhir.shorthand.elements import BASE, Json, checked, chosen, concept, days, dose, every, subject
from service.fhir.shorthand.words import (
    BILLED,
    INGREDIENTS,
    INJECTED,
    OID,
    ROUTES,
    Misspelled,
    Product,
    product,
)

MED_KEYS: Final = (
    "drug as from to status on authored product dose every supply refills route reason reason_text brand text code"
    " intent do_not_perform id"
)
DOSE_KEYS: Final = "drug as on status product dose every route reason brand text code id"
DRAFT_KEYS: Final = f"{MED_KEYS} selected"


def meds(facts: list[Mapping[str, Any]], today: str, dress: Dress, name: Callable[[str], str]) -> Iterator[Json]:
    """The resources of `meds`; `name` gives a fresh id for a resource type."""
    for fact in facts:
        checked(fact, MED_KEYS, "meds")
        way = chosen(fact, "as", ("request", "statement", "dispense", "administration", "any"), "meds")
        yield from _Drug(fact, today, dress, name).written_as(dress.any_drug if way == "any" else way)


def doses(facts: list[Mapping[str, Any]], today: str, dress: Dress, name: Callable[[str], str]) -> Iterator[Json]:
    """The resources of `doses`: one for each day."""
    ways = ("administration", "dispense", "statement", "procedure", "request", "any")
    for fact in facts:
        checked(fact, DOSE_KEYS, "doses")
        way = chosen(fact, "as", ways, "doses")
        way = dress.any_dose if way == "any" else way
        if not days(fact.get("on")):
            raise Misspelled("doses: 'on' must list the days")
        drug = _Drug({"status": "completed", **fact}, today, dress, name)
        if way == "procedure":
            yield from drug.billed()
        elif way == "request":
            for day in days(fact["on"]):
                one = {"status": "completed", **fact, "on": day, "authored": day}
                yield from _Drug(one, today, dress, name).written_as("request")
        else:
            yield from drug.written_as(way)


def draft(fact: Mapping[str, Any], today: str, dress: Dress, name: Callable[[str], str]) -> list[Json]:
    """A draft order of the hook's context, with the Medication it refers to, if any."""
    checked(fact, DRAFT_KEYS, "drafts")
    told = {"status": "draft", "authored": "", **fact}
    if fact.get("drug") not in INJECTED and isinstance(told.get("on"), str):
        told["from"] = told.pop("on")
    return list(_Drug(told, today, dress, name).written_as("request"))


class _Drug:
    """One inline table of `meds`, `doses` or `drafts` being written."""

    def __init__(self, fact: Mapping[str, Any], today: str, dress: Dress, name: Callable[[str], str]) -> None:
        if not isinstance(fact.get("drug"), str):
            raise Misspelled('a drug must be named: drug = "alendronate"')
        self.fact, self.today, self.dress, self.name = fact, today, dress, name
        self.drug = fact["drug"]
        if self.drug in DRUGS and self.drug not in INGREDIENTS and DRUGS[self.drug].words[0] != self.drug:
            raise Misspelled(f"the shorthand has no words for '{self.drug}'")
        self.product = self._product()
        self.beside: list[Json] = []

    def _product(self) -> Product:
        usual = product(self.drug, self.fact.get("product"))
        return Product(
            usual.rxnorm,
            usual.words,
            self.fact.get("dose", usual.dose),
            self.fact.get("every", usual.every),
            self.fact.get("route", usual.route),
        )

    def written_as(self, way: str) -> Iterator[Json]:
        """The resources of this drug in one resource type, and the Medication they refer to."""
        made = {
            "request": self._requests, "statement": self._statements, "dispense": self._dispenses,
            "administration": self._administrations,
        }[way]()  # fmt: skip
        for resource in made:
            yield {key: value for key, value in resource.items() if value not in ("", None, [], {})}
        yield from self.beside

    def _start(self, kind: str, number: int = 0) -> Json:
        own = self.fact.get("id")
        logical_id = f"{own}-{number + 1}" if own and number else own or self.name(kind)
        return {"resourceType": kind, "id": logical_id, "subject": subject(self.dress)} | self._medication(logical_id)

    def _medication(self, owner: str) -> Json:
        words, way = self._words(), self.dress.medication
        told_by_author = "text" in self.fact or "code" in self.fact
        code = self.fact.get("code", self.product.rxnorm)
        if told_by_author or not code:
            return {"medicationCodeableConcept": concept(codes.RXNORM, code, words)}
        plain = concept(codes.RXNORM, code, words)
        if way in {"contained", "referenced"}:
            medication = {"resourceType": "Medication", "id": f"medication-{owner}", "code": plain}
            if way == "contained":
                return {"contained": [medication], "medicationReference": {"reference": f"#{medication['id']}"}}
            self.beside.append(medication)
            return {"medicationReference": {"reference": f"{BASE}/Medication/{medication['id']}"}}
        if way == "in words" and "product" not in self.fact and self.fact.get("status") != "draft":
            return {"medicationCodeableConcept": {"text": words}}
        if way == "code alone" and "brand" not in self.fact:
            return {"medicationCodeableConcept": concept(codes.RXNORM, code)}
        if way == "oid":
            return {"medicationCodeableConcept": concept(OID[codes.RXNORM], code, words)}
        if way == "many codes":
            bare = INGREDIENTS.get(self.drug, (code, ""))[0]
            also = [{"system": "urn:oid:1.2.3.4.5.6.7", "code": "81234"}, {"system": codes.RXNORM, "code": bare}]
            return {"medicationCodeableConcept": {"coding": [*also, *plain["coding"]], "text": words}}
        return {"medicationCodeableConcept": plain}

    def _words(self) -> str:
        if "text" in self.fact:
            return str(self.fact["text"])
        brand = f" [{self.fact['brand']}]" if self.fact.get("brand") else ""
        return f"{self.product.words}{brand}"

    def _dosage(self, key: str = "doseAndRate") -> Json:
        told: Json = {}
        if self.product.route:
            told["route"] = concept(codes.SNOMED, ROUTES.get(self.product.route, ""), self.product.route)
        if self.product.dose:
            amount = dose(self.product.dose)
            told[key] = [{"doseQuantity": amount}] if key == "doseAndRate" else amount
        return told

    def _instruction(self, bounds: Json, events: list[str]) -> list[Json]:
        repeat = every(self.product.every) if self.product.every else {}
        repeat |= {"boundsPeriod": bounds} if bounds else {}
        timing = ({"event": events} if events else {}) | ({"repeat": repeat} if repeat else {})
        told = ({"timing": timing} if timing else {}) | self._dosage()
        return [told] if told else []

    def _reasons(self) -> list[Json]:
        words = self.fact.get("reason_text", "")
        if self.fact.get("reason"):
            coded: Json = {"coding": diagnosis(self.fact["reason"], self.dress)}
            return [coded | ({"text": words} if words else {})]
        return [{"text": words}] if words else []

    def _period(self) -> Json:
        return {name: self.fact[key] for name, key in (("start", "from"), ("end", "to")) if self.fact.get(key)}

    def _status(self) -> str:
        ended = str(self.fact.get("to", ""))
        usual = "completed" if ended and ended < self.today else "active"
        return str(self.fact.get("status", usual))

    def _requests(self) -> Iterator[Json]:
        begun = self.fact.get("from", "")
        authored = self.fact.get("authored", begun)
        period = self._period()
        if "to" not in self.fact and authored == begun and self.dress.start == "authored":
            period = {}
        supply = self.fact.get("supply")
        dispense: Json = {}
        if supply not in (None, ""):
            dispense["expectedSupplyDuration"] = {
                "value": supply, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d",
            }  # fmt: skip
        if "refills" in self.fact:
            dispense["numberOfRepeatsAllowed"] = self.fact["refills"]
        yield self._start("MedicationRequest") | {
            "status": self._status(),
            "intent": self.fact.get("intent", "order"),
            "doNotPerform": True if self.fact.get("do_not_perform") else None,
            "authoredOn": authored,
            "reasonCode": self._reasons(),
            "dosageInstruction": self._instruction(period, days(self.fact.get("on"))),
            "dispenseRequest": dispense,
        }

    def _statements(self) -> Iterator[Json]:
        dosage = self._instruction({}, [])
        shared = {"status": self._status(), "dosage": dosage, "reasonCode": self._reasons()}
        asserted = {"dateAsserted": self.fact.get("authored", "")}
        for number, day in enumerate(days(self.fact.get("on"))):
            yield self._start("MedicationStatement", number) | shared | asserted | {"effectiveDateTime": day}
        if not self.fact.get("on"):
            yield self._start("MedicationStatement") | shared | asserted | {"effectivePeriod": self._period()}

    def _dispenses(self) -> Iterator[Json]:
        for number, day in enumerate(self._days("dispense")):
            told: Json = {"status": self.fact.get("status", "completed"), "whenHandedOver": day}
            if self.fact.get("supply", "") != "":
                told["daysSupply"] = {"value": self.fact["supply"], "unit": "days"}
            yield self._start("MedicationDispense", number) | told | {"dosageInstruction": self._instruction({}, [])}

    def _administrations(self) -> Iterator[Json]:
        for number, day in enumerate(self._days("administration")):
            dosage = self._dosage("dose") if self.product.dose else {}
            yield self._start("MedicationAdministration", number) | {
                "status": self.fact.get("status", "completed"),
                "effectiveDateTime": day,
                "dosage": dosage,
                "reasonCode": self._reasons(),
            }

    def _days(self, way: str) -> list[str]:
        found = days(self.fact.get("on")) or days(self.fact.get("from"))
        if not found:
            raise Misspelled(f"{self.drug} as {way}: give the day with 'on' or 'from'")
        return found

    def billed(self) -> Iterator[Json]:
        """One Procedure a day, coded as HCPCS bills the drug; the amount stands in its words."""
        if self.drug not in BILLED:
            raise Misspelled(f"no HCPCS code is known here for {self.drug}; known: {', '.join(BILLED)}")
        amount = f", {self.product.dose}" if self.product.dose else ""
        for number, day in enumerate(self._days("procedure")):
            whole = self._start("Procedure", number)
            kept = {key: value for key, value in whole.items() if key in {"resourceType", "id", "subject"}}
            words = self.fact.get("text", f"Injection, {INGREDIENTS[self.drug][1]}{amount}")
            code = concept(codes.HCPCS, self.fact.get("code", BILLED[self.drug]), words)
            yield kept | {"status": self.fact["status"], "code": code, "performedDateTime": day}
        self.beside.clear()
