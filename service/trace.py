"""From each row of the rule specification to the rules that carry it out and the cases that show it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import service
from cards import catalog, data_gap
from cards.rule import HOOKS, Rule

FIXTURES: Final = Path(service.__file__).resolve().parent.parent / "fhir_fixtures"
"""The cases of a checkout; an installed wheel has none."""

_LOUD: Final = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Case:
    """One case as its table tells it. `cards` are "topic level" where all rules run, else the card of its own rule."""

    file: str
    name: str
    expect: str
    cards: tuple[str, ...]
    shows: tuple[str, ...]

    @property
    def topic(self) -> str:
        """The topic its table is named for."""
        return self.file.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the specification in our words; `words` must stand on a card of a case that shows it."""

    id: str
    says: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traced:
    """A row with what carries it. `whole_tables` are rules whose every case counts, where no case is tagged."""

    row: Row
    rules: tuple[Rule, ...]
    cards: tuple[str, ...]
    cases: tuple[Case, ...]
    whole_tables: bool

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks on which its rules speak."""
        return tuple(hook for hook in HOOKS if any(hook in rule.hooks for rule in self.rules))


def cases(folder: Path = FIXTURES / "rules") -> tuple[Case, ...]:
    """Every case of every table; none where the tables are not at hand."""
    return tuple(
        case for path in sorted(folder.glob("*.toml")) for case in _of_table(path.stem, tomllib.loads(path.read_text()))
    )


def _of_table(file: str, table: dict[str, Any]) -> Iterator[Case]:
    for told in table.get("case", ()):
        expect = str(told.get("expect", table.get("defaults", {}).get("expect", "")))
        own = (f"{file.replace('_', '-')} {expect}",) if expect in _LOUD else ()
        yield Case(file, str(told.get("name", "")), expect, tuple(told.get("cards", own)), tuple(told.get("shows", ())))


def rows(path: Path = FIXTURES / "trace.toml") -> tuple[Row, ...]:
    """Every row, in the order of the file."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Row(each["id"], each["says"], tuple(each.get("words", ()))) for each in table["row"])


def cases_by_topic() -> dict[str, tuple[Case, ...]] | None:
    """The cases of each topic's table; None where the cases are not at hand."""
    by_topic: dict[str, list[Case]] = {}
    for case in cases():
        by_topic.setdefault(case.topic, []).append(case)
    return {topic: tuple(found) for topic, found in by_topic.items()} or None


def traced(of: Iterable[Row], among: Iterable[Case], rules: Iterable[Rule]) -> tuple[Traced, ...]:
    """Each row with its rules, cards and cases; where no case is tagged, all cases of the rules that name it."""
    among, rules = tuple(among), tuple(rules)
    return tuple(_traced(row, among, rules) for row in of)


def _traced(row: Row, among: tuple[Case, ...], rules: tuple[Rule, ...]) -> Traced:
    named = {rule.id for rule in rules if row.id in rule.rows}
    tagged = tuple(case for case in among if row.id in case.shows)
    shown = tagged or tuple(case for case in among if case.topic in named)
    cards = tuple(sorted({card for case in shown for card in case.cards}))
    topics = named | {case.topic for case in shown} | {card.split()[0] for card in cards}
    return Traced(row, tuple(rule for rule in rules if rule.id in topics), cards, shown, not tagged)


def told() -> Iterator[str]:
    """The trace as text: every row, then every topic with its sources and how many of its cases speak."""
    rules = catalog.declared()
    everything = cases()
    for each in traced(rows(), everything, rules):
        yield from _row(each)
    yield "Topics"
    for topic, sources in sorted([*((rule.id, len(rule.evidence)) for rule in rules), (data_gap.TOPIC, 1)]):
        levels = Counter(case.expect or "composed" for case in everything if case.topic == topic)
        counted = ", ".join(f"{count} {level}" for level, count in sorted(levels.items()))
        yield f"  {topic}: {sources} sources, {levels.total()} cases ({counted or 'NO CASE'})"


def _row(each: Traced) -> Iterator[str]:
    yield f"{each.row.id}  {each.row.says}"
    yield f"    rules  {', '.join(rule.id for rule in each.rules) or 'none: the engine'}"
    yield f"    hooks  {', '.join(each.hooks) or 'every hook'}"
    yield f"    cards  {', '.join(each.cards) or 'none'}"
    if not each.cases:
        yield "    cases  NO CASE"
    elif each.whole_tables:
        tables = Counter(case.file for case in each.cases)
        yield f"    cases  all of {', '.join(f'{file} ({count})' for file, count in sorted(tables.items()))}"
    else:
        yield from (f"    case   {case.file}/{case.name}" for case in each.cases)
    yield ""
