"""Cards as a clinician reads them, in Markdown: what the golden files hold and the terminal shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from service.replay.play import Played

LEVELS: Final = {"critical": "🔴 CRITICAL", "warning": "🟠 WARNING", "info": "🔵 INFO"}
NO_CARD: Final = "*No card.*"


def whole(title: str, about: str, played: Iterable[Played]) -> str:
    """All moments of a story, as one document."""
    parts = [f"# {title}", about]
    for each in played:
        parts.append(f"## {heading(each)}")
        parts.append(moment(each))
    return "\n\n".join(part for part in parts if part) + "\n"


def heading(played: Played) -> str:
    """ "order-sign, 2026-01-15: the injection is cancelled"."""
    title = f": {played.moment.title}" if played.moment.title else ""
    withheld = f" (without {', '.join(played.moment.withhold)})" if played.moment.withhold else ""
    return f"{played.moment.hook}, {played.day}{title}{withheld}"


def moment(played: Played) -> str:
    """The cards of one moment, or why there are none."""
    answer = played.answer
    if answer is None:
        return "*No service is offered for this hook.*"
    if answer.status != 200:
        return "\n\n".join([f"*Answered {answer.status}.*", *answer.faults])
    return "\n\n".join(card(each) for each in answer.cards) or NO_CARD


def card(told: Mapping[str, Any]) -> str:
    """One card of the wire."""
    source = told["source"]
    topic = source.get("topic", {}).get("code", "")
    parts = [f"### {LEVELS.get(told['indicator'], told['indicator'])} · {told['summary']}", f"`{topic}`"]
    parts += [told.get("detail", ""), suggestions(told), sources(told)]
    reasons = [reason.get("display", reason.get("code", "")) for reason in told.get("overrideReasons", ())]
    if reasons:
        parts.append(f"**Not taken because**: {' · '.join(reasons)}")
    return "\n\n".join(part for part in parts if part)


def suggestions(told: Mapping[str, Any]) -> str:
    """What the clinician may accept, each with what it would write."""
    offered = told.get("suggestions", ())
    if not offered:
        return ""
    one_of = " (one of)" if told.get("selectionBehavior") == "at-most-one" and len(offered) > 1 else ""
    rows = [f"**Suggestions**{one_of}", ""]
    for each in offered:
        rows.append(f"- **{each['label']}**{' (recommended)' if each.get('isRecommended') else ''}")
        rows += [f"  - {line}" for line in map(action, each.get("actions", ()))]
    return "\n".join(rows)


def action(told: Mapping[str, Any]) -> str:
    """One step of a suggestion: what kind, of which resource, with what in it."""
    resource = told.get("resource")
    if not isinstance(resource, Mapping):
        return f"{told['type']} {told.get('resourceId', '')}: {told['description']}"
    name = f"{resource['resourceType']}/{resource['id']}" if "id" in resource else str(resource["resourceType"])
    return f"{told['type']} {name}: {'; '.join(_content(resource))}"


def _content(resource: Mapping[str, Any]) -> Iterator[str]:
    for member in ("medicationCodeableConcept", "code"):
        words = resource.get(member, {})
        text = words.get("text") or next((each.get("display") for each in words.get("coding", ())), None)
        if text:
            yield str(text)
    if resource.get("description"):
        yield str(resource["description"])
    if resource.get("status"):
        yield f"status {resource['status']}"
    if resource["resourceType"] == "Appointment" and resource.get("start"):
        yield f"at {resource['start']}"
    for dosage in resource.get("dosageInstruction", ()):
        if dosage.get("text"):
            yield str(dosage["text"])
        yield from _planned(dosage.get("timing", {}))
    for member in ("occurrenceDateTime", "effectiveDateTime"):
        if resource.get(member):
            yield f"on {resource[member]}"
    for reason in resource.get("reasonReference", ()):
        yield f"for {reason.get('reference', '')}"


def _planned(timing: Mapping[str, Any]) -> Iterator[str]:
    repeat = timing.get("repeat", {})
    if "period" in repeat:
        yield f"{repeat.get('frequency', 1)} per {repeat['period']} {repeat.get('periodUnit', '')}"
    if repeat.get("count"):
        yield f"{repeat['count']} in all"
    start = next(iter(timing.get("event", ())), None) or repeat.get("boundsPeriod", {}).get("start")
    if start:
        yield f"from {start}"


def sources(told: Mapping[str, Any]) -> str:
    """The source and the further links."""
    main = told["source"]
    links = [f"[{each['label']}]({each['url']})" for each in told.get("links", ())]
    also = f" · also {' · '.join(links)}" if links else ""
    return f"**Source** [{main['label']}]({main['url']}){also}" if main.get("url") else f"**Source** {main['label']}"
