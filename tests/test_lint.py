"""What `osteohooks lint` finds, and on which line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cards import codes
from service.cli import main
from service.lint import cases, codings, files, fixtures, places, validity
from service.lint.message import Level
from tests import casebook, test_dialects
from tests.fhir import test_quirks

FIXTURES = Path(__file__).resolve().parent.parent / "fhir_fixtures"
KNOWN = FIXTURES / "known_faults.toml"


def told(path: Path, content: str, *, least: Level = Level.WARNING) -> list[str]:
    """The messages of a file with this content, as "line: level: …"."""
    path.write_text(content, encoding="utf-8")
    return [str(each).removeprefix(f"{path}:") for each in files.messages(path) if each.level >= least]


def said(system: str, code: str, display: str = "", text: str = "") -> list[Level]:
    return [level for level, _ in codings.findings(codings.Coding((), system, code, display, text))]


# Lines


def test_a_member_of_json_stands_on_the_line_of_its_name_and_an_item_on_its_own() -> None:
    lines, twice = places.of_json('{\n "a": [\n  1,\n  {"b":\n   "}\\"]"}\n ],\n "c": {}\n}')
    assert lines[("a",)] == 2
    assert (lines["a", 0], lines["a", 1], lines["a", 1, "b"], lines[("c",)]) == (3, 4, 4, 7)
    assert twice == []


def test_a_place_without_a_line_has_that_of_what_holds_it() -> None:
    lines, _ = places.of_json('{\n "a": {\n }}')
    assert places.line_of(lines, ("a", "missing", 3)) == 2
    assert places.line_of(lines, ("b",)) == 1


def test_a_key_of_toml_stands_on_its_line_in_its_table() -> None:
    lines = places.of_toml('a = 1\n[x.y] # words\nb = """\nc = 2\n"""\n[[case]]\nd = 1\n[[case]]\nd = 2\n')
    assert (lines[("a",)], lines["x", "y"], lines["x", "y", "b"]) == (1, 2, 3)
    assert (lines["case", 0, "d"], lines["case", 1, "d"]) == (7, 9)
    assert ("x", "y", "c") not in lines


# FHIR


def test_both_validators_tell_of_a_fault_once_on_its_line(tmp_path: Path) -> None:
    (only,) = told(tmp_path / "p.json", '{\n "resourceType": "Patient",\n "birthDate": "1950-13-01"\n}')
    assert only.startswith("3: error: birthDate: ")
    assert "(fhir.resources)" in only
    assert "(fhirkit-rs)" in only
    assert "1950" not in only


def test_without_the_second_validator_the_first_still_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validity, "SECOND_IS_THERE", False)
    (only,) = told(tmp_path / "p.json", '{"resourceType": "Patient", "foo": 1}')
    assert "fhirkit" not in only
    sound = tmp_path / "q.json"
    sound.write_text('{"resourceType": "Patient"}')
    assert "fhirkit-rs is not installed" in CliRunner().invoke(main, ["lint", str(sound)]).output


def test_a_resource_inside_a_bundle_is_told_of_on_its_own_line(tmp_path: Path) -> None:
    bundle = '{"resourceType": "Bundle", "type": "collection", "entry": [\n{"resource":\n{"resourceType": "Nothing"}}]}'
    found = told(tmp_path / "b.json", bundle)
    assert [each.partition(" ")[0] for each in found] == ["2:", "3:"]
    assert "Nothing is not a FHIR R4 resource type" in found[0]
    assert found[1].startswith("3: error: resourceType: ")


def test_a_member_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    (only,) = told(tmp_path / "p.json", '{"resourceType": "Patient",\n "gender": "male",\n "gender": "female"}')
    assert only == "3: error: gender stands twice: the last one counts"


@pytest.mark.parametrize("broken", ["{", '{"a": 1}', "[]", "[" * 100_000])
def test_what_is_no_file_of_ours_is_an_error(tmp_path: Path, broken: str) -> None:
    (only,) = told(tmp_path / "x.json", broken)
    assert only.startswith("1: error: it is n")


def test_a_file_nested_deeply_is_told_of_and_not_an_exception(tmp_path: Path) -> None:
    for depth in (300, 900):
        nested = '{"resourceType": "Patient", "foo": ' + '{"a": ' * depth + "1" + "}" * depth + "}"
        assert told(tmp_path / "x.json", nested)[0].startswith("1: error: ")


# Codes


@pytest.mark.parametrize(
    ("system", "code", "display"),
    [
        (codes.RXNORM, "3002", "Alendronate"), (codes.RXNORM, "1043562", "denosumab"),
        (codes.RXNORM, "904431", "denosumab 60 mg"), (codes.LOINC, "38265-5", "DXA spine BMD"),
        (codes.SNOMED, "239862000", "Osteoporosis"), (codes.ICD10CM, "J3489", "Injection, zoledronic acid"),
    ],
)  # fmt: skip
def test_a_code_under_another_meaning_is_an_error(system: str, code: str, display: str) -> None:
    assert said(system, code, display) == [Level.ERROR]
    assert said(system, code, text=display) == [Level.ERROR]


@pytest.mark.parametrize(
    ("system", "code", "display"),
    [
        (codes.RXNORM, "993449", "denosumab"), (codes.RXNORM, "993449", ""),
        (codes.LOINC, "38265-5", "DXA Radius and Ulna [T-score]"), (codes.SNOMED, "64859006", "Osteoporosis"),
        ("https://ehr.example.org/codes", "3002", "Alendronate"),
    ],
)  # fmt: skip
def test_of_a_code_under_its_own_meaning_nothing_is_said(system: str, code: str, display: str) -> None:
    assert said(system, code, display) == []


def test_a_code_of_another_drug_under_its_own_name_is_only_not_known() -> None:
    assert said(codes.RXNORM, "3002", "cyclophosphamide") == [Level.NOTE]


def test_a_drug_that_is_denied_is_no_fault_of_its_code() -> None:
    assert said(codes.RXNORM, "993449", "denosumab", "No denosumab") == []


def test_an_unknown_code_is_a_note_and_a_warning_where_its_words_name_a_drug() -> None:
    assert said(codes.RXNORM, "9999999", "a drug") == [Level.NOTE]
    assert said(codes.RXNORM, "9999999", "denosumab") == [Level.WARNING]


def test_a_display_that_shares_no_word_with_the_codes_own_is_a_warning() -> None:
    assert said(codes.SNOMED, "64859006", "Asthma") == [Level.WARNING]


def test_the_targets_of_a_concept_map_are_looked_at_where_they_stand() -> None:
    concept_map = {"group": [{"source": "urn:x", "target": codes.RXNORM, "element": [
        {"code": "A", "target": [{"code": "3002", "display": "Alendronate"}]}]}]}  # fmt: skip
    (coding,) = codings.codings(concept_map)
    assert coding.place == ("group", 0, "element", 0, "target", 0, "code")
    assert (coding.code, coding.display) == ("3002", "Alendronate")


# Kinds of files


def test_a_case_with_a_word_that_nothing_knows_is_told_of_on_its_line(tmp_path: Path) -> None:
    table = (
        '[defaults]\ntoday = "2026-01-15"\n[[case]]\nname = "a"\nexpect = "silnt"\n[[case]]\nname = "a"\nmets = []\n'
    )
    found = told(tmp_path / "t.toml", table)
    assert [each.partition(": ")[0] for each in found] == ["5", "6", "7", "8"]
    assert "'mets'" in found[-1]


@pytest.mark.parametrize(
    "of", ["patient = 3", "meds = 3", "meds = [3]", "resources = [{}]", "drafts = 3", "expect = []"]
)
def test_a_case_of_the_wrong_shape_is_told_of_and_not_an_exception(tmp_path: Path, of: str) -> None:
    table = f'[[case]]\nname = "a"\ntoday = "2026-01-15"\nhook = "order-sign"\ncards = []\n{of}\n'
    assert ": error: " in "".join(told(tmp_path / "t.toml", table))


def test_a_story_whose_moments_are_no_tables_is_told_of(tmp_path: Path) -> None:
    patient = {"resource": {"resourceType": "Patient", "id": "p"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [patient]}
    (tmp_path / "s.json").write_text(json.dumps(bundle))
    (only,) = told(tmp_path / "s.toml", 'title = "a"\nmoment = [3]\n')
    assert only.startswith("2: error: ")


def test_a_drug_misspelt_in_a_case_is_told_of_on_the_line_of_its_key(tmp_path: Path) -> None:
    table = '[[case]]\nname = "a"\ntoday = "2026-01-15"\nexpect = "silent"\nmeds = [{ drg = "alendronate" }]\n'
    (only,) = told(tmp_path / "t.toml", table)
    assert only.startswith("5: error: ")
    assert "drg" in only


def test_a_dial_that_nothing_knows_is_told_of_on_its_line(tmp_path: Path) -> None:
    (only,) = told(tmp_path / "site.toml", '[site]\nmax_cards = 3\n\n[rule.denosumab-due]\ngraze = "3 days"\n')
    assert only.startswith("5: error: ")
    assert "graze" in only


def test_a_client_routed_to_no_hook_is_told_of_on_its_table(tmp_path: Path) -> None:
    (only,) = told(
        tmp_path / "c.toml", '# words\n[client.open]\ntrigger_extension = "x"\ntriggers = { "6" = "nowhere" }\n'
    )
    assert int(only.partition(":")[0]) in {2, 4}
    assert "nowhere" in only


def test_toml_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    (only,) = told(tmp_path / "x.toml", "[site]\nmax_cards = = 3\n")
    assert only.startswith("2: error: it is no TOML")


def a_quirk(**more: Any) -> str:
    drug = {"resourceType": "Observation", "status": 7}
    plain = {
        "quirk": "q",
        "about": "a",
        "resources": {"boneDensity": [drug]},
        "chart": {"bone_densities": {"facts": []}},
    }
    return json.dumps({**plain, **more}, indent=1)


def test_what_a_quirk_sends_is_a_note_and_its_frame_is_not(tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    assert told(path, a_quirk()) == []
    assert told(path, a_quirk(), least=Level.NOTE) != []
    for wrong in (
        {"about": " "},
        {"chart": {}},
        {"hook": "patient-vew"},
        {"day": "soon"},
        {"cards": ["x info"]},
        {"x": 1},
    ):
        assert told(path, a_quirk(**wrong)) != [], wrong


def test_a_request_without_its_context_is_an_error_and_its_fhir_a_warning(tmp_path: Path) -> None:
    sent = {"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2eb",
            "context": {"userId": "Practitioner/1", "patientId": "p1"},
            "prefetch": {"patient": {"resourceType": "Patient", "birthDate": 3}}}  # fmt: skip
    levels = [each.split(": ")[1] for each in told(tmp_path / "r.json", json.dumps(sent))]
    assert levels == ["warning"]
    assert any(": error: context" in each for each in told(tmp_path / "r.json", json.dumps({**sent, "context": {}})))


# The whole command


def test_the_fixtures_of_this_repository_have_no_fault(record_property: Callable[[str, object], None]) -> None:
    folders = [str(FIXTURES), str(FIXTURES.parent / "deploy")]
    answer = CliRunner().invoke(main, ["lint", *folders, "--known", str(KNOWN)])
    assert answer.exit_code == 0, answer.output
    record_property("linted", int(answer.output.splitlines()[-1].split()[0]))
    assert answer.output.splitlines()[-1].split(": ")[1].startswith("0 errors, 0 warnings")


def test_an_error_ends_with_1_and_a_known_one_with_0_until_it_is_gone(tmp_path: Path) -> None:
    path, known = tmp_path / "p.json", tmp_path / "known.toml"
    path.write_text('{"resourceType": "Patient", "foo": 1}')
    known.write_text('[[fault]]\nfile = "p.json"\nsays = "foo: "\nbecause = "it is so"\n')
    assert CliRunner().invoke(main, ["lint", str(path)]).exit_code == 1
    noted = CliRunner().invoke(main, ["lint", str(path), "--known", str(known), "--notes"])
    assert noted.exit_code == 0
    assert "(it is so)" in noted.output
    path.write_text('{"resourceType": "Patient"}')
    gone = CliRunner().invoke(main, ["lint", str(path), "--known", str(known)])
    assert gone.exit_code == 1
    assert f"{known}:1: error: p.json no longer has this fault" in gone.output


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["lint", str(tmp_path / "none")]).exit_code == 2


def test_what_lint_knows_of_the_formats_is_what_the_tests_read() -> None:
    assert (cases.KEYS, cases.WORDS) == (casebook.KNOWN, casebook.WORDS)
    assert set(fixtures.QUIRK) == test_quirks.MEMBERS
    assert set(fixtures.EXPECTATION) == test_dialects.KEYS
