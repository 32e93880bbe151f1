"""What holds for the repository as a whole: what may be imported, what is locked, how the server is set."""

import ast
import json
import re
import runpy
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent

NAMED_IN_NOTICE = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://loinc.org": "LOINC",
    "http://snomed.info/sct": "SNOMED CT",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS Level II",
    "http://hl7.org/fhir/sid/ndc": "National Drug Code (NDC)",
}


def imports(*folders: str) -> Iterator[tuple[Path, str]]:
    """Each (file, dotted module or name) that the Python files of these folders import."""
    for folder in folders:
        for path in sorted((TOP / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((path, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield from ((path, f"{node.module}.{alias.name}") for alias in node.names)


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (TOP / lock).read_text(encoding="utf-8"), re.MULTILINE))


def gunicorn_settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, object]:
    for name in ("OSTEOHOOKS_HOST", "OSTEOHOOKS_PORT", "OSTEOHOOKS_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(TOP / "deploy" / "gunicorn.conf.py"))


def test_cards_needs_the_standard_library_only() -> None:
    found = {module.partition(".")[0] for _, module in imports("cards")}
    assert found, "cards imports nothing at all: the search is broken"
    assert found - {"cards"} <= sys.stdlib_module_names


def test_fhir_models_come_from_r4b_alone() -> None:
    strangers = [
        f"{path.relative_to(TOP)}: {module}"
        for path, module in imports("cards", "service", "tests", "bench")
        if re.match(r"fhir\.resources(?!\.R4B\b)", module)
    ]
    assert strangers == []


def test_the_image_installs_versions_that_are_tested() -> None:
    tested, shipped = pins("requirements.lock"), pins("deploy/requirements.lock")
    assert {"flask", "gunicorn", "fhir-resources"} <= shipped.keys()
    assert "pytest" not in shipped
    assert shipped.items() <= tested.items()
    assert pins("deploy/build.lock").items() <= tested.items()


@pytest.mark.parametrize("lock", ["requirements.lock", "deploy/requirements.lock", "deploy/build.lock"])
def test_a_lock_has_a_hash_for_every_package_and_names_no_registry(lock: str) -> None:
    text = (TOP / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(blocks) == len(pins(lock))
    assert [block.partition(" ")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links", text)


def test_every_dependency_has_an_upper_bound() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + [
        line for group in project["dependency-groups"].values() for line in group if isinstance(line, str)
    ]
    assert [line for line in wanted if "<" not in line and "==" not in line] == []


def test_the_server_stops_within_five_seconds_and_logs_no_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = gunicorn_settings(monkeypatch)
    assert settings["worker_class"] == "gthread"
    assert settings["graceful_timeout"] == 4
    assert settings["accesslog"] is None
    assert settings["control_socket_disable"] is True


def test_the_server_listens_on_loopback_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gunicorn_settings(monkeypatch)["bind"] == "127.0.0.1:8080"
    told = gunicorn_settings(monkeypatch, OSTEOHOOKS_HOST="::1", OSTEOHOOKS_PORT="8765", OSTEOHOOKS_WORKERS="3")
    assert told["bind"] == "[::1]:8765"
    assert told["workers"] == 3


def test_every_terminology_shipped_is_named_in_the_notice() -> None:
    notice = (TOP / "NOTICE").read_text(encoding="utf-8")
    files = sorted((TOP / "cards" / "valuesets").glob("*.json"))
    systems = {
        include["system"]
        for path in files
        for include in json.loads(path.read_text(encoding="utf-8"))["compose"]["include"]
        if "system" in include
    }
    assert systems, "no value set was found"
    assert systems - NAMED_IN_NOTICE.keys() == set()
    assert [NAMED_IN_NOTICE[system] for system in systems if f"\n{NAMED_IN_NOTICE[system]}\n" not in notice] == []


def test_every_value_set_names_its_licence() -> None:
    files = sorted((TOP / "cards" / "valuesets").glob("*.json"))
    assert files, "no value set was found"
    assert [path.name for path in files if not json.loads(path.read_text(encoding="utf-8")).get("copyright")] == []
