"""`python -m tests.cohort`: plays generated patients through the service and tells where it parts from the plan."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import click

from tests.cohort.fhir import record
from tests.cohort.intended import intended
from tests.cohort.playing import Player, spread, table
from tests.cohort.stories import draw


@click.command()
@click.option("--patients", default=10000, show_default=True, help="How many to play.")
@click.option("--first", default=1, show_default=True, help="Seed of the first; each patient has the next one.")
@click.option("--jobs", default=2, show_default=True, help="Processes to spread them over.")
@click.option("--seed", type=int, help="Tell one patient's story, what was intended and what the service says.")
@click.option("--write", type=click.Path(file_okay=False, path_type=Path), help="Write Bundles and truths; play none.")
def main(patients: int, first: int, jobs: int, seed: int | None, write: Path | None) -> None:
    """Exits with 1 where a card differs from the intended truth."""
    if seed is not None:
        _tell(seed)
    elif write is not None:
        write.mkdir(parents=True, exist_ok=True)
        for each in range(first, first + patients):
            _write(each, write)
        click.echo(f"{patients} patients written to {write}")
    else:
        found = spread(first, patients, jobs)
        click.echo("\n".join(table(found)))
        raise SystemExit(1 if found.differences else 0)


def _tell(seed: int) -> None:
    history, player = draw(seed), Player()
    for name, value in dataclasses.asdict(history).items():
        if value:
            click.echo(f"{name}: {_plain(value)}")
    for moment in history.moments:
        truth, said = intended(history, moment), player.said(history, moment)
        click.echo(f"\n{moment.hook} on {moment.day} {_plain(dataclasses.asdict(moment)['order'] or '')}")
        for topic in sorted({*said, *(key for key, word in truth.items() if word != "silent")}):
            click.echo(f"  {topic}: intended {truth.get(topic, 'open')}, said {said.get(topic, 'silent')}")


def _plain(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _write(seed: int, folder: Path) -> None:
    history = draw(seed)
    for number, moment in enumerate(history.moments, 1):
        bundle, drafts = record(history, moment)
        stem = folder / f"cohort-{seed}-{number}"
        stem.with_suffix(".json").write_text(json.dumps(bundle, indent=1), encoding="utf-8")
        told = {
            "story": history.story, "hook": moment.hook, "day": moment.day.isoformat(), "drafts": drafts,
            "intended": intended(history, moment),
        }  # fmt: skip
        stem.with_suffix(".truth.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
