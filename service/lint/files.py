"""Every file under the paths that were named, by its kind, and what is to be said of it."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from service import clients, sitefile, trace
from service.errors import Misconfigured
from service.lint import cases, codings, fixtures, known, places, validity
from service.lint.message import Level, Message
from service.lint.places import Place

_SUFFIXES: Final = (".json", ".json.gz", ".toml")
_AT_LINE: Final = re.compile(r"\(at line (\d+)")
_QUOTED: Final = re.compile(r"'([^']+)'|\"([^\"]+)\"")
_TABLE: Final = re.compile(r"\[([^\]]+)\]")

Found = tuple[Place, Level, str]


def found(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to look at: those named, and in folders all that end as ours do. FileNotFoundError for no such path."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.name.endswith(_SUFFIXES) and each.is_file())
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(path)


def messages(path: Path) -> list[Message]:
    """All that is to be said of one file, by line."""
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        return [Message(path, 1, Level.ERROR, f"it cannot be read as text in UTF-8: {type(error).__name__}")]
    try:
        told = list(_of_toml(path, text) if path.suffix == ".toml" else _of_json(path, text))
    except RecursionError:
        told = [Message(path, 1, Level.ERROR, "it is nested too deeply")]
    return sorted(dict.fromkeys(told), key=lambda each: (each.line, -each.level, each.text))


def _of_json(path: Path, text: str) -> Iterator[Message]:
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        yield Message(path, error.lineno, Level.ERROR, f"it is no JSON: {error.msg}")
        return
    lines, twice = places.of_json(text)
    for place in twice:
        yield Message(path, lines[place], Level.ERROR, f"{places.spelled(place)} stands twice: the last one counts")
    for place, level, sentence in _of_value(path, told):
        yield Message(path, places.line_of(lines, place), level, sentence)


def _of_value(path: Path, told: object) -> Iterator[Found]:
    if isinstance(told, dict) and "quirk" in told:
        yield from fixtures.quirk(told)
        for place, level, sentence in _of_fhir(told, fhir=Level.NOTE, code=Level.NOTE):
            if place[:1] != ("resources",) or place[-1] not in {"subject", "patient"}:
                yield place, level, sentence
    elif isinstance(told, dict) and "hook" in told:
        expected = _expected(path)
        yield from fixtures.request(told, expected or {})
        most = Level.WARNING if expected is None else Level.NOTE
        yield from _of_fhir(told, fhir=most, code=most)
    elif isinstance(told, dict) and isinstance(told.get("resourceType"), str):
        yield from _of_fhir(told, fhir=Level.ERROR, code=Level.ERROR)
    else:
        yield (), Level.ERROR, "it is no FHIR resource, no hook request and no quirk"


def _of_fhir(told: Mapping[str, Any], *, fhir: Level, code: Level) -> Iterator[Found]:
    """The resources and codes of a file, no louder than these levels: what a client sends is not ours to mend."""
    for place, resource in validity.resources(dict(told)):
        for inside, sentence in validity.faults(resource):
            where = places.spelled(inside) or str(resource["resourceType"])
            yield (*place, *inside), fhir, f"{where}: {sentence}"
    for coding in codings.codings(told):
        for level, sentence in codings.findings(coding):
            yield coding.place, min(level, code), sentence


def _expected(path: Path) -> Mapping[str, Any] | None:
    """What is expected of a request, where a file beside it says so."""
    beside = path.with_suffix(".toml")
    try:
        return tomllib.loads(beside.read_text(encoding="utf-8")) if beside.is_file() else None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _of_toml(path: Path, text: str) -> Iterator[Message]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else len(text.splitlines())
        yield Message(path, line, Level.ERROR, f"it is no TOML: {error}")
        return
    lines = places.of_toml(text)
    for place, level, sentence in _of_tables(path, tables, lines):
        yield Message(path, places.line_of(lines, place), level, sentence)


def _of_tables(path: Path, tables: Mapping[str, Any], lines: Mapping[Place, int]) -> Iterator[Found]:
    if {"case", "defaults"} & set(tables):
        yield from cases.findings(tables)
    elif "moment" in tables or {"title", "about"} & set(tables):
        yield from fixtures.story(path)
    elif {"says", "status"} & set(tables):
        yield from fixtures.expectation(tables, path)
    elif "row" in tables:
        yield from _rows(path)
    elif "fault" in tables:
        for place, sentence in known.faults(tables):
            yield place, Level.ERROR, sentence
    else:
        try:
            clients.load(path) if "client" in tables else sitefile.read(path)
        except Misconfigured as error:
            sentence = str(error).removeprefix(f"{path}").lstrip(": ")
            yield _place_of(sentence, lines), Level.ERROR, sentence


def _rows(path: Path) -> Iterator[Found]:
    try:
        rows = [row.id for row in trace.rows(path)]
    except (KeyError, TypeError) as error:
        yield ("row",), Level.ERROR, f"a row has an id and says: {error!r}"
        return
    for number, row in enumerate(rows):
        if row in rows[:number]:
            yield ("row", number, "id"), Level.ERROR, f"the row {row} stands twice"


def _place_of(sentence: str, lines: Mapping[Place, int]) -> Place:
    """The place that the sentence of a refused setting names: its table, and of what it quotes the first key there."""
    named = _TABLE.search(sentence)
    table: Place = tuple(named[1].split(".")) if named else ()
    for quoted in _QUOTED.finditer(sentence):
        word = quoted[1] or quoted[2]
        for place in ((*table, word), (*table, *word.split("."))):
            if place in lines:
                return place
    for place in lines:
        if len(place) == len(table) + 1 and place[:-1] == table and re.search(rf"\b{place[-1]}\b", sentence):
            return place
    return table
