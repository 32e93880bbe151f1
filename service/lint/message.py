"""One thing found in a file, with its line and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class Level(IntEnum):
    """NOTE: worth knowing, or odd on purpose. WARNING: probably a slip. ERROR: it cannot be meant so."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Message:
    """`line` counts from 1."""

    path: Path
    line: int
    level: Level
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.level.name.lower()}: {self.text}"
