"""Writes a planned story as the FHIR R4 record an EHR would hold on the day of a moment, in varied shapes."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.cohort import codes
from tests.cohort.days import days, months
from tests.cohort.history import Course, Fracture, History, Moment, Order, Scan
from tests.cohort.truth import renewals

Json = dict[str, Any]
BASE = "https://ehr.example.org/fhir"
HL7 = "http://terminology.hl7.org/CodeSystem/"
WAYS = ("coded", "branded", "ingredient", "contained", "referenced", "in words", "coded")
GIVEN = ("MedicationAdministration", "MedicationAdministration", "MedicationDispense", "MedicationStatement", "both")
KIND_OF_DATE = {
    "MedicationAdministration": "effectiveDateTime", "MedicationDispense": "whenHandedOver",
    "MedicationStatement": "effectiveDateTime",
}  # fmt: skip


class Written:
    """One record being written. The shapes are drawn from the seed, apart from the story's own dice."""

    def __init__(self, history: History, moment: Moment) -> None:
        self.history, self.today = history, moment.day
        self.dice = random.Random(f"shapes of {history.seed}")
        self.id = f"cohort-{history.seed}"
        self.urn = self.dice.randrange(4) == 0
        self.resources: list[Json] = []
        self.standing: Json | None = None

    def name(self, kind: str) -> str:
        return f"{kind.lower()}-{len(self.resources) + 1}"

    def whose(self, key: str = "subject") -> Json:
        return {key: {"reference": f"{BASE}/Patient/{self.id}" if self.urn else f"Patient/{self.id}"}}

    def put(self, kind: str, told: Json) -> Json:
        resource = {"resourceType": kind, "id": self.name(kind), **told}
        self.resources.append(resource)
        return resource

    def bundle(self) -> Json:
        """The whole record, in no order of time."""
        shuffled = [*self.resources]
        self.dice.shuffle(shuffled)
        entries = [{"fullUrl": f"{BASE}/{each['resourceType']}/{each['id']}", "resource": each} for each in shuffled]
        return {"resourceType": "Bundle", "type": "collection", "entry": entries}

    # The patient and the problems

    def person(self) -> None:
        born, sex = self.history.born.isoformat(), self.history.sex
        told: Json = {"name": [{"family": "Example", "given": [f"Pat{self.history.seed}"]}], "gender": sex}
        self.resources.append({"resourceType": "Patient", "id": self.id, **told, "birthDate": born})
        self.put("Encounter", {
            "status": "in-progress", "class": {"system": HL7 + "v3-ActCode", "code": "IMP"}, **self.whose(),
            "period": {"start": days(self.today, -2).isoformat()},
        })  # fmt: skip

    def problem(self, code: str, on: date, *, clinical: str = "active", verification: str = "confirmed") -> None:
        way = self.dice.choice(("dotted", "dotted", "undotted"))
        written = code.replace(".", "") if way == "undotted" else code
        category = self.dice.choice(("problem-list-item", "problem-list-item", "encounter-diagnosis"))
        self.put("Condition", {
            "category": [_concept(HL7 + "condition-category", category)],
            "clinicalStatus": _concept(HL7 + "condition-clinical", clinical),
            "verificationStatus": _concept(HL7 + "condition-ver-status", verification),
            "code": _concept(codes.ICD10CM, written), **self.whose(), **self.onset(on),
        })  # fmt: skip

    def onset(self, on: date) -> Json:
        match self.dice.randrange(4):
            case 0:
                return {"onsetDateTime": f"{on}T09:30:00-05:00", "recordedDate": on.isoformat()}
            case 1:
                return {"onsetPeriod": {"start": on.isoformat(), "end": on.isoformat()}}
            case _:
                return {"onsetDateTime": on.isoformat()}

    def fracture(self, fracture: Fracture) -> None:
        code = codes.FRACTURES[fracture.kind][fracture.site]
        self.problem(f"{code}A", fracture.day, clinical=self.dice.choice(("active", "resolved")))
        if fracture.kind == "high-energy":
            self.problem(codes.FALL_FROM_LADDER, fracture.day)
        elif fracture.seen_again and days(fracture.day, fracture.seen_again) <= self.today:
            self.problem(f"{code}D", days(fracture.day, fracture.seen_again))

    # Drugs

    def medication(self, drug: str, way: str) -> Json:
        told = codes.DRUGS[drug]
        if way == "in words":
            return {"medicationCodeableConcept": {"text": told["plain"]}}
        if way == "ingredient":
            return {"medicationCodeableConcept": _concept(codes.RXNORM, told["ingredient"], drug)}
        if way == "branded":
            return {"medicationCodeableConcept": _concept(codes.RXNORM, told["branded"], told["brand"])}
        product = _concept(codes.RXNORM, told["product"], told["words"])
        if way == "contained":
            inner = {"resourceType": "Medication", "id": "med", "code": product}
            return {"contained": [inner], "medicationReference": {"reference": "#med"}}
        if way == "referenced":
            outer = self.put("Medication", {"code": product})
            return {"medicationReference": {"reference": f"Medication/{outer['id']}"}}
        return {"medicationCodeableConcept": product}

    def dosage(self, drug: str, *, timing: Json | None = None) -> Json:
        told = codes.DRUGS[drug]
        value, unit = told["dose"].split()
        period, period_unit = told["every"].split()
        repeat = {"frequency": 1, "period": int(period), "periodUnit": period_unit}
        extra = dict(timing or {})
        repeat |= extra.pop("repeat", {})
        return {
            "route": _concept(codes.SNOMED, told["route"]),
            "timing": {"repeat": repeat, **extra},
            "doseAndRate": [{"doseQuantity": _quantity(float(value), told["ucum"], unit)}],
        }

    def request(self, drug: str, authored: date, status: str, *, way: str = "", timing: Json | None = None) -> Json:
        shape = way or self.dice.choice(WAYS)
        return self.put("MedicationRequest", {
            "status": status, "intent": "order", **self.medication(drug, shape), **self.whose(),
            "authoredOn": authored.isoformat(), "dosageInstruction": [self.dosage(drug, timing=timing)],
        })  # fmt: skip

    def dose(self, drug: str, day: date, kind: str, way: str, *, status: str = "completed") -> None:
        told = codes.DRUGS[drug]
        value, unit = told["dose"].split()
        amount = _quantity(float(value), told["ucum"], unit)
        resource: Json = {"status": status, **self.medication(drug, way), **self.whose()}
        at = day.isoformat() if self.dice.randrange(3) else f"{day}T23:30:00-08:00"
        resource[KIND_OF_DATE[kind]] = at
        if kind == "MedicationAdministration":
            resource["dosage"] = {"dose": amount}
        elif kind == "MedicationDispense":
            resource["quantity"] = {"value": 1}
            resource["dosageInstruction"] = [{"doseAndRate": [{"doseQuantity": amount}]}]
        else:
            resource["dosage"] = [{"doseAndRate": [{"doseQuantity": amount}]}]
        self.put(kind, resource)

    def doses(self, drug: str, given: tuple[date, ...], *, lead: int) -> None:
        """Injections or infusions one by one; "both": handed over by the pharmacy too, `lead` days before
        at most, the first one on the day itself."""
        kind, way = self.dice.choice(GIVEN), self.dice.choice(WAYS)
        for day in given:
            if kind == "both":
                self.dose(drug, day, "MedicationAdministration", way)
                before = days(day, -self.dice.randint(0, lead if day != given[0] else 0))
                self.dose(drug, before, "MedicationDispense", self.dice.choice(WAYS))
            else:
                self.dose(drug, day, kind, way)
        if given and self.dice.randrange(6) == 0:
            status = self.dice.choice(("entered-in-error", "not-done"))
            self.dose(drug, days(given[-1], 20), "MedicationAdministration", way, status=status)

    def course(self, course: Course) -> None:
        way = self.dice.choice(WAYS)
        end = course.end if course.end is not None and course.end <= self.today else None
        if course.renewed:
            self.renewed_orders(course, end, way)
        elif not course.fills and self.dice.randrange(3) == 0:
            period = {"start": course.start.isoformat()} | ({"end": end.isoformat()} if end else {})
            self.put("MedicationStatement", {
                "status": "completed" if end else "active", **self.medication(course.drug, way), **self.whose(),
                "effectivePeriod": period, "dosage": [self.dosage(course.drug)],
            })  # fmt: skip
        else:
            self.order_over(course.drug, course.start, end, way)
        if course.fills:
            self.fills(course, end, way)

    def order_over(self, drug: str, start: date, end: date | None, way: str, *, ended: str = "") -> None:
        bounds = {"start": start.isoformat()} | ({"end": end.isoformat()} if end else {})
        plain = end is None and self.dice.randrange(2) == 0
        status = (ended or self.dice.choice(("completed", "stopped"))) if end else "active"
        self.request(drug, start, status, way=way, timing=None if plain else {"repeat": {"boundsPeriod": bounds}})

    def renewed_orders(self, course: Course, end: date | None, way: str) -> None:
        starts = [course.start, *renewals(course, self.today)]
        for place, start in enumerate(starts):
            until = starts[place + 1] if place + 1 < len(starts) else end
            self.order_over(course.drug, start, until, way, ended="completed" if place + 1 < len(starts) else "")

    def fills(self, course: Course, end: date | None, way: str) -> None:
        day, last = course.start, end or self.today
        while day < last:
            supply = min(28, (end - day).days) if end else 28
            self.put("MedicationDispense", {
                "status": "completed", **self.medication(course.drug, "coded" if way == "referenced" else way),
                **self.whose(), "whenHandedOver": day.isoformat(),
                "daysSupply": {"value": supply, "unit": "days", "system": codes.UCUM, "code": "d"},
            })  # fmt: skip
            day = days(day, course.fills)

    def denosumab(self) -> None:
        told = self.history
        if not told.denosumab:
            return
        self.doses("denosumab", told.denosumab, lead=10)
        left = told.left_on is not None and told.left_on <= self.today
        if told.standing:
            status = told.standing if told.standing == "active" or left else "active"
            self.standing = self.request("denosumab", told.denosumab[0], status)
        if told.booked is not None and told.booked >= self.today:
            self.put("Appointment", {
                "status": "booked", "description": "Denosumab 60 mg injection",
                "start": f"{told.booked}T10:00:00Z", "end": f"{told.booked}T10:15:00Z",
                "participant": [{"actor": self.whose()["subject"], "status": "accepted"}],
            })  # fmt: skip

    def supplements(self) -> None:
        since = months(self.today, -30)
        pair = self.dice.randrange(2) == 0
        for code, words in (codes.BOTH_SUPPLEMENTS,) if pair else codes.SUPPLEMENTS:
            self.put("MedicationStatement", {
                "status": "active", "medicationCodeableConcept": _concept(codes.RXNORM, code, words), **self.whose(),
                "effectivePeriod": {"start": since.isoformat()},
            })  # fmt: skip

    # Results

    def observation(self, code: str, value: float, unit: str, day: date, category: str, **more: Any) -> Json:
        return self.put("Observation", {
            "status": self.dice.choice(("final", "final", "amended")),
            "category": [_concept(HL7 + "observation-category", category)], "code": _concept(codes.LOINC, code),
            **self.whose(), "effectiveDateTime": day.isoformat(), "valueQuantity": _quantity(value, unit, unit), **more,
        })  # fmt: skip

    def scan(self, scan: Scan) -> None:
        parts = self.dice.randrange(2) == 0
        device = {"device": {"display": scan.device}} if scan.device else {}
        for site, (density, score, words) in codes.DENSITY.items():
            more: Json = {"bodySite": {"text": words}, **device}
            t = _quantity(scan.t[site] / 10, "{T-score}", "T-score")
            if parts:
                more["component"] = [{"code": _concept(codes.LOINC, score), "valueQuantity": t}]
            else:
                self.observation(score, scan.t[site] / 10, "{T-score}", scan.day, "imaging", **more)
            self.observation(density, scan.density[site] / 1000, "g/cm2", scan.day, "imaging", **more)

    def risk(self) -> None:
        if self.history.frax is None:
            return
        tenths, day = self.history.frax
        if self.dice.randrange(2):
            self.observation(codes.FRAX_MAJOR, tenths / 10, "%", day, "survey")
        else:
            outcome = {"text": "Major osteoporotic fracture, 10-year probability"}
            self.put("RiskAssessment", {
                "status": "final", "method": {"text": "FRAX"}, **self.whose(), "occurrenceDateTime": day.isoformat(),
                "prediction": [{"outcome": outcome, "probabilityDecimal": tenths / 10}],
            })  # fmt: skip

    def noise(self) -> None:
        """What every record holds besides, and what was entered in error."""
        self.put("MedicationRequest", {
            "status": "active", "intent": "order", "medicationCodeableConcept": {"text": "lisinopril 10 mg tablet"},
            **self.whose(), "authoredOn": months(self.today, -9).isoformat(),
        })  # fmt: skip
        if self.dice.randrange(6) == 0:
            wrong = self.dice.choice(("refuted", "entered-in-error"))
            self.problem("M80.051A", days(self.today, -40), verification=wrong)


