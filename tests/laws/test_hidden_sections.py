"""A part of the record that was not sent never reads as empty: it may take a card away, but says so, and adds none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cards.assess import SECTION_NAMES, Outcome, Unread
from cards.verdict import INFO, WARNING, Finding, Lacking, Silent
from service.decide import Decision
from service.fhir.gather import Asked
from service.fhir.sections import TABLE
from tests.casebook import texts
from tests.laws.histories import Told, histories, law
from tests.laws.parts import advised, weighed
from tests.laws.playing import every_rule, findings, loudness, play, whose

EMPTY: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": []}
SECTIONS = tuple(dict.fromkeys(query.section for query in TABLE if query.section != "encounters"))
RULES = {rule.id: rule for rule in every_rule().rules}
LESS_CERTAIN = {
    "treatment-failure": "treatment-failure-possible", "inadequate-response": "treatment-failure-possible",
}  # fmt: skip
"""The rule that takes over where a fracture only may be one of fragility."""
BESIDE = ("treatment-failure-possible", "inadequate-response", "oral-bp-absorption-adherence")
"""Rules that rest while `treatment-failure` speaks."""

WEIGHTY = ("conditions", "laboratory", "medication_requests")
sections = st.sampled_from((*SECTIONS, *WEIGHTY * 3))
searches = st.sampled_from([name for name in (*SECTIONS, *WEIGHTY) if name != "patient"])
weighing = st.sampled_from(("conditions", "laboratory", "allergies"))
records = st.one_of(histories(), histories(bare=True, of=weighed), histories(bare=True, of=advised))


def hiding(section: str) -> Callable[[Asked], Asked]:
    keys = {query.key for query in TABLE if query.section == section}
    return lambda asked: replace(
        asked, prefetch={key: answer for key, answer in asked.prefetch.items() if key not in keys}
    )


def emptying(section: str) -> Callable[[Asked], Asked]:
    keys = {query.key for query in TABLE if query.section == section}
    return lambda asked: replace(
        asked, prefetch={key: EMPTY if key in keys else answer for key, answer in asked.prefetch.items()}
    )


def answers(decision: Decision) -> dict[tuple[str, str, str], Outcome]:
    """Of each rule for each order or drug, the loudest."""
    found: dict[tuple[str, str, str], Outcome] = {}
    for outcome in decision.outcomes:
        held = found.get(whose(outcome))
        if held is None or loudness(outcome.verdict) > loudness(held.verdict):
            found[whose(outcome)] = outcome
    return found


def names(section: str, outcome: Outcome) -> bool:
    """Whether a finding says that this part of the record was not seen."""
    word = {"patient": "patient"}.get(section, SECTION_NAMES[section])
    return any(word in text.lower() for text in texts(outcome.verdict))


@law(50)
@given(records, sections)
def test_no_card_stands_on_a_section_that_was_not_sent(told: Told, section: str) -> None:
    hidden = answers(play(told, edit=hiding(section)))
    for (rule, *_), outcome in hidden.items():
        if section in RULES[rule].reads:
            assert not isinstance(outcome.verdict, Finding), f"{rule}: {outcome.verdict}"


@law(80)
@given(records, searches)
def test_what_was_not_sent_gives_no_more_than_what_is_empty(told: Told, section: str) -> None:
    hidden, empty = answers(play(told, edit=hiding(section))), answers(play(told, edit=emptying(section)))
    for key, outcome in hidden.items():
        given = loudness(empty[key].verdict) if key in empty else 0
        assert loudness(outcome.verdict) <= given, f"{key}: {outcome.verdict}"


@law(80)
@given(records, searches)
def test_a_section_that_only_helps_takes_no_card_away_and_caps_it_at_a_warning_that_names_it(
    told: Told, section: str
) -> None:
    hidden, empty = answers(play(told, edit=hiding(section))), answers(play(told, edit=emptying(section)))
    for key, outcome in empty.items():
        if section in RULES[key[0]].helped_by and isinstance(outcome.verdict, Finding):
            verdict = hidden[key].verdict
            assert isinstance(verdict, Finding), f"{key}: {verdict}"
            assert verdict.indicator is min(outcome.verdict.indicator, WARNING)
            assert names(section, hidden[key]), f"{key}: {verdict.check_first}"


@law(250)
@given(records, sections)
def test_a_silence_without_a_section_is_silence_whatever_the_section_holds(told: Told, section: str) -> None:
    whole, hidden = answers(play(told)), answers(play(told, edit=hiding(section)))
    for key, outcome in hidden.items():
        rule = RULES[key[0]]
        if section in rule.helped_by or not isinstance(outcome.verdict, Silent) or key not in whole:
            continue
        if isinstance(whole[key].verdict, (Finding, Lacking)):
            less = hidden.get((LESS_CERTAIN.get(rule.id, ""), "", ""))
            assert isinstance(less.verdict if less else None, (Finding, Lacking, Unread)), (
                f"{key}: {outcome.verdict}\nbut with {section}: {whole[key].verdict}"
            )


@law(100)
@given(records, sections)
def test_a_card_that_hiding_takes_away_is_answered_by_a_gap_that_names_the_section(told: Told, section: str) -> None:
    whole, decision = findings(play(told)), play(told, edit=hiding(section))
    hidden = findings(decision)
    gap = "\n".join(card.detail for card in decision.cards if card.topic == "data-gap")
    for rule, ingredient in whole.keys() - hidden.keys():
        if section in RULES[rule].helped_by or (LESS_CERTAIN.get(rule, ""), "") in hidden:
            continue
        assert SECTION_NAMES[section] in gap.lower(), f"{rule} {ingredient} is gone; the gap says: {gap or 'nothing'}"


@law(130)
@given(records, sections)
def test_hiding_makes_no_advice_on_treatment_but_from_what_only_helps(told: Told, section: str) -> None:
    whole, hidden = answers(play(told)), answers(play(told, edit=hiding(section)))
    failed = any(rule == "treatment-failure" for rule, _ in findings(play(told)))
    for key, outcome in hidden.items():
        rule, before = RULES[key[0]], loudness(whole[key].verdict) if key in whole else 0
        if loudness(outcome.verdict) <= before:
            continue
        assert isinstance(outcome.verdict, Finding)
        told_so = names(section, outcome)
        if rule.contraindicates:
            assert told_so, f"{key}: {outcome.verdict}\nbut with {section}: {whole[key].verdict}"
        elif section in rule.helped_by:
            assert told_so, f"{key}: {outcome.verdict}"
            assert outcome.verdict.indicator <= WARNING
        else:
            assert section == "patient", f"{key}: {outcome.verdict}\nbut with {section}: {whole[key].verdict}"
            assert (failed and rule.id in BESIDE) or outcome.verdict.indicator is INFO, f"{key}: {outcome.verdict}"


@law(160)
@given(st.one_of(histories(bare=True, of=advised), records), st.one_of(weighing, sections))
def test_hiding_adds_no_drug_but_beside_the_name_of_what_only_helps(told: Told, section: str) -> None:
    whole, hidden = findings(play(told)), findings(play(told, edit=hiding(section)))
    for key, finding in hidden.items():
        if key in whole:
            before = {each.drug for each in whole[key].suggestions}
            more = {each.drug for each in finding.suggestions if each.drug} - before
            said = "\n".join(texts(finding)).lower()
            named = section in RULES[key[0]].helped_by and SECTION_NAMES[section] in said
            assert not more or named, f"{key}: {more}"
