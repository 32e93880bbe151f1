"""How this installation runs, from OSTEOHOOKS_* and site.toml; what cannot hold is refused with a sentence."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cards.chart import Site
from service import clients
from service.errors import Misconfigured, listed, nearest

PREFIX: Final = "OSTEOHOOKS_"

_PROFILES: Final = ("acr22", "aace20")
_LEVELS: Final = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. `as_of` replaces today; `timezone` decides which day today is."""

    auth: str = "none"
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = "http://127.0.0.1:8080"
    allowed_origins: tuple[str, ...] = ()
    workers: int = 2
    log_level: str = "info"
    as_of: date | None = None
    timezone: tzinfo = UTC
    site: Site = field(default_factory=Site)
    clients: Mapping[str, clients.Client] = field(default_factory=dict)

    @property
    def discovery_url(self) -> str:
        """Where a client registers this service."""
        return f"{self.base_url}/cds-services"


def today(settings: Settings) -> date:
    """The day every rule is asked about: `as_of`, or the date now in the site's zone."""
    if settings.as_of is not None:
        return settings.as_of
    return datetime.now(settings.timezone).date()  # noqa: TID251 - the one place that asks the clock


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("some text")
    return value.strip()


def _whole(least: int, most: int) -> Callable[[Any], int]:
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


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in {"yes", "true", "on", "1"}:
        return True
    if word in {"no", "false", "off", "0"}:
        return False
    raise ValueError("yes or no")


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(listed(f"'{word}'" for word in words))
        return str(value)

    return read


def _day(value: Any) -> date:
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("a day as 2026-01-31")


def _zone(value: Any) -> tzinfo:
    if value == "UTC":
        return UTC
    try:
        return ZoneInfo(_text(value))
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("an IANA zone known to this machine, as 'Europe/Vienna'") from error


def _url(value: Any) -> str:
    parts = urlsplit(_text(value))
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("an address as https://cds.example.org")
    return str(value).strip().rstrip("/")


def _origins(value: Any) -> tuple[str, ...]:
    found = []
    for each in str(value).replace(",", " ").split():
        parts = urlsplit(each)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.rstrip("/") or parts.query:
            raise ValueError("origins as https://ehr.example.org, parted by commas; '*' is not taken")
        found.append(f"{parts.scheme}://{parts.netloc}".lower())
    return tuple(found)


_SITE_KEYS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "timezone": _zone,
    "max_cards": _whole(1, 100),
    "vhr_profile": _one_of(*_PROFILES),
    "suppress_palliative": _yes,
    "allow_drafts": _yes,
    "pv_info": _yes,
    "suggest_abaloparatide": _yes,
}
"""What [site] of site.toml may hold; each may also come as OSTEOHOOKS_<NAME>, which wins."""

_RUN_KEYS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "auth": _one_of("none", "jwt"),
    "host": _text,
    "port": _whole(1, 65535),
    "base_url": _url,
    "allowed_origins": _origins,
    "workers": _whole(1, 64),
    "log_level": lambda value: _one_of(*_LEVELS)(value.lower()),
    "as_of": _day,
    "open_beyond_loopback": _yes,
    "site": _text,
    "clients": lambda value: clients.load(Path(_text(value))),
}
"""What comes from the environment alone."""


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises Misconfigured with a sentence for what cannot hold."""
    environ = os.environ if environ is None else environ
    met = _from_variables(environ)
    named = met.pop("site", None)
    policy = {**(_from_file(Path(named)) if named else {}), **{key: met.pop(key) for key in _SITE_KEYS if key in met}}
    zone = policy.pop("timezone", UTC)
    _check_auth(met)
    wide = met.pop("open_beyond_loopback", False)
    host = met.get("host", "127.0.0.1")
    if not wide and not _is_loopback(host):
        raise Misconfigured(
            f"{PREFIX}HOST={host} opens the service beyond this machine while {PREFIX}AUTH=none lets anyone in: bind "
            f"to 127.0.0.1, or set {PREFIX}OPEN_BEYOND_LOOPBACK=yes where something in front decides who may call."
        )
    shown = f"[{host}]" if ":" in host else host
    met.setdefault("base_url", f"http://{shown}:{met.get('port', 8080)}")
    return Settings(timezone=zone, site=Site(**policy), **met)


def _from_variables(environ: Mapping[str, str]) -> dict[str, Any]:
    keys = {**_RUN_KEYS, **_SITE_KEYS}
    met: dict[str, Any] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        key = name.removeprefix(PREFIX).lower()
        read = keys.get(key)
        if read is None:
            raise Misconfigured(_unknown(name, (PREFIX + each.upper() for each in keys), "environment"))
        if not environ[name].strip() and key != "allowed_origins":
            continue
        try:
            met[key] = read(environ[name].strip())
        except ValueError as expected:
            raise Misconfigured(f"{name}={environ[name]} cannot hold: expected {expected}.") from expected
    return met


def _from_file(path: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Misconfigured(f"{PREFIX}SITE names {path}, which cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} is not TOML: {error}.") from error
    for table in tables:
        if table != "site":
            raise Misconfigured(f"{path} has [{table}]; only [site] is taken.")
    site = tables.get("site", {})
    if not isinstance(site, dict):
        raise Misconfigured(f"{path}: 'site' must be a table, written [site].")
    met: dict[str, Any] = {}
    for key, value in site.items():
        read = _SITE_KEYS.get(key)
        if read is None:
            raise Misconfigured(_unknown(f"'{key}'", _SITE_KEYS, f"{path} [site]"))
        try:
            met[key] = read(value)
        except ValueError as expected:
            raise Misconfigured(f"{path} [site]: {key} = {value!r} cannot hold: expected {expected}.") from expected
    return met


def _unknown(met: str, known: Any, where: str) -> str:
    known = list(known)
    near = nearest(met.strip("'"), known)
    offer = f"did you mean {listed(near)}?" if near else f"known: {', '.join(known)}."
    return f"{where}: no setting is called {met}; {offer}"


def _check_auth(met: Mapping[str, Any]) -> None:
    if met.get("auth", "none") == "none":
        return
    if "as_of" in met:
        raise Misconfigured(
            f"{PREFIX}AS_OF moves the day for every patient; it is for trials and is refused with {PREFIX}AUTH=jwt."
        )
    raise Misconfigured(
        f"{PREFIX}AUTH=jwt: this version cannot check a client's token yet, and will not pretend to. Set "
        f"{PREFIX}AUTH=none, on loopback or behind something that decides who may call."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
