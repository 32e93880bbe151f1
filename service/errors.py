"""What can go wrong at a door, each with its HTTP status and its FHIR OperationOutcome.

    ServiceError              an answer other than 200
    ├── BadRequest       400  the body is not a hook request; all faults are listed
    ├── Untrusted        401  the client is not known; no reason is given
    ├── NoSuchPath       404
    │   └── UnknownService    the nearest service ids are named
    ├── WrongMethod      405
    ├── NothingReadable  412  no part of the record that a rule reads was readable; the parts are named
    ├── BodyTooLarge     413
    ├── NotJson          415
    └── Broken           500  a fault of ours, told without detail
    Misconfigured             the service refuses to start

No text here ever holds a value of the request: it may be a patient's.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, ClassVar


class Misconfigured(Exception):
    """A setting cannot hold; the sentence says what was met, what was expected and what to do."""


class ServiceError(Exception):
    """An answer other than 200. `code` is one of FHIR's issue types."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "exception"

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences

    def outcome(self) -> dict[str, Any]:
        """The OperationOutcome: one issue a sentence."""
        return {
            "resourceType": "OperationOutcome",
            "issue": [{"severity": "error", "code": self.code, "diagnostics": each} for each in self.sentences],
        }


class BadRequest(ServiceError):
    """The body is not a request of this hook."""

    status = 400
    code = "invalid"


class Untrusted(ServiceError):
    """The client is not known. Every such answer is the same."""

    status = 401
    code = "login"

    def __init__(self) -> None:
        super().__init__("The client could not be authenticated.")


class NoSuchPath(ServiceError):
    """Nothing is served under this path."""

    status = 404
    code = "not-found"

    def __init__(self, *sentences: str) -> None:
        super().__init__(*(sentences or ("Nothing is served here; GET /cds-services lists the services.",)))


class UnknownService(NoSuchPath):
    """No service has this id."""

    def __init__(self, met: str, known: Iterable[str]) -> None:
        near = nearest(met, known)
        offer = f"did you mean {listed(near)}?" if near else "GET /cds-services lists the services."
        super().__init__(f"No CDS service has this id; {offer}")


class WrongMethod(ServiceError):
    """The path is served, not with this method."""

    status = 405
    code = "not-supported"

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = tuple(sorted(allowed))
        super().__init__(f"This path takes {listed(self.allowed)}.")


class NothingReadable(ServiceError):
    """No part of the record that a rule of this hook reads could be read."""

    status = 412
    code = "required"

    def __init__(self, parts: Iterable[tuple[str, str]]) -> None:
        """`parts`: the prefetch keys of each section, with why it could not be read."""
        told = "; ".join(f"{key}: {why}" for key, why in parts)
        super().__init__(f"Nothing could be judged: no prefetch that this service needs could be read ({told}).")


class BodyTooLarge(ServiceError):
    """The body is over the limit."""

    status = 413
    code = "too-long"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The body is over {limit_bytes // 1_000_000} MB; narrow the prefetch.")


class NotJson(ServiceError):
    """The body does not say that it is JSON."""

    status = 415
    code = "not-supported"

    def __init__(self) -> None:
        super().__init__("The body must come as Content-Type: application/json.")


class Broken(ServiceError):
    """A fault of ours. The log has where it happened, under the request id of the answer's header."""

    def __init__(self) -> None:
        super().__init__("The service failed on this request; its log says where, under the answer's X-Request-Id.")


def nearest(met: str, known: Iterable[str]) -> list[str]:
    """Up to three known names most like the one met."""
    return difflib.get_close_matches(met, list(known), n=3, cutoff=0.5)


def listed(names: Iterable[str]) -> str:
    """ "a, b or c"."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
