"""Faults that are to stay, each with its reason: they become notes, and one that is gone becomes a fault itself."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from service.lint import places
from service.lint.message import Level, Message

KEYS: Final = ("file", "says", "because")


@dataclass(frozen=True, slots=True)
class Known:
    """A fault by the file it stands in and words of its message; `line` is that of the list it is known from."""

    file: Path
    says: str
    because: str
    line: int

    def covers(self, message: Message) -> bool:
        """Whether this is the fault that the message tells of."""
        return message.level > Level.NOTE and self.says in message.text and message.path.resolve() == self.file


def read(path: Path) -> tuple[Known, ...]:
    """The faults of a list; files are named from the folder it stands in. ValueError for what is no such list."""
    text = path.read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    lines = places.of_toml(text)
    wrong = next(faults(tables), None)
    if wrong:
        raise ValueError(f"{path}: {wrong[1]}")
    return tuple(
        Known((path.parent / each["file"]).resolve(), each["says"], each["because"], lines["fault", number])
        for number, each in enumerate(tables.get("fault", ()))
    )


def faults(tables: Mapping[str, Any]) -> Iterator[tuple[places.Place, str]]:
    """What is wrong with such a list, by place."""
    listed = tables.get("fault", [])
    for table in tables:
        if table != "fault":
            yield (table,), f"a list of known faults has [[fault]] alone, not '{table}'"
    for number, each in enumerate(listed if isinstance(listed, list) else ()):
        told = each if isinstance(each, dict) else {}
        if set(told) != set(KEYS) or not all(isinstance(value, str) and value.strip() for value in told.values()):
            yield ("fault", number), f"a known fault has, as text, {', '.join(KEYS)}"


def noted(messages: Iterable[Message], known: Iterable[Known]) -> Iterator[Message]:
    """The messages, those of known faults as notes with the reason."""
    known = tuple(known)
    for message in messages:
        reason = next((each.because for each in known if each.covers(message)), None)
        yield message if reason is None else replace(message, level=Level.NOTE, text=f"{message.text} ({reason})")


def gone(messages: Iterable[Message], known: Iterable[Known], path: Path, looked_at: Iterable[Path]) -> list[Message]:
    """An error for each known fault that its file, looked at, no longer has."""
    messages, seen = tuple(messages), {each.resolve() for each in looked_at}
    return [
        Message(path, each.line, Level.ERROR, f"{each.file.name} no longer has this fault: take it off the list")
        for each in known
        if each.file in seen and not any(map(each.covers, messages))
    ]
