"""What makes a quirk, a hook request, the expectation beside it and a story well formed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from cards import catalog, data_gap
from cards.chart import SECTIONS
from cards.rule import EVALUATED_AS, HOOKS
from service.cdshooks.request import parse
from service.errors import BadRequest, listed, nearest
from service.fhir.sections import TABLE
from service.lint.message import Level
from service.lint.places import Place
from service.replay.story import Unplayable, load

QUIRK: Final = (
    "quirk", "about", "day", "hook", "resources", "prefetch", "context", "request", "cards", "chart",
)  # fmt: skip
"""The members of a quirk."""

EXPECTATION: Final = (
    "says", "status", "cards", "holds", "not_holds", "selected", "instead", "triggers", "authorization",
)  # fmt: skip
"""What may be expected of a request."""

_LEVELS: Final = ("critical", "warning", "info")
_HOOKS: Final = (*HOOKS, *EVALUATED_AS)

Found = tuple[Place, Level, str]


def quirk(told: Mapping[str, Any]) -> Iterator[Found]:
    """The frame of a quirk; what it sends is odd on purpose."""
    for member in told:
        if member not in QUIRK:
            yield (member,), Level.ERROR, f"a quirk has no '{member}'; {_offer(member, QUIRK)}"
    for member in ("quirk", "about"):
        if not isinstance(told.get(member), str) or not told[member].strip():
            yield (member,), Level.ERROR, f"'{member}' must say in words what is odd"
    yield from _hook(told.get("hook", "patient-view"), ("hook",))
    yield from _day(told.get("day"), ("day",))
    chart = told.get("chart")
    if not isinstance(chart, dict) or not set(chart) & set(SECTIONS):
        yield ("chart",), Level.ERROR, "'chart' must say what a section of the chart holds"
        chart = {}
    for section in chart:
        if section not in (*SECTIONS, "therapies", "refused"):
            yield ("chart", section), Level.ERROR, f"the chart has no '{section}'; {_offer(section, SECTIONS)}"
    keys = {query.key: query.section for query in TABLE}
    for part in ("resources", "prefetch"):
        sent = told.get(part, {})
        for key in sent if isinstance(sent, dict) else ():
            if key not in keys:
                yield (part, key), Level.ERROR, f"no prefetch key is called '{key}'; {_offer(key, keys)}"
            elif sent[key] and keys[key] not in chart:
                yield (part, key), Level.ERROR, f"'chart' says nothing of {keys[key]}, which this is read into"
    yield from _cards(told.get("cards", []), ("cards",))


def request(told: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[Found]:
    """The envelope of a hook request; one that is to be refused is wrong on purpose."""
    refused = expected.get("status", 200) != 200
    yield from _hook(told.get("hook"), ("hook",))
    try:
        parse(told, str(told.get("hook")))
    except BadRequest as error:
        for sentence in error.sentences:
            yield _place(sentence), Level.NOTE if refused else Level.ERROR, sentence


def expectation(told: Mapping[str, Any], path: Path) -> Iterator[Found]:
    """What is expected of the request of the same name."""
    if not path.with_suffix(".json").is_file():
        yield (), Level.ERROR, f"there is no request {path.with_suffix('.json').name} beside it"
    for key in told:
        if key not in EXPECTATION:
            yield (key,), Level.ERROR, f"nothing is expected by '{key}'; {_offer(key, EXPECTATION)}"
    for key in ("says", "status", "cards"):
        if key not in told:
            yield (), Level.ERROR, f"'{key}' is missing"
    yield from _cards(told.get("cards", []), ("cards",))


def story(path: Path) -> Iterator[Found]:
    """The moments of a story, played against its record's names."""
    bundle = next((each for each in (path.with_suffix(".json"), path.with_suffix(".json.gz")) if each.is_file()), None)
    if bundle is None:
        yield (), Level.ERROR, f"there is no Bundle {path.stem}.json beside it"
        return
    try:
        told = load(bundle)
    except Unplayable as error:
        yield (), Level.ERROR, str(error).removeprefix(f"{path}: ").removeprefix(f"{bundle}: ")
        return
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        yield ("moment",), Level.ERROR, f"the moments cannot be read: {error!r}"
        return
    for number, moment in enumerate(told.moments):
        yield from _hook(moment.hook, ("moment", number, "hook"))
        for key in moment.withhold:
            if key not in {query.key for query in TABLE}:
                yield ("moment", number, "withhold"), Level.ERROR, f"no prefetch key is called '{key}'"


def _hook(hook: object, at: Place) -> Iterator[Found]:
    if hook not in _HOOKS:
        yield at, Level.ERROR, f"no service is offered for this hook; {_offer(str(hook), _HOOKS)}"


def _day(day: object, at: Place) -> Iterator[Found]:
    try:
        if day is not None:
            date.fromisoformat(str(day))
    except ValueError:
        yield at, Level.ERROR, "expected a day as 2026-01-15"


def _cards(cards: object, at: Place) -> Iterator[Found]:
    topics = {rule.id for rule in catalog.declared()} | {data_gap.TOPIC}
    for card in cards if isinstance(cards, list) else [cards]:
        topic, _, level = str(card).partition(" ")
        if topic not in topics or level not in _LEVELS:
            yield at, Level.ERROR, f"'{card}' is no card; expected a topic and one of {listed(_LEVELS)}"


def _offer(met: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    near = nearest(met, known)
    return f"did you mean {listed(near)}?" if near else f"known: {', '.join(dict.fromkeys(known))}"


def _place(sentence: str) -> Place:
    """The place that a sentence about a request begins with: "context.userId is missing."."""
    path = sentence.partition(" ")[0]
    return tuple(path.split(".")) if path[:1].islower() else ()