def record(history: History, moment: Moment) -> tuple[Json, list[Json]]:
    """The Bundle as the EHR holds it, and the draft orders of the hook's context."""
    it = Written(history, moment)
    it.person()
    it.problem(codes.OSTEOPOROSIS, days(moment.day, -4000))
    for fracture in history.fractures:
        it.fracture(fracture)
    it.denosumab()
    it.doses("zoledronic acid", history.infusions, lead=10)
    it.doses("romosozumab", history.romosozumab, lead=5)
    for course in history.courses:
        it.course(course)
    for scan in history.scans:
        it.scan(scan)
    for result in history.results:
        code, unit = codes.TESTS[result.test]
        it.observation(code, result.tenths / 10, unit, result.day, "laboratory")
    it.risk()
    if history.supplements:
        it.supplements()
    it.noise()
    drafts = list(_drafts(it, moment.order)) if moment.order else []
    return it.bundle(), drafts


def _drafts(it: Written, order: Order) -> Iterator[Json]:
    if order.stops:
        assert it.standing is not None
        yield {**it.standing, "status": it.dice.choice(("stopped", "cancelled", "on-hold"))}
        return
    event = {"event": [order.planned.isoformat()]}
    begins = {"repeat": {"boundsPeriod": {"start": order.planned.isoformat()}}}
    injected = order.drug in ("denosumab", "zoledronic acid", "romosozumab")
    way = it.dice.choice(("coded", "branded", "contained"))
    it_has = {**it.medication(order.drug, way), **it.whose()}
    dosage = it.dosage(order.drug, timing=event if injected else begins)
    yield {"resourceType": "MedicationRequest", "id": "draft-1", "status": "draft", "intent": "order", **it_has,
           "dosageInstruction": [dosage]}  # fmt: skip


def _concept(system: str, code: str, words: str = "") -> Json:
    coding = {"system": system, "code": code} | ({"display": words} if words else {})
    return {"coding": [coding]} | ({"text": words} if words else {})


def _quantity(value: float, code: str, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": codes.UCUM, "code": code}
