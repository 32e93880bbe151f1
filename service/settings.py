"""How this installation runs, from OSTEOHOOKS_* and site.toml; what cannot hold is refused with a sentence."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from cards.chart import Site
from service import clients, sitefile, values
from service.errors import Misconfigured

PREFIX: Final = "OSTEOHOOKS_"

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


_RUN_KEYS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "auth": values.one_of("none", "jwt"),
    "host": values.text,
    "port": values.whole(1, 65535),
    "base_url": values.url,
    "allowed_origins": values.origins,
    "workers": values.whole(1, 64),
    "log_level": lambda value: values.one_of(*_LEVELS)(value.lower()),
    "as_of": values.day,
    "open_beyond_loopback": values.yes,
    "site": values.text,
    "clients": lambda value: clients.load(Path(values.text(value))),
}
"""What comes from the environment alone."""


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises Misconfigured with a sentence for what cannot hold."""
    environ = os.environ if environ is None else environ
    met = _from_variables(environ)
    named = met.pop("site", None)
    policy = sitefile.read(Path(named)) if named else {}
    policy |= {key: met.pop(key) for key in sitefile.KEYS if key in met}
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
    keys = {**_RUN_KEYS, **{key: each.read for key, each in sitefile.KEYS.items()}}
    met: dict[str, Any] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        key = name.removeprefix(PREFIX).lower()
        read = keys.get(key)
        if read is None:
            raise Misconfigured(sitefile.unknown(name, (PREFIX + each.upper() for each in keys), "environment"))
        if not environ[name].strip() and key != "allowed_origins":
            continue
        try:
            met[key] = read(environ[name].strip())
        except ValueError as expected:
            raise Misconfigured(f"{name}={environ[name]} cannot hold: expected {expected}.") from expected
    return met


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
