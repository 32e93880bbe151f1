"""The commands that play, explain and list: what they print, and how they end."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result

from cards import catalog
from service.cli import main

PATIENTS = Path(__file__).resolve().parents[2] / "fhir_fixtures" / "patients"
OVERDUE = PATIENTS / "denosumab-overdue.json"
WELL = PATIENTS / "well.json"
COPIED = (".json", ".toml", ".cards.md")


def run(*words: object, **environment: str) -> Result:
    return CliRunner(env={"OSTEOHOOKS_AS_OF": None, **environment}).invoke(main, [str(word) for word in words])


@pytest.fixture
def overdue(tmp_path: Path) -> Path:
    """A copy of the overdue story whose golden cards may be changed."""
    for suffix in COPIED:
        source = OVERDUE.with_suffix(suffix)
        (tmp_path / source.name).write_bytes(source.read_bytes())
    return tmp_path / OVERDUE.name


def test_replay_finds_no_difference_from_the_golden_cards(overdue: Path) -> None:
    told = run("replay", overdue)
    assert told.exit_code == 0, told.output
    assert "same  denosumab-overdue: 2 moments" in told.output


def test_replay_shows_a_difference_and_ends_with_1(overdue: Path) -> None:
    golden = overdue.with_suffix(".cards.md")
    golden.write_text(golden.read_text(encoding="utf-8").replace("2025-12-01", "2025-12-02"), encoding="utf-8")
    told = run("replay", overdue.parent)
    assert told.exit_code == 1
    assert "due 2025-12-02" in told.output
    assert "+### 🟠 WARNING · Denosumab overdue: last dose 2025-06-01, due 2025-12-01." in told.output


def test_replay_twice_says_the_same_bytes(overdue: Path) -> None:
    assert run("replay", overdue, "--json").output == run("replay", overdue, "--json").output


def test_replay_on_another_day_differs(overdue: Path) -> None:
    assert run("replay", overdue, "--as-of", "2025-06-20").exit_code == 1


def test_the_environments_day_serves_where_a_moment_says_none(overdue: Path) -> None:
    overdue.with_suffix(".toml").unlink()
    overdue.with_suffix(".cards.md").unlink()
    told = run("replay", overdue, OSTEOHOOKS_AS_OF="2025-06-20")
    assert told.exit_code == 0
    assert "patient-view, 2025-06-20" in told.output


def test_replay_without_a_key_plays_an_ehr_that_does_not_send_it(overdue: Path) -> None:
    told = run("replay", overdue, "--withhold", "allergies", "--json")
    first = json.loads(told.output)[0]
    assert first["status"] == 200
    assert told.exit_code in {0, 1}
    assert run("replay", overdue, "--withhold", "alergies").exit_code == 2


def test_one_hook_alone_is_shown_and_not_compared(overdue: Path) -> None:
    told = run("replay", overdue, "--hook", "order-sign")
    assert told.exit_code == 0
    assert "no golden cards  denosumab-overdue: 1 moments, 0 cards" in told.output


def test_accept_writes_the_golden_cards(overdue: Path) -> None:
    golden = overdue.with_suffix(".cards.md")
    before = golden.read_bytes()
    golden.unlink()
    assert run("replay", overdue, "--accept").exit_code == 0
    assert golden.read_bytes() == before


def test_accept_takes_no_override(overdue: Path) -> None:
    assert run("replay", overdue, "--accept", "--hook", "order-sign").exit_code == 2


def test_junit_is_written(overdue: Path, tmp_path: Path) -> None:
    run("replay", overdue, "--junit", tmp_path / "junit.xml")
    assert '<testcase classname="replay" name="denosumab-overdue"' in (tmp_path / "junit.xml").read_text()


@pytest.mark.parametrize("path", ["nowhere.json", "pyproject.toml"])
def test_what_cannot_be_played_ends_with_2_and_a_sentence(path: str) -> None:
    told = run("replay", path)
    assert told.exit_code == 2
    assert "Error: " in told.output
    assert "Traceback" not in told.output


def test_explain_tells_every_rules_verdict_with_its_facts() -> None:
    told = run("explain", OVERDUE)
    assert told.exit_code == 0, told.output
    first = told.output.partition("problem list not sent")[0]
    assert "denosumab-overdue: warning: Denosumab overdue" in first
    assert "Last denosumab dose | 2025-06-01 | MedicationAdministration/adm-3" in first
    silent = first.partition("SILENT")[2]
    rules = catalog.load().for_hook("patient-view")
    assert [rule.id for rule in rules if f"  {rule.id}" not in first] == []
    assert "  treatment-failure: " in silent


def test_explain_names_the_part_of_the_record_that_was_missing() -> None:
    told = run("explain", OVERDUE, "--withhold", "medicationRequests", "--hook", "patient-view")
    assert "not read whole: medication orders (not sent)" in told.output
    assert "COULD NOT BE JUDGED" in told.output
    assert "FAILED" not in told.output


def test_explain_on_another_day_gives_another_verdict() -> None:
    assert "denosumab-overdue: warning" not in run("explain", OVERDUE, "--as-of", "2025-06-20").output


def test_explain_refuses_a_hook_that_no_rule_names() -> None:
    told = run("explain", WELL, "--hook", "patient-viw")
    assert told.exit_code == 2
    assert "known: patient-view" in told.output


def test_rules_lists_one_line_a_topic() -> None:
    told = run("rules")
    lines = told.output.splitlines()
    assert [line.split()[0] for line in lines] == sorted([*(rule.id for rule in catalog.load().rules), "data-gap"])
    line = next(line for line in lines if line.startswith("denosumab-overdue "))
    assert "sources" in line
    assert "cases" in line
    assert "patient-view" in line
    assert [line for line in lines if "(" in line] == []


def test_rules_names_the_stage_of_a_rule_that_is_not_on(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text('[rule.allergy]\nstage = "off"\n[rule.onj]\nstage = "shadow"\n', encoding="utf-8")
    lines = run("rules", OSTEOHOOKS_SITE=str(path)).output.splitlines()
    staged = {line.split()[0]: line.rpartition("  ")[2] for line in lines if "(" in line}
    assert staged == {"allergy": "(off)", "onj": "(shadow)"}


def test_a_rule_in_the_shadow_is_explained_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text('[rule.denosumab-overdue]\nstage = "shadow"\n', encoding="utf-8")
    first = run("explain", OVERDUE, OSTEOHOOKS_SITE=str(path)).output.partition("problem list not sent")[0]
    assert "denosumab-overdue (shadow): warning: Denosumab overdue" in first
    assert "not shown: the site keeps this rule in the shadow" in first
    assert "  denosumab-overdue: Denosumab overdue" not in first


def test_explain_says_that_the_site_hides_the_card_of_what_was_not_seen(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text("[site]\npv_info = false\n", encoding="utf-8")
    told = run("explain", OVERDUE, "--withhold", "medicationRequests", OSTEOHOOKS_SITE=str(path))
    assert "not shown: data-gap: the site shows no info cards on patient-view" in told.output


def test_the_trace_tells_each_row_with_its_rules_hooks_cards_and_cases() -> None:
    told = run("rules", "--trace")
    assert told.exit_code == 0, told.output
    row = told.output.partition("\nS2  ")[2].partition("\n\n")[0]
    assert "rules  treatment-failure" in row
    assert "hooks  patient-view, order-select" in row
    assert "treatment-failure warning" in row
    assert "case   treatment_failure/" in row
    assert "NO CASE" not in told.output


def test_the_printed_site_file_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(run("rules", "--dials").output, encoding="utf-8")
    assert run("rules", OSTEOHOOKS_SITE=str(path)).output == run("rules").output


@pytest.mark.server
def test_the_demo_shows_cards_and_leaves_nothing_running() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OSTEOHOOKS_")}
    words = [sys.executable, "-c", "from service.cli import main; main()", "demo", "--only", "denosumab-overdue"]
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    told = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    assert "Denosumab overdue: last dose 2025-06-01" in told.stdout
    assert "Where to look next" in told.stdout
    left = [process for process in psutil.Process().children(recursive=True) if process.pid not in before]
    assert left == []
    port = told.stdout.partition("http://127.0.0.1:")[2].partition("/")[0]
    listening = {each.laddr.port for each in psutil.net_connections("tcp4") if each.status == psutil.CONN_LISTEN}
    assert int(port) not in listening
