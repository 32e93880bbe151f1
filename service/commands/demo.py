"""`osteohooks demo`: starts the server, plays the bundled patients to it over HTTP, shows their cards, stops it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
import requests
from rich import box
from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

import service
from service.replay import reading
from service.replay.doors import OverHttp, Unreachable
from service.replay.play import Played, play
from service.replay.story import Story, Unplayable, found, load

START_S: Final = 20
STOP_S: Final = 10
DAY: Final = "2026-01-15"
"""The day on which the bundled stories happen."""

_STYLES: Final = {"critical": "red", "warning": "yellow", "info": "blue"}
_NEXT: Final = """
**Where to look next**

- `.venv/bin/osteohooks explain fhir_fixtures/patients/NAME.json` tells every rule's verdict, the silent ones too
- `.venv/bin/osteohooks replay fhir_fixtures/patients` compares these cards with the golden ones beside the patients
- `.venv/bin/osteohooks rules` lists the rules; each is one short file in `cards/rules`
- `.venv/bin/osteohooks serve` runs the service; point an EHR, or `curl`, at `/cds-services`
"""


@click.command()
@click.option("--only", metavar="NAME", multiple=True, help="Only the patient of this name; may be repeated.")
def command(only: tuple[str, ...]) -> None:
    """Show what the service does: real FHIR patients through the real HTTP service, their cards in this terminal.

    The server runs on a free port of this machine alone and is stopped at the end.
    """
    folder = Path(service.__file__).resolve().parent.parent / "fhir_fixtures" / "patients"
    try:
        stories = [story for story in map(load, found([folder])) if not only or story.name in only]
        if not stories:
            raise click.UsageError(f"no bundled patient is called so; {folder} lists them")
        with _server() as url:
            _show(stories, OverHttp(url))
    except (Unplayable, Unreachable) as error:
        raise click.ClickException(str(error)) from error


def _show(stories: list[Story], door: OverHttp) -> None:
    console = Console(width=min(110, Console().width), highlight=False)
    names = ", ".join(str(each.get("id")) for each in door.discover())
    console.print(f"The service answers at {door.url} and offers {names}.\n")
    overview = Table("patient", "hook", "cards", title="In short", title_justify="left", box=box.SIMPLE)
    for story in stories:
        console.print(Rule(Text(story.title, style="bold"), align="left", characters="═"))
        if story.about:
            console.print(Text(" ".join(story.about.split()), style="italic"))
        for played in play(story, door, day=None, default=date.fromisoformat(DAY)):
            _show_moment(console, played)
            cards = played.answer.cards if played.answer else []
            told = [f"{card['indicator']:<8} {card['source']['topic']['code']}" for card in cards]
            overview.add_row(story.name, played.moment.hook, "\n".join(told) or "none")
        console.print()
    console.print(overview)
    console.print(f"{len(stories)} patients, {overview.row_count} hook calls.")
    console.print(Markdown(_NEXT))


def _show_moment(console: Console, played: Played) -> None:
    console.print(Text(f"\n▸ {reading.heading(played)}", style="bold cyan"))
    answer = played.answer
    if answer is None or answer.status != 200 or not answer.cards:
        console.print(Markdown(reading.moment(played)))
        return
    for card in answer.cards:
        console.print(_panel(card))


def _panel(card: dict[str, Any]) -> Panel:
    buttons = Text("\n")
    for offered in card.get("suggestions", ()):
        star = "★ " if offered.get("isRecommended") else ""
        buttons.append(f" {star}{offered['label']} ", style="reverse")
        buttons.append("\n")
    source = Text(f"Source: {card['source']['label']}", style="dim")
    parts: list[Any] = [Text(card["summary"], style="bold"), Markdown(card.get("detail", "")), source]
    if card.get("suggestions"):
        parts.insert(2, buttons)
    level = reading.LEVELS.get(card["indicator"], card["indicator"])
    topic = card["source"].get("topic", {}).get("code", "")
    return Panel(Group(*parts), title=f"{level} · {topic}", title_align="left", border_style=_STYLES[card["indicator"]])


@contextmanager
def _server() -> Iterator[str]:
    """The production server on a free port of loopback; stopped, and waited for, whatever happens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OSTEOHOOKS_")}
    environment |= {"OSTEOHOOKS_AS_OF": DAY, "OSTEOHOOKS_LOG_LEVEL": "error", "OSTEOHOOKS_WORKERS": "1"}
    start = [sys.executable, "-c", "from service.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(start, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(server, f"{url}/cds-services")
        yield url
    finally:
        server.terminate()
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if server.poll() is not None:
            raise Unreachable(f"the server ended with {server.returncode} before it answered; its reason stands above")
        try:
            if requests.get(url, timeout=1).status_code == requests.codes.ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise Unreachable(f"the server did not answer within {START_S} seconds")
