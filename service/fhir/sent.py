"""In which state a prefetch key arrived: null is not missing, an error is not an empty result, one page is not all."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any


class Sent(enum.Enum):
    """The states in which a prefetch key can arrive."""

    ABSENT = "absent"
    NULL = "null"
    RESOURCE = "resource"
    BUNDLE = "bundle"
    BUNDLE_EMPTY = "empty bundle"
    OUTCOME = "outcome"
    BUNDLE_WITH_OUTCOME = "bundle with outcome"
    PARTIAL = "partial"
    MALFORMED = "malformed"


def classified(prefetch: Mapping[str, Any], key: str) -> Sent:
    """The state of a prefetch key."""
    sent, value = opened(prefetch, key)
    return Sent.BUNDLE_WITH_OUTCOME if sent is Sent.BUNDLE and _holds_outcome(value["entry"]) else sent


def opened(prefetch: Mapping[str, Any], key: str) -> tuple[Sent, Any]:
    """The state of a prefetch key and its resource, unwrapped from the {response, resource} of old clients.

    A Bundle's entries are not looked at: whoever reads them sees an OperationOutcome among them.
    """
    if key not in prefetch:
        return Sent.ABSENT, None
    value = prefetch[key]
    if isinstance(value, dict) and "resourceType" not in value and ("resource" in value or "response" in value):
        failed = not _succeeded(value.get("response"))
        value = value.get("resource")
        if failed and not isinstance(value, dict):
            return Sent.OUTCOME, None
    if value is None:
        return Sent.NULL, None
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(kind, str) or not kind:
        return Sent.MALFORMED, None
    if kind == "OperationOutcome":
        return Sent.OUTCOME, value
    return (_classified_bundle(value), value) if kind == "Bundle" else (Sent.RESOURCE, value)


def _classified_bundle(bundle: Mapping[str, Any]) -> Sent:
    entries = bundle.get("entry")
    if entries is not None and not isinstance(entries, list):
        return Sent.MALFORMED
    if is_cut(bundle):
        return Sent.PARTIAL
    return Sent.BUNDLE if entries else Sent.BUNDLE_EMPTY


def _holds_outcome(entries: Iterable[object]) -> bool:
    resources = (entry.get("resource") for entry in entries if isinstance(entry, dict))
    return any(isinstance(each, dict) and each.get("resourceType") == "OperationOutcome" for each in resources)


def is_cut(bundle: Mapping[str, Any]) -> bool:
    """Not all that was found is here: a further page was not followed, or the server counted more than it sent."""
    return has_next(bundle) or counts_more(bundle)


def has_next(bundle: Mapping[str, Any]) -> bool:
    """A further page exists."""
    links = bundle.get("link")
    return isinstance(links, list) and any(isinstance(each, dict) and each.get("relation") == "next" for each in links)


def counts_more(bundle: Mapping[str, Any]) -> bool:
    """The server counted more results than it sent."""
    total = bundle.get("total")
    return isinstance(total, int) and not isinstance(total, bool) and total > len(bundle.get("entry") or ())


def is_error(outcome: Mapping[str, Any]) -> bool:
    """An OperationOutcome tells of an error, or does not say what it tells of."""
    issues = outcome.get("issue")
    return not isinstance(issues, list) or any(
        isinstance(each, dict) and each.get("severity") in ("error", "fatal") for each in issues
    )


def _succeeded(response: object) -> bool:
    status = response.get("status") if isinstance(response, dict) else None
    return status is None or str(status).startswith("2")
