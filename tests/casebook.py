"""The cases of fhir_fixtures/rules: read from their tables, played through real FHIR, held against what they expect.

A case goes shorthand -> FHIR resources -> prefetch -> gather -> chart -> verdict of its one rule.
"""

import contextlib
import dataclasses
import functools
import importlib
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cards import catalog, concepts, rules
from cards.assess import Failed, Outcome, Unread, assess
from cards.chart import SECTIONS, Chart, Dials, NotRead, Section, Site, State
from cards.phrases import when
from cards.rule import Rule
from cards.verdict import Finding, Lacking, Line, Silent, Suggestion
from service import sitefile
from service.decide import Decision, decide
from service.fhir.gather import gather
from service.fhir.read import read_chart
from service.fhir.shorthand import AS_WRITTEN, Dress, Misspelled, expand
from service.fhir.shorthand.case import HOLDS

FOLDER = Path(__file__).resolve().parent.parent / "fhir_fixtures" / "rules"
EXPECTS = (
    "expect", "says", "not_says", "summary", "because", "drafts_offered", "recommended", "offers", "not_offers",
    "ingredient", "judged", "cards",
)  # fmt: skip
KNOWN = (*HOLDS.split(), *EXPECTS, "name", "site", "dials", "as_written", "shows")
ROW = re.compile(r"S[1-9]\d?|D[1-9]\d?|R(-[A-Z]+)+(-\d\d[a-z]?)?")
"""A row of fhir_fixtures/trace.toml that a case shows: statement, decision or row of the rules."""
LAID_OVER = ("patient", "site", "dials")
WORDS = ("critical", "warning", "info", "silent", "lacking", "line", "unread", "failed")


def kinds_of_dials() -> dict[str, type[Dials]]:
    """By name; a dataclass with slots leaves its first self among the subclasses, which is not the one in use."""
    found = {kind.__name__: vars(sys.modules[kind.__module__])[kind.__name__] for kind in Dials.__subclasses__()}
    return dict(sorted(found.items()))


for _module in pkgutil.iter_modules(concepts.__path__):
    importlib.import_module(f"{concepts.__name__}.{_module.name}")


@dataclasses.dataclass(frozen=True, eq=False)
class Case:
    """One [[case]] with its file's defaults laid under it."""

    file: str
    name: str
    told: Mapping[str, Any]

    @property
    def id(self) -> str:
        return f"{self.file}/{self.name}"

    @property
    def composed(self) -> bool:
        """All rules run and are composed into cards."""
        return "cards" in self.told or self.file not in RULE_FILES

    @property
    def holds(self) -> dict[str, Any]:
        return {key: value for key, value in self.told.items() if key in HOLDS.split()}


RULE_FILES = {module.name for module in pkgutil.iter_modules(rules.__path__)}
"""Rule files by name."""


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            yield Case(path.stem, "the table is TOML", {"broken": f"{path.name}: {error}"})
            continue
        defaults = tables.pop("defaults", {})
        if "shows" in defaults:
            yield Case(path.stem, "rows are shown case by case", {"broken": f"{path.name}: 'shows' in [defaults]"})
        stray = sorted(set(tables) - {"case"})
        for number, told in enumerate(tables.get("case", ()), 1):
            laid = {key: {**defaults.get(key, {}), **told.get(key, {})} for key in LAID_OVER}
            whole = {**defaults, **told, **{key: value for key, value in laid.items() if value or key == "patient"}}
            if stray:
                whole["broken"] = f"{path.name} has [{stray[0]}]; known: [defaults], [[case]]"
            yield Case(path.stem, str(told.get("name", f"case {number} has no name")), whole)


CASES = tuple(cases())
RULE_CASES = tuple(case for case in CASES if not case.composed)


@functools.cache
def rule_of(file: str) -> Rule:
    found = getattr(importlib.import_module(f"{rules.__name__}.{file}"), file)
    assert isinstance(found, Rule), f"cards/rules/{file}.py declares no rule of its own name"
    return found


def sound_rules() -> list[str]:
    """Rule files that can be imported; of one that cannot, its own cases tell why."""
    found = []
    for file in sorted(RULE_FILES):
        with contextlib.suppress(Exception):
            rule_of(file)
            found.append(file)
    return found


@functools.cache
def whole_catalog() -> catalog.Catalog:
    return catalog.load()


def check_spelling(case: Case) -> None:
    if "broken" in case.told:
        raise Misspelled(case.told["broken"])
    for key in case.told:
        if key not in KNOWN:
            raise Misspelled(f"{case.id}: unknown key '{key}'; known: {', '.join(KNOWN)}")
    if "name" not in case.told:
        raise Misspelled(f"{case.file}: {case.name}")
    if "expect" not in case.told and "cards" not in case.told:
        raise Misspelled(f"{case.id}: say what is expected: expect = one of {', '.join(WORDS)}")
    if case.told.get("expect", "silent") not in WORDS:
        raise Misspelled(f"{case.id}: expect = '{case.told['expect']}'; known: {', '.join(WORDS)}")
    for row in case.told.get("shows", ()):
        if not ROW.fullmatch(str(row)):
            raise Misspelled(f"{case.id}: shows = '{row}'; a row is written as S2, D1 or R-FAIL-01")


