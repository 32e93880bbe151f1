"""A site's own file: read with a sentence for what cannot hold, printed with what holds where nothing is set."""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from cards import catalog
from cards.chart import Dials
from cards.data_gap import TOPIC as DATA_GAP
from cards.rule import ON, STAGES, Dial, Rule
from service import values
from service.errors import Misconfigured, listed, nearest

SPREAD: Final = 4
"""A dial may be turned to a quarter of its usual value and to four times of it; beyond, it is taken for a slip."""

_TABLES: Final = ("site", "rule", "concept")
_WRITTEN: Final = re.compile(r"([-\N{MINUS SIGN}]?\d+(?:\.\d+)?)\s*(\S.*)?")
_WIDTH: Final = 118

_OPENING: Final = (
    "How one site wants its advice. Copy, change, name the copy in OSTEOHOOKS_SITE. A line that begins with # and no "
    "blank shows what holds: take the # away and change it. A name that nothing knows, or a value that cannot hold, is "
    "refused at the start with a sentence that says which."
)
_WHOLE: Final = "`osteohooks rules --dials` prints this file whole: every rule, every number that may be turned."
_OF_RULES: Final = (
    'The rules. stage: "on"; "shadow": judged and counted under /metrics, never shown; "off": not asked. A dial is a '
    "number with its unit; what may be set stands behind its meaning. No milder rule speaks in place of one that is "
    "off or in the shadow: a failed treatment stays one, whether or not its card is shown."
)
_OF_CONCEPTS: Final = (
    "The numbers that several rules share, by the clinical concept they belong to. [concept.precision] holds the least "
    "significant change of the local scanner."
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of [site]: how it is read, what holds where it is not set (as TOML writes it), and what it means."""

    read: Callable[[Any], Any]
    usual: str
    meaning: str


def _most_cards(value: Any) -> int | None:
    try:
        return None if value == "by hook" else values.whole(1, 100)(value)
    except ValueError as expected:
        raise ValueError(f"'by hook' or {expected}") from expected


KEYS: Final[Mapping[str, Key]] = {
    "timezone": Key(
        values.zone,
        '"UTC"',
        'The zone whose calendar day is "today" in every rule. Dates in a record are taken as written.',
    ),
    "max_cards": Key(
        _most_cards,
        '"by hook"',
        "The most cards an answer holds; a critical one is never dropped. By hook: 3 when a chart is opened "
        "(patient-view), 6 on the other hooks. Above 10 nothing is dropped or folded: for checking and trials.",
    ),
    "vhr_profile": Key(
        values.one_of("acr22", "aace20"),
        '"acr22"',
        'Who counts as at very high fracture risk: "acr22" or "aace20".',
    ),
    "suppress_palliative": Key(
        values.yes,
        "true",
        "In hospice or palliative care, keep back the cards about stopped, overdue and lapsed denosumab.",
    ),
    "allow_drafts": Key(
        values.yes, "true", "Offer draft orders with the advice. false: the words stay, the orders go."
    ),
    "pv_info": Key(
        values.yes,
        "true",
        'Show cards of the level "info" when a chart is opened. false: only warnings and critical ones.',
    ),
    "suggest_abaloparatide": Key(
        values.yes, "false", "Offer abaloparatide as a draft order too. false: it is named in the words only."
    ),
    "optional_fracture_sites": Key(
        values.some_of("ribs", "humerus", "femoral shaft", "distal femur"),
        "[]",
        "Low-trauma fractures that count as fragility fractures beside those of vertebra, hip, pelvis, proximal "
        'humerus and distal forearm: any of "ribs", "humerus", "femoral shaft", "distal femur".',
    ),
}
"""What [site] may hold; each may also come as OSTEOHOOKS_<NAME>, which wins."""


def read(path: Path) -> dict[str, Any]:
    """What the file sets: keys of KEYS, and `dials`, `rule_dials` and `stages` as `cards.chart.Site` holds them.

    Raises Misconfigured with a sentence that names the place, what was expected and the nearest name that is known.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Misconfigured(f"OSTEOHOOKS_SITE names {path}, which cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} is not TOML: {error}.") from error
    for name, table in tables.items():
        if name not in _TABLES:
            raise Misconfigured(f"{path} has [{name}]; it takes {listed(f'[{each}]' for each in _TABLES)}.")
        if not isinstance(table, dict):
            raise Misconfigured(f"{path}: '{name}' must be a table, written [{name}].")
    met: dict[str, Any] = {}
    for key, value in tables.get("site", {}).items():
        if key not in KEYS:
            raise Misconfigured(unknown(f"'{key}'", KEYS, f"{path} [site]"))
        met[key] = _held(KEYS[key].read, value, f"{path} [site]", key)
    return {**met, **_of_rules(path, tables.get("rule", {})), **_of_concepts(path, tables.get("concept", {}))}


def unknown(met: str, known: Iterable[str], where: str, kind: str = "setting") -> str:
    """The sentence for a name that nothing knows, with those most like it."""
    known = list(known)
    near = nearest(met.strip("'"), known)
    offer = f"did you mean {listed(near)}?" if near else f"known: {', '.join(known) or 'none'}."
    return f"{where}: no {kind} is called {met}; {offer}"


def _held(read_value: Callable[[Any], Any], value: Any, where: str, key: str) -> Any:
    try:
        return read_value(value)
    except ValueError as expected:
        shown = f'"{value}"' if isinstance(value, str) else value
        raise Misconfigured(f"{where}: {key} = {shown} cannot hold: expected {expected}.") from expected


def _of_rules(path: Path, tables: Mapping[str, Any]) -> dict[str, Any]:
    if not tables:
        return {}
    rules = {rule.id: rule for rule in catalog.declared()}
    stages: dict[str, str] = {}
    turned: dict[str, dict[str, Dial]] = {}
    for topic, table in tables.items():
        where = f"{path} [rule.{topic}]"
        if topic == DATA_GAP:
            raise Misconfigured(f"{where}: this card tells what could not be read; it has no stage and no dials.")
        if topic not in rules:
            raise Misconfigured(unknown(f"'{topic}'", rules, f"{path} [rule]", "rule"))
        for key, value in _settings(table, where).items():
            if key == "stage":
                stages[topic] = _held(values.one_of(*STAGES), value, where, key)
                continue
            usual = rules[topic].dials.get(key)
            if usual is None:
                raise Misconfigured(unknown(f"'{key}'", ("stage", *rules[topic].dials), where, "dial"))
            turned.setdefault(topic, {})[key] = _held(reader(usual, (type(usual),)), value, where, key)
    return {"stages": stages, "rule_dials": turned}


def _of_concepts(path: Path, tables: Mapping[str, Any]) -> dict[str, Any]:
    if not tables:
        return {}
    kinds = concepts()
    dials: dict[type[Dials], Dials] = {}
    for name, table in tables.items():
        where = f"{path} [concept.{name}]"
        if name not in kinds:
            raise Misconfigured(unknown(f"'{name}'", kinds, f"{path} [concept]", "concept with dials"))
        kind = kinds[name]
        units = units_of(kind)
        turned = {}
        for key, value in _settings(table, where).items():
            if key not in units:
                raise Misconfigured(unknown(f"'{key}'", units, where, "dial"))
            turned[key] = _held(reader(getattr(kind(), key), units[key]), value, where, key)
        if turned:
            dials[kind] = replace(kind(), **turned)
    return {"dials": dials}


def _settings(table: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        raise Misconfigured(f"{where} must be a table: write the heading, and below it one setting a line.")
    return table


def concepts() -> dict[str, type[Dials]]:
    """The kinds of dials that concepts declare, by their name in the file: "denosumab-schedule"."""
    return {re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower(): kind for kind in catalog.concept_dials()}


def units_of(kind: type[Dials]) -> dict[str, tuple[type[Dial], ...]]:
    """The units that each dial of a concept takes, the usual one first."""
    return {name: get_args(hint) or (hint,) for name, hint in get_type_hints(kind).items()}


def reader(usual: Dial, kinds: tuple[type[Dial], ...]) -> Callable[[Any], Dial]:
    """Reads a number with its unit ("28 days") within the limits of the dial whose usual value this is."""

    def read_dial(value: Any) -> Dial:
        found = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None or not found[2]:
            raise ValueError(f'a number with its unit in quotation marks, as "{told(usual)}"')
        kind = next((each for each in kinds if _plain(found[2]) in _names(each)), None)
        if kind is None:
            raise ValueError(f'{listed(each.unit for each in kinds)}, as "{told(usual)}"')
        number = Decimal(found[1].replace("\N{MINUS SIGN}", "-")) / kind.scale
        least, most = limits(usual, kind)
        if not least <= number <= most:
            raise ValueError(f"{told(least)} to {told(most)} (usual: {told(usual)})")
        if number % Decimal(kind.step):
            raise ValueError(f'steps of {told(kind(str(kind.step)))}, as "{told(usual)}"')
        return kind(str(number), usual.meaning)

    return read_dial


def limits(usual: Dial, kind: type[Dial]) -> tuple[Dial, Dial]:
    """The least and the most that a site may set in this unit."""
    if not isinstance(usual, kind):
        return kind(str(kind.least)), kind(str(kind.most))
    low, high = sorted((Decimal(usual) / SPREAD, Decimal(usual) * SPREAD))
    step = Decimal(kind.step)
    low = (low / step).to_integral_value(ROUND_CEILING) * step
    high = (high / step).to_integral_value(ROUND_FLOOR) * step
    return kind(str(max(Decimal(kind.least), low))), kind(str(min(Decimal(kind.most), high)))


def told(dial: Dial) -> str:
    """ "28 days", "1 month", "5.3 %"."""
    number = (Decimal(dial) * dial.scale).normalize()
    unit = dial.unit.removesuffix("s") if number == 1 and dial.unit.isalpha() else dial.unit
    return f"{number:f} {unit}"


def _plain(unit: str) -> str:
    return unit.strip().replace("\N{SUPERSCRIPT TWO}", "2").casefold()


def _names(kind: type[Dial]) -> tuple[str, str]:
    return _plain(kind.unit), _plain(kind.unit.removesuffix("s"))


def head() -> str:
    """The file's first part, [site] with every key, its meaning and what holds unset."""
    lines = [*_prose(_OPENING), *_prose(_WHOLE), "", "[site]"]
    for name, key in KEYS.items():
        lines += [*_prose(key.meaning), f"#{name} = {key.usual}", ""]
    return "\n".join(lines).rstrip() + "\n"


def text() -> str:
    """The whole file: [site], every rule with its stage and dials, every concept with its dials."""
    lines = [head(), *_prose(_OF_RULES), ""]
    for rule in catalog.declared():
        lines += _rule(rule)
    lines += [*_prose(_OF_CONCEPTS), ""]
    for name, kind in concepts().items():
        lines += _concept(name, kind)
    return "\n".join(lines).rstrip() + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    yield from _prose(f"{rule.title}.")
    yield f"[rule.{rule.id}]"
    yield f'#stage = "{ON}"'
    for name, usual in rule.dials.items():
        yield from _dial(name, usual, (type(usual),))
    yield ""


def _concept(name: str, kind: type[Dials]) -> Iterator[str]:
    units = units_of(kind)
    yield f"[concept.{name}]"
    for each in fields(kind):
        yield from _dial(each.name, getattr(kind(), each.name), units[each.name])
    yield ""


def _dial(name: str, usual: Dial, kinds: tuple[type[Dial], ...]) -> Iterator[str]:
    spans = []
    for kind in kinds:
        least, most = limits(usual, kind)
        spans.append(f"{told(least)} to {told(most)}")
    yield from _prose(f"{usual.meaning or name.replace('_', ' ')} ({' or '.join(spans)})")
    yield f'#{name} = "{told(usual)}"'


def _prose(words: str) -> list[str]:
    return textwrap.wrap(words, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
