"""A real HTTP server on loopback for the doors, and rules that speak on demand."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import pytest
from werkzeug.serving import make_server

from cards.catalog import Catalog
from cards.chart import Chart, Draft, Site
from cards.evidence import Evidence
from cards.orders import Change, Create, Delete, DoseRecord, DrugOrder, TestOrder
from cards.rule import DRAFT, rule
from cards.verdict import CRITICAL, WARNING, Action, Because, Finding, Silent, Suggestion, Verdict
from service.app import create_app
from service.settings import Settings

DAY = date(2026, 1, 15)

SOURCE = Evidence(
    label="A guideline", publisher="A society", year=2024, url="https://example.org/guideline",
    claim="A claim.", where="section 1", strength="strong", checked=DAY,
)  # fmt: skip
SECOND = Evidence(
    label="A trial", publisher="A journal", year=2020, url="https://example.org/trial",
    claim="Another claim.", where="table 2", strength="randomised", checked=DAY,
)  # fmt: skip


@rule(
    title="Conditions counted", rows=("T-1",), hooks=("patient-view", "order-select", "order-sign"),
    reads=("conditions",), evidence=(SOURCE, SECOND), overrides=("plan-in-place",),
)  # fmt: skip
def conditions_counted(chart: Chart) -> Verdict:
    """Counts diagnoses.

    Speaks when a diagnosis is recorded. Silent when none is. Because tests need a voice.
    """
    found = chart.conditions.whole()
    if not found:
        return Silent("no diagnosis is recorded")
    return Finding(
        WARNING,
        f"{len(found)} diagnoses are recorded.",
        why=tuple(Because("A diagnosis", ref=each.ref) for each in found),
        suggestions=(
            Suggestion(
                "Order alendronate",
                (Action("Order alendronate 70 mg weekly", Create(DrugOrder("alendronate-70mg"))),),
                recommended=True,
                drug="alendronate",
            ),
            Suggestion("Record a dose", (Action("Record it", Create(DoseRecord("denosumab-60mg"))),), recommended=True),
            Suggestion("Correct an order at hand", (Action("Correct it", Change("MedicationRequest/m1", "stopped")),)),
            Suggestion(
                "Correct an order not at hand", (Action("Correct it", Change("MedicationRequest/no", "stopped")),)
            ),
        ),
        alternatives=True,
    )


@rule(
    title="Draft judged", rows=("T-2",), hooks=("order-select", "order-sign"), reads=("drafts",),
    evidence=(SOURCE,), overrides=("data-incorrect",), judges=(DRAFT,), even_in=("restricted",),
)  # fmt: skip
def draft_judged(chart: Chart, draft: Draft) -> Verdict:
    """Judges each draft.

    Speaks when a draft is at hand. Silent when none is. Because tests need a voice.
    """
    return Finding(
        CRITICAL,
        "This order is judged.",
        why=(Because(f"The order is for {draft.ingredient}", ref=draft.ref),),
        suggestions=(
            Suggestion("Take it back", (Action("Delete the draft", Delete(draft.ref)),)),
            Suggestion("Check calcium", (Action("Order calcium", Create(TestOrder("calcium"))),)),
        ),
        ingredient=draft.ingredient,
    )


@rule(title="Never speaks", rows=("T-3",), hooks=("patient-view",), reads=("laboratory",), evidence=(SOURCE,))
def never_speaks(chart: Chart) -> Verdict:
    """Reads results.

    Speaks when never. Silent when always. Because an unread section needs a rule that reads it.
    """
    return Silent(f"{len(chart.laboratory.whole())} results")


RULES = Catalog((conditions_counted, draft_judged, never_speaks), Site())

Serve = Callable[..., AbstractContextManager[str]]


@contextmanager
def on_loopback(app: Any) -> Iterator[str]:
    """The base URL of an application served on a free port of 127.0.0.1."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="package")
def serve() -> Serve:
    """Serve an application of these settings and stand-ins."""

    def start(settings: Settings | None = None, **stand_ins: Any) -> AbstractContextManager[str]:
        stand_ins = {"catalog": RULES, **stand_ins}
        return on_loopback(create_app(settings or Settings(as_of=DAY, log_level="error"), **stand_ins))

    return start


@pytest.fixture(scope="package")
def base(serve: Serve) -> Iterator[str]:
    """The base URL of a service with the rules above."""
    with serve() as url:
        yield url


@pytest.fixture
def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
