"""The one card that says which part of the record could not be seen, or what it lacks (R-DATA-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.assess import SECTION_NAMES, Failed, Outcome, Unread
from cards.chart import NOT_ASKED, SECTIONS, Chart, State, Unusable
from cards.concepts import denosumab_schedule, osteoporosis, scope
from cards.evidence import Evidence
from cards.evidence.iscd import REPORTING
from cards.rule import ORDER_HOOKS
from cards.verdict import INFO, SUMMARY_LIMIT, Because, Finding, Lacking

TOPIC: Final = "data-gap"
TITLE: Final = "Record incomplete or not readable"
EVIDENCE: Final[tuple[Evidence, ...]] = (REPORTING,)
OVERRIDES: Final = ("data-incorrect", "will-address-later")
UNUSABLE_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class DataGap:
    """The finding, and whether it tells of something that could not be seen (never folded, never capped)."""

    finding: Finding
    not_seen: bool


def found(chart: Chart, outcomes: tuple[Outcome, ...], refused: tuple[str, ...]) -> DataGap | None:
    """What was lacking, unread, cut short, refused or unusable, or None where nothing was or nobody would ask.

    Only for patients in whom osteoporosis is a question, or whose record does not let that be told; on
    an order or refill of another drug, only where a drug for osteoporosis is on record. Where nothing at all could be
    read, or an order of the hook itself could not be, which may be of any drug, it is told always.
    """
    nothing = _nothing_read(chart)
    if nothing:
        return _nothing_checked(nothing)
    unread = _unchecked(outcomes)
    declared = {"drafts"}.union(*(each.rule.declared for each in outcomes if each.concerned))
    cut = {name for name in declared if chart.peek(name).state is State.PARTIAL}
    if chart.peek("drafts").unusable:
        cut.add("drafts")
    failed = tuple(each.rule.title for each in outcomes if isinstance(each.verdict, Failed))
    lacking = tuple(dict.fromkeys(each.verdict for each in outcomes if isinstance(each.verdict, Lacking)))
    unusable = tuple(fault for name in sorted(declared) for fault in chart.peek(name).unusable)
    if not (unread or cut or failed or lacking or unusable or refused):
        return None
    unseen_order = "drafts" in cut and not scope.outside(chart)
    if chart.hook in ORDER_HOOKS and not (osteoporosis.treated(chart) or unseen_order or refused or failed):
        return None
    asked = unseen_order or denosumab_schedule.named_here(chart) or osteoporosis.context(chart)
    if not (asked or osteoporosis.context_unread(chart)):
        return None
    not_seen = bool(unread or cut or failed or refused)
    sections = sorted(cut | set(unread))
    why = [*_sections_told(chart, sections, unread)]
    why += [Because(f"The check '{title}' could not be completed in this service") for title in failed]
    why += [Because(sentence) for sentence in refused]
    for each in lacking:
        why += [Because(each.why), *each.facts]
    why += _not_seen_told(outcomes)
    why += _unusable_told(unusable)
    finding = Finding(
        INFO,
        _unseen_summary(sections, refused, failed) if not_seen else _lacking_summary(lacking, unusable),
        tuple(why),
        check_first=("No conclusion is drawn from what was not seen.",) if not_seen else (),
        options=tuple(f"Record {each.record}." for each in lacking),
    )
    return DataGap(finding, not_seen)


def _nothing_read(chart: Chart) -> str:
    """Why nothing at all was read, where even the hook's own orders were not; "" where something was."""
    orders = chart.peek("drafts")
    alike = all(each.state is State.UNREAD for each in map(chart.peek, SECTIONS))
    return orders.why if alike and orders.why != NOT_ASKED else ""


def _nothing_checked(why: str) -> DataGap:
    finding = Finding(
        INFO,
        f"No osteoporosis check was made: the record was {why}.",
        (Because(f"The record was {why}: nothing of it was used"),),
        check_first=("No conclusion is drawn from what was not seen.",),
    )
    return DataGap(finding, True)


def _unchecked(outcomes: tuple[Outcome, ...]) -> dict[str, list[str]]:
    """Each section that kept a rule from being judged, with those rules' titles."""
    unread: dict[str, list[str]] = {}
    for each in outcomes:
        if isinstance(each.verdict, Unread):
            for name in each.verdict.sections:
                checks = unread.setdefault(name, [])
                if each.rule.title not in checks:
                    checks.append(each.rule.title)
    return unread


def _sections_told(chart: Chart, sections: list[str], unread: dict[str, list[str]]) -> list[Because]:
    told = []
    for name in sections:
        part = chart.peek(name)
        some = "not available" if part.state is not State.WHOLE else "some could not be read"
        text = f"{phrases.capital(SECTION_NAMES[name])}: {part.why or some}"
        if name in unread:
            text += f". Not checked: {'; '.join(sorted(unread[name]))}"
        told.append(Because(text))
    return told


def _not_seen_told(outcomes: tuple[Outcome, ...]) -> list[Because]:
    """What many EHRs do not have, and a rule that lacks something would have looked at."""
    names = {name for each in outcomes if isinstance(each.verdict, Lacking) for name in each.not_seen}
    return [Because(f"Not available here: {SECTION_NAMES[name]}") for name in sorted(names)]


def _unusable_told(unusable: tuple[Unusable, ...]) -> list[Because]:
    told = [Because(f"Not used: {fault.why}", ref=fault.ref) for fault in unusable[:UNUSABLE_SHOWN]]
    if len(unusable) > UNUSABLE_SHOWN:
        told.append(Because(f"and {len(unusable) - UNUSABLE_SHOWN} more resources that could not be used"))
    return told


def _unseen_summary(sections: list[str], refused: tuple[str, ...], failed: tuple[str, ...]) -> str:
    told = ["records of another patient refused"] if refused else []
    told += ["a check failed"] if failed else []
    parts = [SECTION_NAMES[name] for name in sections]
    if not parts:
        return f"Osteoporosis checks incomplete: {phrases.listed(told)}."
    return _fitting("Osteoporosis checks incomplete: ", parts, "; ".join((" not available or incomplete", *told)) + ".")


def _lacking_summary(lacking: tuple[Lacking, ...], unusable: tuple[Unusable, ...]) -> str:
    wanted = list(dict.fromkeys(each.record for each in lacking))
    if unusable:
        diagnoses = [fault for fault in unusable if fault.ref.startswith("Condition/")]
        wanted += ["a known code for diagnoses told in words"] if diagnoses else []
        wanted += ["results that could not be used"] if len(diagnoses) < len(unusable) else []
    return _fitting("Record needed: ", wanted, ".")


def _fitting(start: str, parts: list[str], end: str) -> str:
    """The sentence with as many parts as a summary holds."""
    for count in range(len(parts), 0, -1):
        more = len(parts) - count
        shown = f"{', '.join(parts[:count])} and {more} more" if more else phrases.listed(parts)
        text = f"{start}{shown}{end}"
        if len(text) <= SUMMARY_LIMIT:
            return text
    return f"{start}{phrases.plural(len(parts), 'part')} of the record{end}"
