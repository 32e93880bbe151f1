"""The shorthand writes real FHIR R4, says the same in every dress, and names what it does not understand."""

import importlib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cards.chart import SECTIONS
from service.fhir.gather import gather
from service.fhir.read import read_chart
from service.fhir.shorthand import AS_WRITTEN, Dress, Misspelled, drawn, expand
from service.fhir.shorthand.case import HOLDS

EVERYTHING: Mapping[str, Any] = tomllib.loads("""
today = "2026-01-15"
patient = { sex = "female", born = "1950-03-02" }
encounter = { class = "AMB", from = "2026-01-15" }
meds = [
  { drug = "alendronate", from = "2021-01-10", supply = 28, refills = 12, reason = "M81.0" },
  { drug = "risedronate", as = "statement", from = "2019-05", to = "2020", authored = "2021-01-01" },
  { drug = "alendronate", as = "dispense", on = ["2024-01-01", "2024-02-01"], supply = 28 },
  { drug = "prednisone", as = "any", dose = "7.5 mg", every = "1 d", from = "2025-01-01" },
  { drug = "tacrolimus", from = "2025" },
  { drug = "denosumab", product = "unknown", from = "2025-06-01", brand = "Prolia" },
  { drug = "alendronate", do_not_perform = true, from = "2025-01-01", text = "no alendronate" },
]
doses = [
  { drug = "denosumab", on = ["2025-01-10"] },
  { drug = "denosumab", on = ["2024-07-10"], as = "procedure" },
  { drug = "zoledronic-acid", on = ["2020-01-10"], as = "statement" },
  { drug = "zoledronic-acid", product = "4mg", on = ["2020-01-10"], as = "request" },
  { drug = "romosozumab", on = ["2022-01-10"], as = "any" },
]
conditions = [
  { code = "M80.051A", on = "2025-05" }, { code = "M81.0", recorded = "2020-01-01" },
  { code = "", text = "wrist fracture", age = 70 },
  { code = "N18.4", period = ["2024", "2025"], clinical = "resolved" },
  { code = "I21.9", verification = "entered-in-error" },
]
dxa = [{ site = "total hip", side = "left", on = "2025-01-01", g_cm2 = 0.71, t = -2.6, device = "scanner A" }]
labs = [
  { test = "egfr", value = "<15", on = "2025-12-01" },
  { test = "calcium-total", value = 2.3, unit = "mmol/L", low = 2.1, high = 2.6, on = "2025-12-01" },
]
vitals = [{ test = "body-weight", value = 60, on = "2025-12-01" }]
social = [{ smoking = "every day", on = "2025-12-01" }, { drinks = 3, on = "2025-12-01" }]
frax = [{ major = 31.0, hip = 5.0, on = "2025-01-01", as = "any" }]
procedures = [{ code = "33195004", text = "External beam radiation therapy", on = "2020-01-01" }]
allergies = [{ drug = "alendronate", type = "allergy", criticality = "high" }]
appointments = [{ drug = "denosumab", on = "2026-02-01" }]
orders = [{ test = "dxa", on = "2026-01-01" }]
drafts = [{ drug = "zoledronic-acid", on = "2026-02-01" }, { drug = "alendronate", on = "2026-03-01" }]
""")

DRESSES = [AS_WRITTEN, *(drawn(str(number)) for number in range(12))]


@cache
def model(kind: str) -> Any:
    return getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)


def resources(case: Mapping[str, Any], dress: Dress) -> list[dict[str, Any]]:
    moment = expand(case, dress)
    bundles = [moment.bundle, *(value for value in moment.context.values() if isinstance(value, dict))]
    return [entry["resource"] for bundle in bundles for entry in bundle["entry"]]


@pytest.mark.parametrize("dress", DRESSES, ids=lambda dress: dress.shuffle or "as written")
def test_every_resource_is_valid_r4(dress: Dress) -> None:
    written = resources(EVERYTHING, dress)
    assert {resource["resourceType"] for resource in written} >= {
        "Patient", "Encounter", "Condition", "Observation", "MedicationRequest", "MedicationStatement", "Procedure",
        "MedicationDispense", "AllergyIntolerance", "Appointment", "ServiceRequest",
    }  # fmt: skip
    for resource in written:
        model(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize("dress", DRESSES, ids=lambda dress: dress.shuffle or "as written")
def test_every_resource_has_an_id_of_its_own(dress: Dress) -> None:
    refs = [f"{resource['resourceType']}/{resource['id']}" for resource in resources(EVERYTHING, dress)]
    assert len(refs) == len(set(refs))


@pytest.mark.parametrize("dress", DRESSES, ids=lambda dress: dress.shuffle or "as written")
def test_a_dress_loses_no_fact(dress: Dress) -> None:
    sections = frozenset(SECTIONS) - {"drafts"}

    def told(worn: Dress) -> dict[str, int]:
        moment = expand(EVERYTHING, worn)
        chart = read_chart(gather(moment.asked(sections), sections), moment.today)
        counted = {name: len(chart.peek(name).facts) for name in SECTIONS}
        drugs = [name for name in counted if name.startswith(("medication_", "procedures"))]
        risk = ("fracture_risk", "risk_assessments")
        return {name: counted[name] for name in counted if name not in (*drugs, *risk)} | {
            "drugs": sum(counted[name] for name in drugs), "risk": sum(counted[name] for name in risk),
        }  # fmt: skip

    assert told(dress) == told(AS_WRITTEN)


def test_a_seed_draws_the_same_dress_for_ever() -> None:
    assert drawn("a case") == drawn("a case")
    assert len({drawn(str(number)) for number in range(50)}) == 50


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ({"med": []}, "unknown key 'med'"),
        ({"meds": [{"drug": "alendronate", "form": "2021"}]}, "meds: unknown key 'form'; known: drug, as, from"),
        ({"meds": [{"drug": "denosumab", "product": "30mg"}]}, "known: '60mg', '120mg', 'unknown'"),
        ({"meds": [{"drug": "denosumab", "every": "weekly"}]}, "every = 'weekly' is not as '1 wk'"),
        ({"meds": [{"drug": "denosumab", "dose": "60"}]}, "the dose '60' is not as '70 mg'"),
        ({"doses": [{"drug": "denosumab"}]}, "'on' must list the days"),
        ({"dxa": [{"site": "hip"}]}, "site = 'hip'; known: lumbar spine, total hip"),
        ({"labs": [{"test": "gfr", "value": 1}]}, "test = 'gfr'"),
        ({"unread": ["allergy"]}, "no section or prefetch key is called 'allergy'"),
        ({"hook": "patient-view", "drafts": [{"drug": "denosumab"}]}, "'patient-view' carries no drafts"),
        ({"conditions": [{"code": "M81.0", "new": True}]}, "'patient-view' carries nothing new"),
    ],
)
def test_what_is_misspelled_is_named_with_what_is_known(case: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Misspelled) as told:
        expand({"today": "2026-01-15", **case})
    assert sentence in str(told.value)


def test_the_format_is_described_for_every_key() -> None:
    text = (Path(__file__).parents[2] / "fhir_fixtures" / "README.md").read_text(encoding="utf-8")
    assert [key for key in HOLDS.split() if f"`{key}`" not in text] == []
