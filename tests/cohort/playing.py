"""Plays the cohort through the service as an EHR would, and holds the cards against the intended truth."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from typing import Any

from cards.chart import Site
from service.fhir.record import Record
from service.replay.inside import InProcess
from service.replay.play import services_by_hook
from service.settings import Settings
from tests.cohort.fhir import record
from tests.cohort.history import SILENT, History, Moment
from tests.cohort.intended import intended
from tests.cohort.stories import draw
from tests.cohort.truth import TOPICS

LOUD = (SILENT, "info", "warning", "critical")
EVERY_CARD = Site(max_cards=99)
"""Nothing is folded or capped: every card is there to be held against the truth."""


@dataclass(frozen=True)
class Difference:
    """One topic on which the service and the plan part."""

    seed: int
    hook: str
    day: date
    topic: str
    intended: str
    said: str

    def __str__(self) -> str:
        return f"{self.topic}: intended {self.intended}, said {self.said} (seed {self.seed}, {self.hook} on {self.day})"


@dataclass
class Agreement:
    """How often the cards were as intended, by topic."""

    patients: int = 0
    moments: int = 0
    speaks: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    differ: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    stories: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: Agreement) -> None:
        self.patients += other.patients
        self.moments += other.moments
        for mine, others in (
            (self.speaks, other.speaks), (self.silent, other.silent), (self.differ, other.differ),
            (self.open, other.open), (self.stories, other.stories),
        ):  # fmt: skip
            mine.update(others)
        self.differences += other.differences


class Player:
    """The application in this process, and what its discovery asks for."""

    def __init__(self) -> None:
        self.door = InProcess(Settings(site=EVERY_CARD))
        self.services = services_by_hook(self.door.discover())

    def said(self, history: History, moment: Moment) -> dict[str, str]:
        """By topic the loudest card. Raises AssertionError where the service gave no answer."""
        bundle, drafts = record(history, moment)
        service, patient = self.services[moment.hook], f"cohort-{history.seed}"
        context: dict[str, Any] = {"userId": "Practitioner/example", "patientId": patient}
        if moment.hook.startswith("encounter"):
            encounters = [
                each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Encounter"
            ]
            context["encounterId"] = encounters[0]["id"]
        tokens = {key: str(value) for key, value in context.items()}
        if moment.order is not None:
            entries = [{"resource": each} for each in drafts]
            context["draftOrders"] = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        body = {
            "hook": moment.hook,
            "hookInstance": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{patient}/{moment.hook}/{moment.day}")),
            "context": context,
            "prefetch": Record(bundle).prefetch(service["prefetch"], tokens),
        }
        answer = self.door.call(service["id"], body, moment.day)
        assert answer.status == 200, f"seed {history.seed}: status {answer.status}"
        assert not answer.failed, f"seed {history.seed}: {answer.failed} raised"
        found: dict[str, str] = {}
        for card in answer.body["cards"]:
            topic = card["source"]["topic"]["code"]
            assert topic in TOPICS, f"the cohort knows no topic {topic}"
            found[topic] = max(found.get(topic, SILENT), card["indicator"], key=LOUD.index)
        return found


def agreement(seeds: Iterable[int]) -> Agreement:
    """Plays these patients, one after another."""
    player, found = Player(), Agreement()
    for seed in seeds:
        history = draw(seed)
        found.patients += 1
        found.stories[history.story] += 1
        for moment in history.moments:
            found.moments += 1
            _compare(found, history, moment, player.said(history, moment))
    return found


def _compare(found: Agreement, history: History, moment: Moment, said: dict[str, str]) -> None:
    truth = intended(history, moment)
    for topic in TOPICS:
        if topic not in truth:
            found.open[topic] += 1
        elif (word := said.get(topic, SILENT)) != truth[topic]:
            found.differ[topic] += 1
            found.differences.append(Difference(history.seed, moment.hook, moment.day, topic, truth[topic], word))
        else:
            (found.silent if word == SILENT else found.speaks)[topic] += 1


def spread(first: int, patients: int, jobs: int) -> Agreement:
    """The same, over several processes."""
    if jobs == 1:
        return agreement(range(first, first + patients))
    whole = Agreement()
    with get_context("spawn").Pool(jobs) as pool:
        for part in pool.imap(agreement, _chunks(first, patients)):
            whole.add(part)
    return whole


def _chunks(first: int, patients: int, size: int = 250) -> Iterator[range]:
    for start in range(first, first + patients, size):
        yield range(start, min(start + size, first + patients))


def table(found: Agreement) -> list[str]:
    """Agreement by topic, for people to read; the seeds of what differs under it."""
    lines = [f"{'topic':<34}{'speaks':>8}{'silent':>8}{'differ':>8}{'open':>8}"]
    columns = (found.speaks, found.silent, found.differ, found.open)
    lines += [f"{topic:<34}" + "".join(f"{column[topic]:>8}" for column in columns) for topic in TOPICS]
    lines.append(f"{'all':<34}" + "".join(f"{column.total():>8}" for column in columns))
    if found.differences:
        lines += ["", "Differences, by topic with their seeds:"]
        for topic in TOPICS:
            seeds: dict[str, list[int]] = {}
            for each in found.differences:
                if each.topic == topic:
                    seeds.setdefault(f"intended {each.intended}, said {each.said}", []).append(each.seed)
            for what, where in seeds.items():
                shown = ", ".join(str(seed) for seed in where[:12]) + (" …" if len(where) > 12 else "")
                lines.append(f"  {topic}: {what}: {len(where)} ({shown})")
    told = ", ".join(f"{count} {story}" for story, count in sorted(found.stories.items()))
    return [*lines, "", f"{found.patients} generated patients, {found.moments} charts opened ({told})"]