def site_of(case: Case) -> Site:
    concepts_turned: dict[type[Dials], Dials] = {}
    by_name = kinds_of_dials()
    for name, value in case.told.get("dials", {}).items():
        owner, dot, dial = name.partition(".")
        if dot:
            if owner not in by_name:
                raise Misspelled(f"{case.id}: no concept has dials '{owner}'; known: {', '.join(by_name)}")
            kind = by_name[owner]
            before, usual = concepts_turned.get(kind, kind()), getattr(kind(), dial)
            read = sitefile.reader(usual, sitefile.units_of(kind)[dial]) if " " in str(value) else type(usual)
            concepts_turned[kind] = dataclasses.replace(before, **{dial: read(str(value))})
    return Site(**case.told.get("site", {}), dials=concepts_turned)


def turned(rule: Rule, dials: Mapping[str, Any]) -> Rule:
    own = {name: type(rule.dials[name])(str(value)) for name, value in dials.items() if "." not in name}
    return dataclasses.replace(rule, judge=functools.partial(rule.judge, **own)) if own else rule


def chart_of(case: Case, dress: Dress) -> Chart:
    """The case as a chart, read from FHIR with the sections its rule declares."""
    moment = expand(case.holds, dress)
    sections = (rule_of(case.file).declared | catalog.ALWAYS_READ) - {"drafts"}
    gathered = gather(moment.asked(sections), sections)
    return read_chart(gathered, moment.today, site=site_of(case))


def judge(case: Case, chart: Chart, rule: Rule | None = None) -> Outcome:
    """The outcome meant by the case; of several, the loudest that `judged` allows."""
    rule = rule or turned(rule_of(case.file), case.told.get("dials", {}))
    outcomes = assess(chart, (rule,))
    meant = case.told.get("judged")
    if meant is not None:
        outcomes = tuple(each for each in outcomes if each.judged is not None and each.judged.ingredient == meant)
        assert outcomes, f"nothing judged is '{meant}'"
    return max(outcomes, key=_loudness)


def _loudness(outcome: Outcome) -> int:
    verdict = outcome.verdict
    if isinstance(verdict, Failed):
        return 9
    if isinstance(verdict, Finding):
        return 4 + int(verdict.indicator)
    return {Unread: 4, Lacking: 3, Line: 2}.get(type(verdict), 1)


@functools.cache
def as_written(case: Case) -> Chart:
    return chart_of(case, AS_WRITTEN)


def word(outcome: Outcome) -> str:
    verdict = outcome.verdict
    return verdict.indicator.word if isinstance(verdict, Finding) else type(verdict).__name__.lower()


def texts(verdict: object) -> list[str]:
    """Everything a verdict says, piece by piece."""
    match verdict:
        case Finding():
            why = [f"{fact.text} ({when(fact.when)})" if fact.when else fact.text for fact in verdict.why]
            offered = [text for each in verdict.suggestions for text in (each.label, *_descriptions(each))]
            pieces = [verdict.summary, *why, *verdict.check_first, *verdict.options, *verdict.differing]
            return [*pieces, *(verdict.aside or ()), *offered]
        case Silent() | Line() | Lacking():
            facts = [f"{fact.text} ({when(fact.when)})" if fact.when else fact.text for fact in verdict.facts]
            own = [getattr(verdict, name) for name in ("why", "text", "record") if hasattr(verdict, name)]
            return [*own, *facts]
        case Unread():
            return [verdict.why, *verdict.sections]
        case _:
            return [str(verdict)]


def _descriptions(suggestion: Suggestion) -> list[str]:
    return [action.description for action in suggestion.actions]


def shape(outcome: Outcome) -> tuple[object, ...]:
    """What a verdict comes to, without figures and dates: a turned dial that only changes its own number in a
    sentence changes no shape."""
    verdict = outcome.verdict
    told = tuple(re.sub(r"[\d.,\N{MINUS SIGN}-]+", "#", text) for text in texts(verdict))
    if isinstance(verdict, Finding):
        return word(outcome), verdict.ingredient, told, tuple((s.drug, s.recommended) for s in verdict.suggestions)
    return word(outcome), told


def core(outcome: Outcome) -> tuple[object, ...]:
    """What no dress may change: level, drug, and what is offered."""
    verdict = outcome.verdict
    if isinstance(verdict, Finding):
        drugs = tuple((each.drug, each.recommended) for each in verdict.suggestions)
        return word(outcome), verdict.ingredient, drugs
    return (word(outcome),)


def listed(value: object) -> list[str]:
    return [] if value is None else list(value) if isinstance(value, list) else [str(value)]


