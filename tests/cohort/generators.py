"""`python -m tests.cohort.generators OUT`: patients of two public generators, Synthea and clinosim, as FHIR Bundles."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

BIN = Path("build/generators/bin")
DISEASES = ("vertebral_compression_fracture", "hip_fracture")
Json = dict[str, Any]


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--patients", default=10, show_default=True, help="Of Synthea; of clinosim half as many for each disease."
)
@click.option("--seed", default=41, show_default=True)
@click.option("--until", default="20260115", show_default=True, help="The day on which Synthea's lives are told.")
@click.option(
    "--with", "folder", default=BIN, show_default=True, type=click.Path(path_type=Path), help="Their commands."
)
def main(out: Path, patients: int, seed: int, until: str, folder: Path) -> None:
    """Writes one Bundle a patient into OUT; `osteohooks replay OUT` then plays them. Needs no network."""
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, bundle in (*_synthea(folder, Path(scratch), patients, seed, until),
                             *_clinosim(folder, Path(scratch), max(patients // 2, 1), seed)):  # fmt: skip
            (out / f"{name}.json").write_text(json.dumps(bundle), encoding="utf-8")
            count += 1
    click.echo(f"{count} patients written to {out}")


def _run(command: Path, *arguments: str) -> None:
    if not command.is_file():
        raise click.ClickException(f"{command} is not there: install the dependency group 'generators', see the README")
    done = subprocess.run([str(command), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{command.name} ended with {done.returncode}: {done.stderr.strip()[-400:]}")


def _synthea(folder: Path, scratch: Path, patients: int, seed: int, until: str) -> Iterator[tuple[str, Json]]:
    """Women of 65 to 90, whole lives."""
    target = scratch / "synthea"
    _run(folder / "synthea", "-p", str(patients), "-s", str(seed), "-g", "f", "-a", "65-90", "-r", until,
         "--state", "Massachusetts", "-o", str(target))  # fmt: skip
    number = 0
    for path in sorted((target / "fhir").glob("*.json")):
        bundle = json.loads(path.read_text(encoding="utf-8"))
        if any(each["resource"]["resourceType"] == "Patient" for each in bundle.get("entry", ())):
            number += 1
            yield f"synthea-{seed}-{number}", bundle


def _clinosim(folder: Path, scratch: Path, patients: int, seed: int) -> Iterator[tuple[str, Json]]:
    """Hospital stays for a fracture."""
    for disease in DISEASES:
        target = scratch / disease
        _run(folder / "clinosim", "test-disease", disease, "-n", str(patients), "-s", str(seed), "--format", "fhir-r4",
             "-o", str(target))  # fmt: skip
        for number, bundle in enumerate(by_patient(target / "fhir_r4"), 1):
            yield f"clinosim-{disease.replace('_', '-')}-{seed}-{number}", bundle


def by_patient(folder: Path) -> Iterator[Json]:
    """Bulk data, one file of lines for each resource type, as one Bundle a patient."""
    bundles: dict[str, list[Json]] = {}
    for path in sorted(folder.glob("*.ndjson"), key=lambda path: path.name != "Patient.ndjson"):
        for line in path.read_text(encoding="utf-8").splitlines():
            resource = json.loads(line)
            whose = resource["id"] if resource["resourceType"] == "Patient" else _patient(resource)
            if whose in bundles or resource["resourceType"] == "Patient":
                bundles.setdefault(whose, []).append(resource)
    for resources in bundles.values():
        entries = [{"fullUrl": f"urn:clinosim:{each['id']}", "resource": each} for each in resources]
        yield {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _patient(resource: Mapping[str, Any]) -> str:
    for key in ("subject", "patient"):
        reference = str(resource.get(key, {}).get("reference", ""))
        if reference.startswith("Patient/"):
            return reference.removeprefix("Patient/")
    return ""


if __name__ == "__main__":
    main()
