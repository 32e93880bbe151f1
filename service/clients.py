"""The clients of this installation, from the file that OSTEOHOOKS_CLIENTS names: what each calls by another name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from service.errors import Misconfigured, listed, nearest

OPEN: Final = "open"
"""Where callers are not authenticated every one of them is this client."""

ROUTED_TO: Final = ("problem-list-item-create", "encounter-discharge")
"""Hooks that a vendor's trigger may stand for: those that can be judged without a context of their own."""

_KEYS: Final = ("triggers", "trigger_extension")
_DEPTH: Final = 4


@dataclass(frozen=True, slots=True)
class Client:
    """One client. `trigger_extension` names the member of a request's extension that tells what happened in the EHR;
    `triggers` maps its value to the hook whose rules are asked beside those of the hook called."""

    name: str
    trigger_extension: str = ""
    triggers: Mapping[str, str] = field(default_factory=dict)

    def routed(self, extension: object) -> tuple[tuple[str, ...], bool]:
        """The hooks that a request with this extension stands for too, and whether its trigger could be read."""
        if not self.trigger_extension:
            return (), True
        told = [*_members(extension, self.trigger_extension)]
        words = [word for each in told for word in _words(each, _DEPTH)]
        hooks = dict.fromkeys(self.triggers[word] for word in words if word in self.triggers)
        return tuple(hooks), bool(words) or not told


def _members(extension: object, name: str) -> Iterable[object]:
    """What stands under this name: in an object, as CDS Hooks writes extensions, or in a list, as FHIR does."""
    if isinstance(extension, list):
        for each in extension:
            if isinstance(each, dict) and each.get("url") == name:
                yield {key: value for key, value in each.items() if key != "url"}
            else:
                yield from _members(each, name) if isinstance(each, dict) else ()
    elif isinstance(extension, dict) and name in extension:
        yield extension[name]


def _words(value: object, depth: int) -> Iterable[str]:
    """Every text and number of a value, as text; 6, 6.0 and " 6 " are the same."""
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, bool) or depth == 0:
        return
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, float):
        yield str(int(value)) if value.is_integer() else str(value)
    elif isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _words(each, depth - 1)


def load(path: Path) -> Mapping[str, Client]:
    """The clients of a file by name. Raises Misconfigured with a sentence for what cannot hold."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read for the clients: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} is not TOML: {error}.") from error
    for table in tables:
        if table != "client":
            raise Misconfigured(f"{path} has [{table}]; clients are written [client.NAME].")
    clients = tables.get("client", {})
    if not isinstance(clients, dict) or not all(isinstance(each, dict) for each in clients.values()):
        raise Misconfigured(f"{path}: clients are tables, written [client.NAME].")
    return {name: _client(name, told, f"{path} [client.{name}]") for name, told in clients.items()}


def _client(name: str, told: Mapping[str, Any], where: str) -> Client:
    for key in told:
        if key not in _KEYS:
            raise Misconfigured(f"{where}: nothing of a client is called '{key}'; {_known(key, _KEYS)}")
    extension, triggers = told.get("trigger_extension", ""), told.get("triggers", {})
    if not isinstance(extension, str):
        raise Misconfigured(f"{where}: trigger_extension must be the name of a request's extension, as text.")
    if not isinstance(triggers, dict):
        raise Misconfigured(f'{where}: triggers must be a table, as {{ "6" = "{ROUTED_TO[0]}" }}.')
    if bool(extension.strip()) is not bool(triggers):
        raise Misconfigured(f"{where}: triggers and trigger_extension stand together; one of them is missing.")
    for trigger, hook in triggers.items():
        if hook not in ROUTED_TO:
            raise Misconfigured(
                f"{where}: trigger '{trigger}' goes to no hook '{hook}'; {_known(str(hook), ROUTED_TO)}"
            )
    return Client(name, extension.strip(), {trigger.strip(): hook for trigger, hook in triggers.items()})


def _known(met: str, known: Iterable[str]) -> str:
    near = nearest(met, known)
    return f"did you mean {listed(near)}?" if near else f"known: {', '.join(known)}."
