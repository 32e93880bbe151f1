"""What every finding of every case says reads as sentences: whole, short enough, without a gap where a name was."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cards.verdict import Finding, Line
from tests.casebook import RULE_CASES, Case, as_written, judge

SUMMARY_LIMIT = 139
GAPS = re.compile(r"\(\)|\(,|: \(|: ,|:\s*$|  | [,.;]|\.\.|,,|;;|\bNone\b|\bwith :|^\s|^$")
"""A bracket or a colon with nothing in it, doubled stops, doubled blanks, an empty line."""

INTRODUCES = ("If it is to end after all:",)
"""Lines that end on a colon because others follow them."""


def spoken(file: str) -> Iterator[tuple[Case, Finding]]:
    for case in RULE_CASES:
        if case.file == file:
            verdict = judge(case, as_written(case)).verdict
            if isinstance(verdict, Finding):
                yield case, verdict


def lines(finding: Finding) -> Iterator[str]:
    yield finding.summary
    yield from (fact.text for fact in finding.why)
    yield from (*finding.check_first, *finding.options, *finding.differing)
    for suggestion in finding.suggestions:
        yield suggestion.label
        yield from (action.description for action in suggestion.actions)


FILES = sorted({case.file for case in RULE_CASES})


@pytest.mark.parametrize("file", FILES)
def test_no_line_has_a_gap(file: str) -> None:
    for case, finding in spoken(file):
        for line in lines(finding):
            assert line in INTRODUCES or not GAPS.search(line), f"{case.id}: {line!r}"


@pytest.mark.parametrize("file", FILES)
def test_a_summary_fits_a_card_and_is_a_sentence(file: str) -> None:
    for case, finding in spoken(file):
        assert len(finding.summary) <= SUMMARY_LIMIT, f"{case.id}: {finding.summary}"
        assert finding.summary.endswith("."), f"{case.id}: {finding.summary}"
        assert finding.summary[0].isupper() or finding.summary[0].isdigit(), f"{case.id}: {finding.summary}"


@pytest.mark.parametrize("file", FILES)
def test_advice_ends_as_a_sentence(file: str) -> None:
    for case, finding in spoken(file):
        for line in (*finding.check_first, *finding.options, *finding.differing):
            assert line.endswith((".", "?", ":")), f"{case.id}: {line!r}"


@pytest.mark.parametrize("file", FILES)
def test_a_line_for_another_card_is_a_sentence(file: str) -> None:
    for case in (each for each in RULE_CASES if each.file == file):
        verdict = judge(case, as_written(case)).verdict
        if isinstance(verdict, Line):
            assert verdict.text.endswith("."), f"{case.id}: {verdict.text!r}"
            assert not GAPS.search(verdict.text), f"{case.id}: {verdict.text!r}"