def compare(case: Case, outcome: Outcome) -> None:
    """Fails, naming what differs, where the outcome is not what the case expects."""
    told, verdict = case.told, outcome.verdict
    said = "\n".join(texts(verdict))
    assert word(outcome) == told["expect"], f"expected {told['expect']}, met {word(outcome)}:\n{said}"
    _compare_words(told, said)
    if "summary" in told:
        assert isinstance(verdict, Finding), said
        assert told["summary"] in verdict.summary, f"the summary is: {verdict.summary}"
    if "because" in told:
        assert not isinstance(verdict, Finding), said
        assert told["because"] in said, f"not the reason: {told['because']!r}\n{said}"
    if isinstance(verdict, Finding):
        _compare_offers(told, verdict.suggestions)
        assert verdict.ingredient == told.get("ingredient", verdict.ingredient), f"it is '{verdict.ingredient}'"


def _compare_words(told: Mapping[str, Any], said: str) -> None:
    for piece in listed(told.get("says")):
        assert piece in said, f"not said: {piece!r}\n{said}"
    for piece in listed(told.get("not_says")):
        assert piece not in said, f"said, but should not be: {piece!r}\n{said}"


def _compare_offers(told: Mapping[str, Any], suggestions: tuple[Suggestion, ...]) -> None:
    labels = [each.label for each in suggestions]
    if "drafts_offered" in told:
        offered = [each.drug for each in suggestions if each.drug]
        assert offered == told["drafts_offered"], f"offered: {offered}"
    if "recommended" in told:
        first = next((each.drug for each in suggestions if each.recommended), "")
        assert first == told["recommended"], f"recommended is '{first}'"
    for piece in listed(told.get("offers")):
        assert any(piece in label for label in labels), f"no suggestion is labelled {piece!r}: {labels}"
    for piece in listed(told.get("not_offers")):
        assert not any(piece in label for label in labels), f"a suggestion is labelled {piece!r}: {labels}"


def decided(case: Case, dress: Dress) -> Decision:
    """All rules, played for the case, and their cards."""
    found = catalog.Catalog(whole_catalog().rules, site_of(case))
    moment = expand(case.holds, dress)
    sections = found.sections(moment.hook)
    gathered = gather(moment.asked(sections), sections)
    return decide(gathered, today=moment.today, catalog=found, identity=("case", case.id))


def compare_cards(case: Case, dress: Dress) -> list[str]:
    """Plays all rules for the case; fails where the cards are not those expected. Returns them as "topic level"."""
    decision = decided(case, dress)
    shown = [f"{card.topic} {card.indicator}" for card in decision.cards]
    told = case.told
    if "cards" in told:
        assert shown == told["cards"], f"the cards are {shown}"
    cards = [card for card in decision.cards if "cards" in told or card.topic == case.file.replace("_", "-")]
    if "expect" in told:
        assert [card.indicator for card in cards] == ([] if told["expect"] == "silent" else [told["expect"]]), shown
    _compare_words(told, "\n".join(f"{card.summary}\n{card.detail}" for card in cards))
    _compare_offers(told, tuple(each for card in cards for each in card.suggestions))
    return shown


def raised(case: Case, chart: Chart) -> None:
    """Runs the rule outside the engine, so that a fault shows itself with its place."""
    rule = turned(rule_of(case.file), case.told.get("dials", {}))
    outcome = judge(case, chart)
    with chart.lent_to(rule.declared):
        rule.judge(*([chart] if outcome.judged is None else [chart, outcome.judged]))


@functools.cache
def base(case: Case) -> tuple[tuple[object, ...], frozenset[type[Dials]]]:
    """The shape of the verdict as written, and the kinds of dials that were asked for on the way to it."""
    asked: set[type[Dials]] = set()
    plain = Chart.dials

    def watched(chart: Chart, kind: type[Dials]) -> Dials:
        asked.add(kind)
        return plain(chart, kind)

    fresh = again(as_written(case))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chart, "dials", watched)
        found = shape(judge(case, fresh))
    return found, frozenset(asked)


def again(chart: Chart, *, site: Site | None = None, without: str = "", hiding: str = "") -> Chart:
    """The same chart with nothing remembered, another site's dials, or one section emptied or hidden."""
    sections = {name: chart.peek(name) for name in SECTIONS}
    if without:
        sections[without] = Section(without)
    if hiding:
        sections[hiding] = Section(hiding, state=State.UNREAD, why="hidden")
    return Chart(chart.today, sections, hook=chart.hook, site=site or chart.site)


@functools.cache
def looked_at(case: Case) -> frozenset[str]:
    """The sections that the rule of the case touches itself, on a fresh chart, outside the engine."""
    rule = rule_of(case.file)
    chart = again(as_written(case))
    seen: set[str] = set()
    for outcome in assess(again(as_written(case)), (rule,)):
        with chart.lent_to(rule.declared) as touched, contextlib.suppress(NotRead):
            if rule.judges and outcome.judged is None:
                continue
            rule.judge(*([chart] if outcome.judged is None else [chart, outcome.judged]))
        seen |= touched
    return frozenset(seen)
