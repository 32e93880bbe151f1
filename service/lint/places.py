"""On which line of a file each member of its JSON, and each key of its TOML, stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

Step = str | int
Place = tuple[Step, ...]
"""The way from the whole to a member: ("entry", 0, "resource")."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,\n]|[^\s{}\[\]:,"]+')
_HEADER: Final = re.compile(r"\s*\[(\[)?\s*([^\[\]]+?)\s*\]\]?")
_KEY: Final = re.compile(r"""\s*([\w-]+|"[^"]*"|'[^']*')\s*=""")
_FENCES: Final = ('"""', "'''")


@dataclass(slots=True)
class _Open:
    """A list or an object that is being read: the step to what comes next in it."""

    step: Step
    awaits_key: bool


def of_json(text: str) -> tuple[dict[Place, int], list[Place]]:
    """The line of every member and item of a valid JSON text, and the members that stand twice in one object."""
    found: dict[Place, int] = {}
    twice: list[Place] = []
    within: list[_Open] = []
    line = 1
    for match in _TOKEN.finditer(text):
        met = match.group()
        if met == "\n":
            line += 1
        elif met in "}]":
            within.pop()
        elif met == ",":
            if isinstance(within[-1].step, int):
                within[-1].step += 1
            else:
                within[-1].awaits_key = True
        elif met == ":":
            within[-1].awaits_key = False
        elif within and within[-1].awaits_key:
            within[-1].step = json.loads(met)
            here = tuple(each.step for each in within)
            if here in found:
                twice.append(here)
            found[here] = line
        else:
            found.setdefault(tuple(each.step for each in within), line)
            if met == "{":
                within.append(_Open("", awaits_key=True))
            elif met == "[":
                within.append(_Open(0, awaits_key=False))
    return found, twice


def of_toml(text: str) -> dict[Place, int]:
    """The line of every table and key of a valid TOML text; keys inside an inline table have that of the table."""
    found: dict[Place, int] = {(): 1}
    table: Place = ()
    counts: dict[Place, int] = {}
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := _HEADER.fullmatch(line.partition("#")[0].rstrip()):
            table = tuple(_bare(part) for part in _parts(header[2]))
            if header[1]:
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, _bare(key[1])), number)
        fence = next((each for each in _FENCES if line.count(each) % 2), "")
    return found


def _parts(dotted: str) -> Iterable[str]:
    return re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", dotted)


def _bare(name: str) -> str:
    return name.strip("\"'")


def line_of(places: Mapping[Place, int], place: Place) -> int:
    """The line of a place, or of the nearest that holds it."""
    for end in range(len(place), -1, -1):
        if (line := places.get(place[:end])) is not None:
            return line
    return 1


def spelled(place: Place) -> str:
    """ "entry[0].resource"."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return words.removeprefix(".")
