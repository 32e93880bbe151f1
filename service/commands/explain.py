"""`osteohooks explain`: every rule's verdict on one patient, the silent ones with their reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from cards import catalog, data_gap, phrases
from cards.assess import SECTION_NAMES, Failed, Outcome, Unread
from cards.catalog import Catalog
from cards.chart import State
from cards.rule import SHADOW
from cards.verdict import Because, Finding, Lacking, Line
from service.cdshooks.request import parse
from service.decide import Decision, decide
from service.errors import BadRequest, Misconfigured
from service.fhir.gather import NOT_ASKED, gather
from service.fhir.sections import prefetch
from service.replay.story import Moment, Story, Unplayable, load
from service.settings import from_environment, today

_ORDER: Final = ("SPEAKS", "ADDS A LINE", "LACKS SOMETHING", "COULD NOT BE JUDGED", "FAILED", "SILENT")


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--hook", help="Explain this hook alone; where the story has no such moment, one of it.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day.")
@click.option("--withhold", multiple=True, metavar="KEY", help="A prefetch key that is not sent; may be repeated.")
def command(bundle: Path, hook: str | None, as_of: datetime | None, withhold: tuple[str, ...]) -> None:
    """Tell what every rule answers for the patient of BUNDLE, with the facts it stands on.

    The rules that speak come first, then those that could not be judged, then the silent ones with the first condition
    that failed. A fact names its resource, its day, its value and unit.
    """
    try:
        settings = from_environment()
        story = load(bundle)
        found = catalog.load(settings.site)
        if hook and hook not in found.hooks:
            raise click.UsageError(f"no rule is called on the hook '{hook}'; known: {', '.join(found.hooks)}")
        story = story.on_hook(hook) if hook else story
        for number, moment in enumerate(story.moments):
            day = as_of.date() if as_of else moment.day or today(settings)
            decision = _decided(story, number, found, day, withhold)
            click.echo("\n".join(_told(moment, day, decision)))
    except (Unplayable, Misconfigured, BadRequest) as error:
        raise click.UsageError(str(error)) from error


def _decided(story: Story, number: int, found: Catalog, day: date, withhold: Iterable[str]) -> Decision:
    moment = story.moments[number]
    sections = found.sections(moment.hook)
    called = parse(story.request(number, prefetch(moment.hook, sections), withhold), moment.hook)
    gathered = gather(called.asked(f"osteohooks-{moment.hook}"), sections)
    return decide(gathered, today=day, catalog=found, identity=("explain", story.name))


def _told(moment: Moment, day: date, decision: Decision) -> Iterator[str]:
    title = f": {moment.title}" if moment.title else ""
    yield f"{moment.hook}, {day}{title}"
    yield f"{phrases.plural(len(decision.cards), 'card')} shown"
    for card in decision.cards:
        yield f"  {card.indicator:<8}  {card.topic}: {card.summary}"
    yield from _sections(decision)
    yield from (f"  not shown: {data_gap.TOPIC}: {each.why}" for each in decision.yielded if each.outcome is None)
    groups: dict[str, list[Outcome]] = {name: [] for name in _ORDER}
    for outcome in decision.outcomes:
        groups[_group(outcome)].append(outcome)
    yielded = {id(each.outcome): each.why for each in decision.yielded if each.outcome is not None}
    for name, outcomes in groups.items():
        if outcomes:
            yield f"\n{name}"
        for outcome in outcomes:
            yield from _rule(outcome, yielded.get(id(outcome)))
    yield ""


def _sections(decision: Decision) -> Iterator[str]:
    for name, words in SECTION_NAMES.items():
        section = decision.chart.peek(name)
        asked = any(name in outcome.rule.declared for outcome in decision.outcomes)
        if asked and section.state is not State.WHOLE and section.why != NOT_ASKED:
            yield f"  not read whole: {words} ({section.why})"
        for fault in section.unusable:
            yield f"  not used: {fault.ref}: {fault.why}"


def _group(outcome: Outcome) -> str:
    match outcome.verdict:
        case Finding():
            return "SPEAKS"
        case Line():
            return "ADDS A LINE"
        case Lacking():
            return "LACKS SOMETHING"
        case Unread():
            return "COULD NOT BE JUDGED"
        case Failed():
            return "FAILED"
        case _:
            return "SILENT"


def _rule(outcome: Outcome, not_shown: str | None) -> Iterator[str]:
    verdict = outcome.verdict
    judged = f" [{outcome.judged.ingredient}, {outcome.judged.ref}]" if outcome.judged else ""
    judged += " (shadow)" if outcome.rule.stage == SHADOW else ""
    if isinstance(verdict, Finding):
        yield f"  {outcome.rule.id}{judged}: {verdict.indicator.word}: {verdict.summary}"
        facts = verdict.why
    elif isinstance(verdict, Unread):
        names = phrases.listed([SECTION_NAMES[name] for name in verdict.sections])
        yield f"  {outcome.rule.id}{judged}: {names}: {verdict.why}"
        facts = ()
    elif isinstance(verdict, Failed):
        yield f"  {outcome.rule.id}{judged}: the rule raised {verdict.error}"
        facts = ()
    else:
        record = f" (record {verdict.record})" if isinstance(verdict, Lacking) else ""
        answer = phrases.unquoted(verdict.text if isinstance(verdict, Line) else verdict.why)
        yield f"  {outcome.rule.id}{judged}: {answer}{record}"
        facts = verdict.facts
    yield from (f"      {_fact(fact)}" for fact in facts)
    if outcome.not_seen:
        yield f"      not available: {phrases.listed([SECTION_NAMES[name] for name in outcome.not_seen])}"
    if not_shown:
        yield f"      not shown: {not_shown}"


def _fact(fact: Because) -> str:
    parts = [phrases.unquoted(fact.text), phrases.when(fact.when) if fact.when else "", fact.ref or ""]
    return " | ".join(part for part in parts if part)
