"""What leaves the knowledge: a card ready to be shown, and what its suggestions carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cards.evidence import Evidence
from cards.verdict import Suggestion

CANONICAL: Final = "https://osteohooks.org/fhir"
"""The root of our code systems, the same in every installation, never the host."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `detail` is GitHub-flavoured Markdown without HTML; `links` are further sources."""

    uuid: str
    topic: str
    title: str
    ingredient: str
    indicator: str
    summary: str
    detail: str
    source: Evidence
    links: tuple[Evidence, ...]
    suggestions: tuple[Suggestion, ...]
    alternatives: bool
    overrides: tuple[str, ...]
    fingerprint: str
