"""What a FHIR reference points at, by type and id, whichever way it is written."""

from __future__ import annotations

import re

_TYPE = re.compile(r"[A-Z][A-Za-z]+\Z")


def resolved(reference: str) -> tuple[str, str] | None:
    """(type, id) of a relative, absolute or versioned reference; ("", id) of a bare id.

    None for what only the message around it can resolve: "urn:uuid:…", "#contained", and for no reference at all.
    """
    reference = reference.strip()
    if not reference or reference.startswith(("urn:", "#")):
        return None
    parts = [part for part in re.split(r"[?#]", reference, maxsplit=1)[0].split("/") if part]
    if len(parts) >= 2 and parts[-2] == "_history":
        parts = parts[:-2]
    if not parts:
        return None
    if len(parts) >= 2 and _TYPE.match(parts[-2]):
        return parts[-2], parts[-1]
    return ("", parts[0]) if len(parts) == 1 else None


def bare_id(reference: str, kind: str) -> str:
    """The id of "id" or "Kind/id"; the text itself where it is neither."""
    found = resolved(reference)
    return found[1] if found is not None and found[0] in {"", kind} else reference.strip()


def written(kind: str, logical_id: str) -> str:
    """ "Type/id", the one way references are written inside the service."""
    return f"{kind}/{logical_id}"
