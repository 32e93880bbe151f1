"""Cards compared with the golden ones, and told to people, to other programs and to JUnit readers."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from service.replay import reading
from service.replay.play import Played
from service.replay.story import Story


class Result(enum.Enum):
    """How a story's cards stand to the golden ones."""

    SAME = "same"
    DIFFERENT = "different"
    NEW = "no golden cards"
    ACCEPTED = "accepted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Compared:
    """A story that was played: its cards as text, and what became of them. `difference` is a unified diff."""

    story: Story
    played: tuple[Played, ...]
    text: str
    result: Result
    difference: str = ""

    @property
    def fails(self) -> bool:
        """The run must not pass."""
        return self.result in {Result.DIFFERENT, Result.FAILED}


def compared(story: Story, played: Iterable[Played], *, accept: bool, against_golden: bool = True) -> Compared:
    """The story's cards held against the golden ones; `accept` writes them instead, unless something broke."""
    moments = tuple(played)
    text = reading.whole(story.title, story.about, moments)
    broken = sorted({rule for each in moments if each.answer is not None for rule in each.answer.failed})
    if broken or any(each.answer is not None and each.answer.status >= 500 for each in moments):
        told = f"{text}\nThese rules raised: {', '.join(broken)}\n" if broken else text
        return Compared(story, moments, told, Result.FAILED)
    if accept:
        story.golden.write_text(text, encoding="utf-8")
        return Compared(story, moments, text, Result.ACCEPTED)
    if not against_golden or not story.golden.is_file():
        return Compared(story, moments, text, Result.NEW)
    golden = story.golden.read_text(encoding="utf-8")
    if golden == text:
        return Compared(story, moments, text, Result.SAME)
    lines = difflib.unified_diff(golden.splitlines(), text.splitlines(), str(story.golden), "now", lineterm="", n=2)
    return Compared(story, moments, text, Result.DIFFERENT, "\n".join(lines))


def as_json(results: Iterable[Compared]) -> list[dict[str, Any]]:
    """Every moment with its raw answer, for another program."""
    return [
        {
            "story": each.story.name,
            "file": str(each.story.path),
            "hook": played.moment.hook,
            "day": played.day.isoformat(),
            "title": played.moment.title,
            "result": each.result.value,
            "status": played.answer.status if played.answer else None,
            "answer": played.answer.body if played.answer else None,
        }
        for each in results
        for played in each.played
    ]


def as_junit(results: Sequence[Compared]) -> bytes:
    """One test case a story, as CI servers read it."""
    failures = sum(each.fails for each in results)
    suite = ElementTree.Element(
        "testsuite", name="osteohooks replay", tests=str(len(results)), failures=str(failures), errors="0"
    )
    for each in results:
        case = ElementTree.SubElement(suite, "testcase", classname="replay", name=each.story.name)
        if each.fails:
            failure = ElementTree.SubElement(case, "failure", message=f"{each.story.name}: {each.result.value}")
            failure.text = each.difference or each.text
    return bytes(ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True))
