"""Patients generated with their truth: on each topic the service says what the planned story asks for."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cohort.fhir import record
from tests.cohort.intended import intended
from tests.cohort.playing import Agreement, agreement, table
from tests.cohort.stories import STORIES, draw
from tests.cohort.truth import TOPICS

COHORT = Path(__file__).resolve().parent / "cohort"
PATIENTS = 300
CHECKERS = ("playing.py", "__main__.py")
"""What holds cards against the truth may know the service; what writes stories, records and truth may not."""

SPOKEN = (
    "denosumab-discontinuation", "denosumab-due", "denosumab-overdue", "denosumab-lapsed", "denosumab-transition-plan",
    "denosumab-start-commitment", "treatment-failure", "inadequate-response", "very-high-risk", "bp-long-term-review",
    "anabolic-follow-on", "renal-contraindication", "hypocalcemia-contraindication", "duplicate-antiresorptive",
)  # fmt: skip


@pytest.fixture(scope="module")
def played() -> Agreement:
    return agreement(range(1, PATIENTS + 1))


def test_every_card_is_as_the_planned_story_asks(played: Agreement, record_property: Callable[..., None]) -> None:
    record_property("cohort", played.patients)
    assert played.patients == PATIENTS
    assert [str(each) for each in played.differences] == [], "\n".join(table(played))


@pytest.mark.parametrize("topic", SPOKEN)
def test_the_cohort_makes_each_of_these_topics_speak(played: Agreement, topic: str) -> None:
    assert played.speaks[topic] >= 2
    assert played.silent[topic] > played.speaks[topic]


def test_every_kind_of_story_is_drawn(played: Agreement) -> None:
    assert played.stories.keys() == STORIES.keys()


def test_few_answers_are_left_open(played: Agreement) -> None:
    judged = played.speaks.total() + played.silent.total() + played.differ.total()
    assert judged + played.open.total() == played.moments * len(TOPICS)
    assert played.open.total() * 25 < judged


def test_a_seed_draws_the_same_story_record_and_truth_for_ever() -> None:
    for seed in (7, 8, 9):
        one, two = draw(seed), draw(seed)
        assert one == two
        for moment in one.moments:
            assert record(one, moment) == record(two, moment)
            assert intended(one, moment) == intended(two, moment)


def test_stories_and_truth_know_nothing_of_the_service() -> None:
    """The truth comes from the plan alone: neither the rules nor the readers can have written it."""
    files = [path for path in sorted(COHORT.glob("*.py")) if path.name not in CHECKERS]
    assert {"stories.py", "fhir.py", "truth.py"} <= {path.name for path in files}
    for path in files:
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            strangers = [name for name in names if name.split(".")[0] in ("cards", "service") or name in (
                "tests.casebook", "tests.cohort.playing")]  # fmt: skip
            assert strangers == [], path.name
        assert "importlib" not in source
