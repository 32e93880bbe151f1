"""Everything of a case that is no drug: diagnoses, results, procedures, allergies, visits, orders of tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cards import codes
from cards.orders import TESTS as ORDERED
from service.fhir.shorthand.dress import Dress, diagnosis
from service.fhir.shorthand.elements import PATIENT_ID, Json, checked, chosen, concept, quantity, subject
from service.fhir.shorthand.words import (
    ANSWERS,
    BILLED,
    DENSITY,
    DENSITY_PANEL,
    IN_ANOTHER_UNIT,
    INGREDIENTS,
    SYSTEMS,
    TESTS,
    UNWRITTEN_SITES,
    Misspelled,
)

Facts = list[Mapping[str, Any]]
Named = Callable[[str], str]

_THO: Final = "http://terminology.hl7.org/CodeSystem/"


def patient(fact: Mapping[str, Any]) -> Json:
    """The Patient of a case."""
    checked(fact, "sex born deceased", "patient")
    told: Json = {"resourceType": "Patient", "id": PATIENT_ID, "name": [{"family": "Example", "given": ["Pat"]}]}
    if fact.get("sex"):
        told["gender"] = fact["sex"]
    if fact.get("born"):
        told["birthDate"] = fact["born"]
    if "deceased" in fact:
        told["deceasedBoolean" if isinstance(fact["deceased"], bool) else "deceasedDateTime"] = fact["deceased"]
    return told


def conditions(facts: Facts, dress: Dress, name: Named) -> Iterator[tuple[Json, bool]]:
    """Each Condition, with whether it stands in the hook's context."""
    known = "code system on age period onset_text recorded ended clinical verification text category new id"
    for fact in facts:
        checked(fact, known, "conditions")
        code, text = fact.get("code", ""), fact.get("text", "")
        system = SYSTEMS[chosen(fact, "system", ("icd", "snomed"), "conditions")]
        if code and system == codes.ICD10CM:
            told: Json = {"coding": diagnosis(code, dress)} | ({"text": text} if text else {})
        else:
            told = concept(system, code, text)
        verification = fact.get("verification", "confirmed")
        clinical = "" if verification == "entered-in-error" else fact.get("clinical", "active")
        category = chosen(fact, "category", ("problem-list-item", "encounter-diagnosis"), "conditions")
        condition: Json = {
            "resourceType": "Condition",
            "id": fact.get("id") or name("Condition"),
            "category": [concept(_THO + "condition-category", category)],
            "code": told,
            "subject": subject(dress),
        }
        if clinical:
            condition["clinicalStatus"] = concept(_THO + "condition-clinical", clinical)
        if verification:
            condition["verificationStatus"] = concept(_THO + "condition-ver-status", verification)
        condition |= _onset(fact)
        if "recorded" in fact:
            condition["recordedDate"] = fact["recorded"]
        if "ended" in fact:
            condition["abatementDateTime"] = fact["ended"]
        yield condition, bool(fact.get("new"))


