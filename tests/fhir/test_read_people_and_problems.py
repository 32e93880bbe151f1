"""The patient, and the diagnoses that a chart holds."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cards.chart import Chart, Section
from cards.facts import Condition, Patient
from cards.when import When

Read = Callable[..., Section[Any]]
ReadParts = Callable[..., Chart]
TODAY = date(2026, 11, 22)
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"


def patient(**more: Any) -> dict[str, Any]:
    told = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-06-15", **more}
    return {key: value for key, value in told.items() if value is not None}


def the_patient(read: Read, **more: Any) -> Patient:
    (found,) = read("patient", patient(**more))
    assert isinstance(found, Patient)
    return found


def test_a_patient_has_sex_and_birth_date(read: Read) -> None:
    assert the_patient(read) == Patient("Patient/p1", "female", When.on(date(1950, 6, 15)), deceased=False)


@pytest.mark.parametrize(
    ("written", "sex"),
    [("male", "male"), ("Female", "female"), ("other", None), ("unknown", None), ("F", None), (3, None), (None, None)],
)
def test_sex_is_male_or_female_or_not_known(read: Read, written: Any, sex: str | None) -> None:
    assert the_patient(read, gender=written).sex == sex


def test_a_partial_birth_date_is_an_interval(read: Read) -> None:
    assert the_patient(read, birthDate="1950").born == When(date(1950, 1, 1), date(1950, 12, 31))


@pytest.mark.parametrize("written", ["15/06/1950", "", "0001-01-01", 1950])
def test_a_birth_date_that_cannot_be_read_is_told(read: Read, written: Any) -> None:
    section = read("patient", patient(birthDate=written))
    assert section.facts[0].born is None
    assert [each.why for each in section.unusable] == ["the patient's birth date is not a date that can be read"]


def test_a_missing_birth_date_is_only_missing(read: Read) -> None:
    section = read("patient", patient(birthDate=None))
    assert section.facts[0].born is None
    assert section.unusable == ()


@pytest.mark.parametrize(
    ("told", "deceased"),
    [
        ({"deceasedBoolean": True}, True), ({"deceasedDateTime": "2025-01-01"}, True),
        ({"deceasedDateTime": "?"}, True), ({"deceasedBoolean": "true"}, True),
        ({"deceasedBoolean": False}, False), ({}, False),
    ],
)  # fmt: skip
def test_a_patient_is_deceased_by_flag_or_date(read: Read, told: dict[str, Any], deceased: bool) -> None:
    assert the_patient(read, **told).deceased is deceased


def problem(code: str = "M80.08XA", system: str = ICD10, /, **more: Any) -> dict[str, Any]:
    told = {
        "resourceType": "Condition",
        "id": "c1",
        "code": {"coding": [{"system": system, "code": code, "display": "Osteoporosis with current fracture"}]},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "onsetDateTime": "2025-03-04",
        "recordedDate": "2025-03-10",
        **more,
    }
    return {key: value for key, value in told.items() if value is not None}


def the_condition(read: Read, *resources: dict[str, Any]) -> Condition:
    (found,) = read("conditions", *resources)
    assert isinstance(found, Condition)
    return found


def test_a_condition_carries_its_codes_its_sets_and_its_words(read: Read) -> None:
    found = the_condition(read, problem())
    assert found.ref == "Condition/c1"
    assert {"fragility-fracture", "fracture-site-vertebra"} <= found.tags
    assert found.codes == ((ICD10, "M80.08XA"),)
    assert found.text == "Osteoporosis with current fracture"
    assert (found.clinical, found.verification) == ("active", "confirmed")


@pytest.mark.parametrize("code", ["M8008XA", "m80.08xa", "M80.08XA"])
def test_a_code_is_told_dotted_and_in_upper_case(read: Read, code: str) -> None:
    assert the_condition(read, problem(code)).codes == ((ICD10, "M80.08XA"),)


def test_words_alone_make_no_fracture(read: Read) -> None:
    assert not list(read("conditions", problem(code={"text": "Osteoporotic hip fracture"})))


def test_a_code_that_no_set_holds_is_passed_over(read: Read) -> None:
    assert not list(read("conditions", problem("J06.9")))


def test_one_known_code_among_others_is_enough(read: Read) -> None:
    codings = [{"system": "urn:oid:1.2.3", "code": "77"}, {"system": ICD10, "code": "M81.0"}]
    found = the_condition(read, problem(code={"coding": codings, "text": "Osteoporosis"}))
    assert "osteoporosis" in found.tags
    assert found.text == "Osteoporosis"


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_a_refuted_diagnosis_is_never_used(read: Read, status: str) -> None:
    assert not list(read("conditions", problem(verificationStatus={"coding": [{"code": status}]})))
    assert not list(read("conditions", problem(verificationStatus=status)))


@pytest.mark.parametrize("status", ["unconfirmed", "provisional", "differential"])
def test_a_tentative_diagnosis_says_so(read: Read, status: str) -> None:
    assert the_condition(read, problem(verificationStatus={"coding": [{"code": status}]})).tentative


def test_a_plain_string_status_is_understood(read: Read) -> None:
    found = the_condition(read, problem(clinicalStatus="Resolved", verificationStatus="confirmed"))
    assert (found.clinical, found.current) == ("resolved", False)


def test_no_clinical_status_is_none_and_counts_as_current(read: Read) -> None:
    found = the_condition(read, problem(clinicalStatus=None, verificationStatus=None))
    assert (found.clinical, found.verification, found.current) == ("", "", True)


@pytest.mark.parametrize(
    "ended", [{"abatementDateTime": "2025-06-01"}, {"abatementBoolean": True}, {"abatementString": "last year"}]
)
def test_what_has_abated_and_carries_no_status_is_resolved(read: Read, ended: dict[str, Any]) -> None:
    assert the_condition(read, problem(clinicalStatus=None, **ended)).clinical == "resolved"


def test_a_status_stands_against_an_abatement(read: Read) -> None:
    assert the_condition(read, problem(abatementDateTime="2025-06-01")).clinical == "active"


def test_an_abatement_alone_dates_no_event(read: Read) -> None:
    found = the_condition(read, problem(onsetDateTime=None, recordedDate=None, abatementDateTime="2025-06-01"))
    assert (found.onset, found.has_onset) == (When.by(TODAY), False)


def test_an_onset_is_told_as_written(read: Read) -> None:
    found = the_condition(read, problem(onsetDateTime="2025-03"))
    assert (found.onset, found.has_onset) == (When(date(2025, 3, 1), date(2025, 3, 31)), True)
    assert found.recorded == When.on(date(2025, 3, 10))


def test_without_an_onset_it_lies_before_its_recording(read: Read) -> None:
    found = the_condition(read, problem(onsetDateTime=None))
    assert (found.onset, found.has_onset) == (When.by(date(2025, 3, 10)), False)


@pytest.mark.parametrize("told", [{}, {"onsetString": "some years ago"}, {"onsetDateTime": "spring 2019"}])
def test_free_text_is_no_onset(read: Read, told: dict[str, Any]) -> None:
    found = the_condition(read, problem(**{"onsetDateTime": None, **told}))
    assert (found.onset, found.has_onset) == (When.by(date(2025, 3, 10)), False)


def test_an_age_at_onset_is_counted_from_the_birth_date(read_parts: ReadParts) -> None:
    fracture = problem(onsetDateTime=None, onsetAge={"value": 74, "unit": "years", "code": "a"})
    chart = read_parts({"patient": [patient()], "conditions": [fracture]})
    (found,) = chart.conditions
    assert found.onset == When(date(2024, 6, 15), date(2025, 6, 14))


def test_a_period_of_onset_reaches_to_its_end(read: Read) -> None:
    found = the_condition(read, problem(onsetDateTime=None, onsetPeriod={"start": "2024-01", "end": "2024-03-04"}))
    assert found.onset == When(date(2024, 1, 1), date(2024, 3, 4))


@pytest.mark.parametrize(("onset", "count"), [("2026-11-22", 1), ("2026-11-23", 0)])
def test_what_begins_after_today_is_passed_over(read: Read, onset: str, count: int) -> None:
    assert len(list(read("conditions", problem(onsetDateTime=onset)))) == count


@pytest.mark.parametrize("key", ["assertedDate", "dateRecorded"])
def test_older_names_of_the_recorded_day_are_read(read: Read, key: str) -> None:
    found = the_condition(read, problem(recordedDate=None, **{key: "2024-01-02"}))
    assert found.recorded == When.on(date(2024, 1, 2))


def test_a_snomed_code_with_laterality_is_its_focus(read: Read) -> None:
    found = the_condition(read, problem("64859006:272741003=7771000", SNOMED))
    assert "osteoporosis" in found.tags


def test_what_has_no_id_is_counted(read: Read) -> None:
    nameless = problem()
    del nameless["id"]
    assert [fact.ref for fact in read("conditions", nameless, nameless)] == ["Condition/?1", "Condition/?2"]


def test_one_resource_that_cannot_be_read_costs_no_other(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hostile(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            if key == "verificationStatus":
                raise OSError("Mrs Jones")
            return super().get(key, default)

    section = read("conditions", Hostile(problem(id="bad")), problem())
    assert [fact.ref for fact in section] == ["Condition/c1"]
    assert [(each.ref, each.why) for each in section.unusable] == [
        ("Condition/bad", "a resource that could not be read (OSError)")
    ]


def test_what_is_recorded_after_today_and_not_dated_is_passed_over(read: Read) -> None:
    assert not list(read("conditions", problem(onsetDateTime=None, recordedDate="2026-11-23")))
    assert list(read("conditions", problem(onsetDateTime=None, recordedDate="2026-11-22")))
