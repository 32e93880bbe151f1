"""What the service offers: every client can read it, and each entry can be called."""

import re

import pytest
import requests

from cards.catalog import Catalog
from cards.chart import Site
from service.cdshooks.discovery import answer, services
from tests.doors import checks
from tests.doors.messages import hook, post

HOOKS = ("patient-view", "order-select", "order-sign", "encounter-start")
TOKENS = {"context.patientId", "context.userId", "context.encounterId"}


@pytest.fixture(scope="module")
def discovered(base: str) -> list[dict]:
    body = requests.get(f"{base}/cds-services", timeout=10).json()
    assert checks.faults("discovery-response", body) == []
    assert list(checks.empty_members(body)) == []
    return body["services"]


def test_each_hook_has_one_service_id_of_its_own(discovered: list[dict]) -> None:
    assert [(each["id"], each["hook"]) for each in discovered] == [(f"osteohooks-{name}", name) for name in HOOKS]


def test_each_service_tells_title_description_usage_and_version(discovered: list[dict]) -> None:
    for each in discovered:
        assert each["title"].startswith("Osteoporosis")
        assert each["description"].endswith(".")
        assert "never as nothing found" in each["usageRequirements"]
        assert each["version"] == "2.0.1"


def test_each_listed_service_answers_a_call(discovered: list[dict], base: str) -> None:
    for each in discovered:
        checks.cards(post(base, hook(each["hook"]), each["id"]))


def test_templates_hold_only_tokens_of_the_context_and_no_parameter_twice(discovered: list[dict]) -> None:
    for each in discovered:
        for template in each["prefetch"].values():
            assert set(re.findall(r"{{(.*?)}}", template)) <= TOKENS
            names = re.findall(r"[?&]([^=]+)=", template)
            assert len(names) == len(set(names))
            assert not {"_include", "_revinclude", "_sort", "date", "_count"} & set(names)


def test_an_encounter_is_asked_for_only_where_the_hook_always_names_one(discovered: list[dict]) -> None:
    asking = {
        each["hook"] for each in discovered for template in each["prefetch"].values() if "encounterId" in template
    }
    assert asking == {"encounter-start"}


def test_prefetch_holds_what_the_rules_of_the_hook_read_and_nothing_else(discovered: list[dict]) -> None:
    by_hook = {each["hook"]: each["prefetch"] for each in discovered}
    assert "laboratory" in by_hook["patient-view"]
    assert "laboratory" not in by_hook["order-sign"]
    assert {"patient", "conditions", "encounterDiagnoses"} <= set(by_hook["order-sign"])


def test_conditions_are_asked_for_by_one_category_a_key(discovered: list[dict]) -> None:
    prefetch = discovered[0]["prefetch"]
    assert prefetch["conditions"] == "Condition?patient={{context.patientId}}&category=problem-list-item"
    assert prefetch["encounterDiagnoses"] == "Condition?patient={{context.patientId}}&category=encounter-diagnosis"


def test_codes_are_written_with_an_unencoded_bar(discovered: list[dict]) -> None:
    assert "code=http://loinc.org|" in discovered[0]["prefetch"]["laboratory"]
    assert "%" not in discovered[0]["prefetch"]["laboratory"]


def test_without_rules_there_are_no_services() -> None:
    assert answer(services(Catalog((), Site()))) == {"services": []}
