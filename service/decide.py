"""Gathered resources → chart → outcomes → cards: the one pipe that every door calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cards.assess import Outcome, assess
from cards.card import Card
from cards.catalog import Catalog
from cards.chart import Chart
from cards.compose import Yielded, compose
from cards.triggers import beside
from service.fhir.gather import Gathered
from service.fhir.read import read_chart


@dataclass(frozen=True, slots=True)
class Decision:
    """What the knowledge made of one call: the cards, every rule's answer, and the chart it stood on."""

    cards: tuple[Card, ...]
    outcomes: tuple[Outcome, ...]
    yielded: tuple[Yielded, ...]
    chart: Chart


def decide(gathered: Gathered, *, today: date, catalog: Catalog, identity: tuple[str, ...]) -> Decision:
    """Judge one patient on one day.

    `identity` (client, service id, hookInstance, patient) makes the cards' ids: the same call gives the same bytes.
    """
    chart = read_chart(gathered, today, site=catalog.site)
    outcomes = assess(chart, catalog.for_hook(gathered.hook))
    for hook in gathered.beside:
        outcomes = beside(chart, outcomes, hook, catalog.for_hook(hook))
    refused = tuple(each.why for each in gathered.refused)
    composed = compose(chart, outcomes, identity=identity, refused=refused)
    return Decision(composed.cards, outcomes, composed.yielded, chart)
