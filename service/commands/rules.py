"""`osteohooks rules`: one line a rule."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click

import service
from cards import catalog
from service.errors import Misconfigured
from service.settings import from_environment


@click.command()
def command() -> None:
    """List the rules: topic, hooks, how many sources it stands on, how many cases hold it."""
    try:
        site = from_environment().site
    except Misconfigured as error:
        raise click.UsageError(str(error)) from error
    rules = catalog.load(site).rules
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        cases = _cases(rule.id)
        told = f"{len(rule.evidence)} sources  {'cases not shipped' if cases is None else f'{cases:>3} cases'}"
        click.echo(f"{rule.id:<{width}}  {told}  {', '.join(rule.hooks)}")


def _cases(rule_id: str) -> int | None:
    """How many cases a checkout holds for the rule; None where the cases are not at hand."""
    folder = Path(service.__file__).resolve().parent.parent / "fhir_fixtures" / "rules"
    table = folder / f"{rule_id.replace('-', '_')}.toml"
    if not folder.is_dir():
        return None
    return len(tomllib.loads(table.read_text(encoding="utf-8")).get("case", ())) if table.is_file() else 0
