"""Reads one value of a setting; what cannot hold raises ValueError with what was expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, tzinfo
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from service.errors import listed


def text(value: Any) -> str:
    """Some text, trimmed."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("some text")
    return value.strip()


def whole(least: int, most: int) -> Callable[[Any], int]:
    """Reads a whole number between these, both included."""

    def read(value: Any) -> int:
        expected = f"a whole number from {least} to {most}"
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError as error:
            raise ValueError(expected) from error
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            raise ValueError(expected)
        return number

    return read


def yes(value: Any) -> bool:
    """Yes or no, as TOML writes it or in words."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in {"yes", "true", "on", "1"}:
        return True
    if word in {"no", "false", "off", "0"}:
        return False
    raise ValueError("yes or no")


def one_of(*words: str) -> Callable[[Any], str]:
    """Reads one of these words."""

    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(listed(f"'{word}'" for word in words))
        return str(value)

    return read


def day(value: Any) -> date:
    """A whole day."""
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("a day as 2026-01-31")


def zone(value: Any) -> tzinfo:
    """A time zone by its IANA name."""
    if value == "UTC":
        return UTC
    try:
        return ZoneInfo(text(value))
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("an IANA zone known to this machine, as 'Europe/Vienna'") from error


def url(value: Any) -> str:
    """An http or https address without query, without a slash at its end."""
    parts = urlsplit(text(value))
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("an address as https://cds.example.org")
    return str(value).strip().rstrip("/")


def origins(value: Any) -> tuple[str, ...]:
    """Web origins, parted by commas or blanks."""
    found = []
    for each in str(value).replace(",", " ").split():
        parts = urlsplit(each)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.rstrip("/") or parts.query:
            raise ValueError("origins as https://ehr.example.org, parted by commas; '*' is not taken")
        found.append(f"{parts.scheme}://{parts.netloc}".lower())
    return tuple(found)


def some_of(*words: str) -> Callable[[Any], tuple[str, ...]]:
    """Reads a list of these words, or one text with commas between them."""

    def read(value: Any) -> tuple[str, ...]:
        met = [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value
        if not isinstance(met, list) or any(each not in words for each in met):
            raise ValueError("a list of " + listed(f"'{word}'" for word in words))
        return tuple(dict.fromkeys(met))

    return read
