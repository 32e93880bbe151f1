"""What stands in a Bundle: each resource with its identity, and which of two copies counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from service.fhir.references import resolved, written


def identity(resource: Mapping[str, Any], full_url: object) -> str:
    """ "Type/id" of a resource, from its id or else from where its Bundle says it stands; "" where neither tells."""
    kind, logical_id = resource.get("resourceType"), resource.get("id")
    if isinstance(logical_id, str) and logical_id:
        return f"{kind}/{logical_id}"
    target = resolved(full_url) if isinstance(full_url, str) else None
    return written(*target) if target and target[0] == kind else ""


def context_resources(value: object) -> Iterator[tuple[Mapping[str, Any], object]]:
    """Each resource of a Bundle, of a bare array, or the one resource that stands where a Bundle belongs."""
    if isinstance(value, dict) and value.get("resourceType") == "Bundle":
        value = value.get("entry")
    elif isinstance(value, dict):
        value = [value]
    for entry in value if isinstance(value, list) else ():
        resource = entry.get("resource", entry) if isinstance(entry, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            yield resource, entry.get("fullUrl")


def dispatched(context: Mapping[str, Any]) -> Iterator[str]:
    """The references of order-dispatch, in any of the spellings that were published."""
    for member in ("dispatchedOrders", "dispatched-orders", "order"):
        value = context.get(member)
        for each in value if isinstance(value, list) else (value,):
            reference = each.get("reference") if isinstance(each, dict) else each
            if isinstance(reference, str) and reference.strip():
                yield reference


def supersedes(resource: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Which of two copies counts: the later version; where no version tells, one that does not hang on their order."""
    return resource is not before and _version(resource) > _version(before)


def _version(resource: Mapping[str, Any]) -> tuple[str, int, bytes]:
    meta = resource.get("meta")
    updated = meta.get("lastUpdated") if isinstance(meta, dict) else None
    version = meta.get("versionId") if isinstance(meta, dict) else None
    number = int(version) if isinstance(version, str) and version.isdecimal() and len(version) < 19 else -1
    try:
        told = orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        told = b""
    return (updated if isinstance(updated, str) else "", number, told)


def is_included(entry: Mapping[str, Any]) -> bool:
    """The entry came beside what was searched for."""
    search = entry.get("search")
    return isinstance(search, dict) and search.get("mode") == "include"
