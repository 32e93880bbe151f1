"""`osteohooks replay`: plays patients to the service as an EHR would, and compares their cards with the golden ones."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click
import orjson

from service.errors import Misconfigured
from service.replay import compare
from service.replay.compare import Compared, Result
from service.replay.doors import Door, OverHttp, Unreachable
from service.replay.inside import InProcess
from service.replay.play import check_withheld, play
from service.replay.story import Unplayable, found, load
from service.settings import Settings, from_environment, today


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--hook", help="Play this hook alone; where the story has no such moment, one of it.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day, for every moment.")
@click.option("--url", help="Call a running service instead of the one in this process; its own day counts.")
@click.option("--withhold", multiple=True, metavar="KEY", help="A prefetch key that is not sent; may be repeated.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write the results as JUnit XML.")
@click.option("--json", "as_json", is_flag=True, help="Print every answer as JSON.")
@click.option("--accept", is_flag=True, help="Write the cards as the new golden ones.")
def command(
    paths: tuple[Path, ...],
    hook: str | None,
    as_of: datetime | None,
    url: str | None,
    withhold: tuple[str, ...],
    junit: Path | None,
    as_json: bool,
    accept: bool,
) -> None:
    """Play the patients of PATHS (FHIR Bundles, or folders of them) as an EHR would.

    Discovery is read, its prefetch templates are answered from the Bundle, the hook is called. The moments stand in
    NAME.toml beside the Bundle, each on any hook that is offered; without it the chart is opened once. The cards are
    compared with NAME.cards.md, or shown where there is none. Ends with 1 where they differ, with 2 for what cannot be
    played.
    """
    if accept and (hook or withhold or as_of or url):
        raise click.UsageError(
            "--accept takes the stories as they are told: leave out --hook, --as-of, --withhold, --url"
        )
    day = as_of.date() if as_of else None
    try:
        settings = from_environment()
        door: Door = OverHttp(url) if url else InProcess(settings)
        check_withheld(withhold, door.discover())
        results = [_compared(path, door, hook, day, settings, withhold, accept) for path in found(paths)]
    except (Unplayable, Unreachable, Misconfigured) as error:
        raise click.UsageError(str(error)) from error
    if junit:
        junit.write_bytes(compare.as_junit(results))
    if as_json:
        click.echo(orjson.dumps(compare.as_json(results), option=orjson.OPT_INDENT_2))
    else:
        _tell(results)
    sys.exit(any(each.fails for each in results))


def _compared(
    path: Path,
    door: Door,
    hook: str | None,
    day: date | None,
    settings: Settings,
    withhold: tuple[str, ...],
    accept: bool,
) -> Compared:
    story = load(path)
    if hook:
        story = story.on_hook(hook)
    played = play(story, door, day=day, default=today(settings), withhold=withhold)
    return compare.compared(story, played, accept=accept, against_golden=not hook)


def _tell(results: Iterable[Compared]) -> None:
    counts: dict[Result, int] = {}
    for each in results:
        counts[each.result] = counts.get(each.result, 0) + 1
        if each.result in {Result.NEW, Result.FAILED}:
            click.echo(each.text)
        for line in each.difference.splitlines():
            click.secho(line, fg={"+": "green", "-": "red", "@": "cyan"}.get(line[:1]))
        cards = sum(len(played.answer.cards) for played in each.played if played.answer)
        color = "red" if each.fails else "green"
        click.secho(f"{each.result.value:>16}  {each.story.name}: {len(each.played)} moments, {cards} cards", fg=color)
    click.echo(f"{sum(counts.values())} patients: {', '.join(f'{n} {each.value}' for each, n in counts.items())}")