def _onset(fact: Mapping[str, Any]) -> Json:
    if "on" in fact:
        return {"onsetDateTime": fact["on"]}
    if "age" in fact:
        return {"onsetAge": {"value": fact["age"], "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}}
    if "period" in fact:
        return {"onsetPeriod": dict(zip(("start", "end"), fact["period"], strict=False))}
    return {"onsetString": fact["onset_text"]} if "onset_text" in fact else {}


def dxa(facts: Facts, dress: Dress, name: Named) -> Iterator[Json]:
    """The Observations of bone density: alone, as components, or as members of a panel."""
    for fact in facts:
        checked(fact, "site on g_cm2 t z side region device unit status id", "dxa")
        site = chosen({"site": "none", **fact}, "site", DENSITY, "dxa")
        by_side = DENSITY[site]
        mass, score = by_side.get(fact.get("side", ""), by_side[""])
        figures = [
            (code, quantity(fact[key], fact.get("unit", unit), dress))
            for key, code, unit in (("g_cm2", mass, "g/cm2"), ("t", score, "{T-score}"))
            if key in fact
        ]
        if not figures:
            raise Misspelled("dxa: give g_cm2 or t")
        where = "" if site in UNWRITTEN_SITES else " ".join(filter(None, (fact.get("side"), site, fact.get("region"))))
        common = _observation(fact, dress, "imaging")
        if where:
            common["bodySite"] = {"text": where}
        if fact.get("device"):
            common["device"] = {"display": fact["device"]}
        yield from _scans(fact, figures, common, dress, name)


def _scans(
    fact: Mapping[str, Any], figures: list[tuple[str, Json]], common: Json, dress: Dress, name: Named
) -> Iterator[Json]:
    def coded(code: str) -> Json:
        return concept(codes.LOINC, code)

    (first, value), *others = figures
    if dress.density == "component" and others:
        parts = [{"code": coded(code), "valueQuantity": figure} for code, figure in others]
        yield common | {"id": name("Observation"), "code": coded(first), "valueQuantity": value, "component": parts}
        return
    if dress.density == "component":
        parts = [{"code": coded(first), "valueQuantity": value}]
        yield common | {"id": name("Observation"), "code": coded(DENSITY_PANEL), "component": parts}
        return
    members = []
    for place, (code, figure) in enumerate(figures):
        own = fact.get("id") if not place else None
        members.append(common | {"id": own or name("Observation"), "code": coded(code), "valueQuantity": figure})
    if dress.density == "panel":
        refs = [{"reference": f"Observation/{each['id']}"} for each in members]
        yield common | {"id": name("Observation"), "code": coded(DENSITY_PANEL), "hasMember": refs}
    yield from members


def _observation(fact: Mapping[str, Any], dress: Dress, category: str) -> Json:
    told: Json = {
        "resourceType": "Observation",
        "status": fact.get("status", "final"),
        "category": [concept(_THO + "observation-category", category)],
        "subject": subject(dress),
    }
    return told | ({"effectiveDateTime": fact["on"]} if "on" in fact else {})


def measured(facts: Facts, dress: Dress, name: Named, category: str) -> Iterator[Json]:
    """The Observations of laboratory results or vital signs."""
    for fact in facts:
        checked(fact, "test code text value on unit low high status id", category)
        if "value" not in fact:
            raise Misspelled(f"{category}: give the value")
        if "test" in fact:
            test = chosen(fact, "test", (fact["test"], *TESTS) if fact["test"] in TESTS else TESTS, category)
            usual, canonical = TESTS[test]
            unit = fact.get("unit", canonical)
            code = fact.get("code", IN_ANOTHER_UNIT.get((test, unit), usual))
        else:
            code, unit = fact.get("code", ""), fact.get("unit", "1")
        observation = _observation(fact, dress, category) | {
            "id": fact.get("id") or name("Observation"),
            "code": concept(codes.LOINC, code, fact.get("text", "")),
            "valueQuantity": quantity(fact["value"], unit, dress),
        }
        limits = {key: quantity(fact[key], unit, dress) for key in ("low", "high") if key in fact}
        yield observation | ({"referenceRange": [limits]} if limits else {})


def frax(facts: Facts, dress: Dress, name: Named) -> Iterator[Json]:
    """FRAX percentages as Observations or as one RiskAssessment."""
    words = {"major": "Major osteoporotic fracture", "hip": "Hip fracture"}
    for fact in facts:
        checked(fact, "major hip on as id", "frax")
        way = chosen(fact, "as", ("observation", "risk-assessment", "any"), "frax")
        told = [key for key in ("major", "hip") if key in fact]
        if (dress.any_risk if way == "any" else way) == "observation":
            for key in told:
                yield _observation(fact, dress, "survey") | {
                    "id": name("Observation"),
                    "code": concept(codes.LOINC, TESTS[f"frax-{key}"][0]),
                    "valueQuantity": quantity(fact[key], "%", dress),
                }
            continue
        predictions = [
            {"outcome": {"text": f"{words[key]}, 10-year probability"}, "probabilityDecimal": fact[key]} for key in told
        ]
        yield {
            "resourceType": "RiskAssessment",
            "id": fact.get("id") or name("RiskAssessment"),
            "status": "final",
            "method": {"text": "FRAX"},
            "subject": subject(dress),
            "prediction": predictions,
        } | ({"occurrenceDateTime": fact["on"]} if "on" in fact else {})


def social(facts: Facts, dress: Dress, name: Named) -> Iterator[Json]:
    """The Observations of the social history: the smoking status, the drinks a day."""
    for fact in facts:
        checked(fact, "smoking code system text drinks unit on status id", "social")
        told = _observation(fact, dress, "social-history") | {"id": fact.get("id") or name("Observation")}
        if "drinks" in fact:
            value = quantity(fact["drinks"], fact.get("unit", "/d"), dress)
            yield told | {"code": concept(codes.LOINC, "74013-4"), "valueQuantity": value}
            continue
        answer: Json = {"text": fact["text"]} if "text" in fact else {}
        if "smoking" in fact:
            loinc, snomed, words = ANSWERS[chosen(fact, "smoking", ANSWERS, "social")]
            coded = {"system": codes.LOINC, "code": loinc}
            if dress.diagnosis == "SNOMED CT":
                coded = {"system": codes.SNOMED, "code": snomed, "display": words}
            answer = {"coding": [coded]} if dress.medication != "in words" else {"text": words}
        elif "code" in fact:
            answer |= concept(SYSTEMS[fact.get("system", "snomed")], fact["code"])
        yield told | {"code": concept(codes.LOINC, "72166-2"), "valueCodeableConcept": answer}


def procedures(facts: Facts, dress: Dress, name: Named) -> Iterator[Json]:
    """Procedures done."""
    for fact in facts:
        checked(fact, "code system text on status id", "procedures")
        system = SYSTEMS[chosen(fact, "system", ("snomed", "hcpcs", "icd-pcs", "icd"), "procedures")]
        yield {
            "resourceType": "Procedure",
            "id": fact.get("id") or name("Procedure"),
            "status": fact.get("status", "completed"),
            "code": concept(system, fact.get("code", ""), fact.get("text", "")),
            "subject": subject(dress),
        } | ({"performedDateTime": fact["on"]} if "on" in fact else {})


def allergies(facts: Facts, dress: Dress, name: Named) -> Iterator[Json]:
    """AllergyIntolerances."""
    for fact in facts:
        checked(fact, "drug text type criticality verification clinical id", "allergies")
        code, words = INGREDIENTS.get(fact.get("drug", ""), ("", fact.get("drug", "")))
        told: Json = {
            "resourceType": "AllergyIntolerance",
            "id": fact.get("id") or name("AllergyIntolerance"),
            "code": concept(codes.RXNORM, code, fact.get("text", words)),
            "patient": subject(dress),
        }
        clinical, verification = fact.get("clinical", "active"), fact.get("verification", "confirmed")
        if clinical and verification != "entered-in-error":
            told["clinicalStatus"] = concept(_THO + "allergyintolerance-clinical", clinical)
        if verification:
            told["verificationStatus"] = concept(_THO + "allergyintolerance-verification", verification)
        yield told | {key: fact[key] for key in ("type", "criticality") if key in fact}


def appointments(facts: Facts, dress: Dress, name: Named) -> Iterator[tuple[Json, bool]]:
    """Each Appointment, with whether it stands in the hook's context."""
    for fact in facts:
        checked(fact, "drug on status text service reason new id", "appointments")
        told: Json = {
            "resourceType": "Appointment",
            "id": fact.get("id") or name("Appointment"),
            "status": fact.get("status", "booked"),
            "participant": [{"actor": subject(dress), "status": "accepted"}],
        }
        if "on" in fact:
            told |= {"start": f"{fact['on']}T09:00:00Z", "end": f"{fact['on']}T09:30:00Z"}
        if "text" in fact:
            told["description"] = fact["text"]
        if "service" in fact:
            told["serviceType"] = [{"text": fact["service"]}]
        reasons = []
        if fact.get("drug"):
            words = INGREDIENTS.get(fact["drug"], ("", fact["drug"]))[1]
            reasons.append(concept(codes.HCPCS, BILLED.get(fact["drug"], ""), f"{words} injection"))
        if fact.get("reason"):
            reasons.append({"coding": diagnosis(fact["reason"], dress)})
        yield told | ({"reasonCode": reasons} if reasons else {}), bool(fact.get("new"))


def orders(facts: Facts, dress: Dress, name: Named) -> Iterator[Json]:
    """Open ServiceRequests."""
    for fact in facts:
        checked(fact, "test text status on id", "orders")
        test = ORDERED.get(fact.get("test", ""))
        if "test" in fact and test is None:
            raise Misspelled(f"orders: unknown test '{fact['test']}'; known: {', '.join(ORDERED)}")
        words = fact.get("text", test.text if test else "")
        told: Json = {
            "resourceType": "ServiceRequest",
            "id": fact.get("id") or name("ServiceRequest"),
            "status": fact.get("status", "active"),
            "intent": "order",
            "code": concept(codes.LOINC, (test.loinc or "") if test else "", words),
            "subject": subject(dress),
        }
        yield told | ({"occurrenceDateTime": fact["on"]} if "on" in fact else {})


def encounter(fact: Mapping[str, Any], dress: Dress) -> Json:
    """The Encounter of the hook."""
    checked(fact, "class status from", "encounter")
    return {
        "resourceType": "Encounter",
        "id": "encounter-1",
        "status": fact.get("status", "in-progress"),
        "class": {"system": _THO + "v3-ActCode", "code": fact.get("class", "AMB")},
        "subject": subject(dress),
    } | ({"period": {"start": fact["from"]}} if "from" in fact else {})
