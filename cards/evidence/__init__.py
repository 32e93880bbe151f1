"""The sources a card may cite, each once.

One file a publisher. A claim is told in our own words; a number stands here only if it was read where `where` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim of one source. `url` is absolute and about the source, never about a patient."""

    label: str
    publisher: str
    year: int | None
    url: str
    claim: str
    where: str
    strength: str
    checked: date
