"""`osteohooks lint`: what is wrong in fixtures and site files, with the line on which it stands."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from service.lint import files, known, validity
from service.lint.message import Level

_COLORS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: None}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--known",
    "list_of_known",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A list of faults that are to stay, as [[fault]] with file, says and because: they are told as notes.",
)
@click.option("--notes", is_flag=True, help="Tell notes too: codes that no rule knows, what is odd on purpose.")
def command(paths: tuple[Path, ...], list_of_known: Path | None, notes: bool) -> None:
    """Look for faults in the files of PATHS, or of folders of them, before a service or a test meets them.

    Read are FHIR resources (a Bundle of a patient, a ConceptMap, a ValueSet), hook requests, quirks, tables of cases,
    stories, and the files of a site: site.toml and clients.toml. FHIR is held against two independent validators,
    codes against the value sets and against mistakes met in public lists. A line a fault, PATH:LINE: LEVEL: what is
    wrong. What a quirk or a request of the fixtures writes oddly is odd on purpose: a note. Ends with 1 where there is
    an error.
    """
    try:
        named = list(files.found(paths))
        staying = known.read(list_of_known) if list_of_known else ()
    except FileNotFoundError as error:
        raise click.UsageError(f"{error} does not exist") from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    met = [message for path in named for message in files.messages(path)]
    told = list(known.noted(met, staying))
    if list_of_known:
        told += known.gone(met, staying, list_of_known, named)
    for message in told:
        if notes or message.level > Level.NOTE:
            click.secho(str(message), fg=_COLORS[message.level])
    counts = Counter(message.level for message in told)
    if not validity.SECOND_IS_THERE:
        click.echo("fhirkit-rs is not installed: FHIR was held against fhir.resources alone.", err=True)
    hidden = "" if notes or not counts[Level.NOTE] else " (--notes tells them)"
    click.echo(
        f"{len(named)} files: {counts[Level.ERROR]} errors, {counts[Level.WARNING]} warnings, "
        f"{counts[Level.NOTE]} notes{hidden}"
    )
    sys.exit(counts[Level.ERROR] > 0)
