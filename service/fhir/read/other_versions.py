"""What FHIR STU3 and R5 write otherwise than R4, told in R4's words where it means the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cards.when import When
from service.fhir.read import dates
from service.fhir.read.elements import Json, flag, one, status_code

_ADHERENCE: Final = (
    ("not-taking", "not-taken"), ("taking", "active"), ("on-hold", "on-hold"), ("stopped", "stopped"),
)  # fmt: skip
"""How R5's codes of adherence begin (`taking-as-directed`, …), and R4's status of the same meaning."""

_TAKEN: Final[Mapping[str, str]] = {"n": "not-taken", "unk": "unknown", "na": "unknown"}
"""STU3's answers to whether the drug was taken, beside "y"."""


def statement_status(json: Json) -> str:
    """The status of a MedicationStatement, R4's code; "" where there is none.

    R5's "recorded" says nothing of use, its adherence does. Without one a use that is over was one, and whether an open
    one goes on is unknown.
    """
    status = status_code(json.get("status"))
    if flag(json.get("wasNotTaken")):
        return "not-taken"
    if "taken" in json and status not in {"entered-in-error", "intended"}:
        return _TAKEN.get(status_code(json["taken"]), status)
    if status != "recorded":
        return status
    adherence = status_code(one(json.get("adherence")).get("code"))
    if adherence:
        return next((meant for begins, meant in _ADHERENCE if adherence.startswith(begins)), "unknown")
    over = "effectiveDateTime" in json or dates.period(json.get("effectivePeriod"))[1] is not None
    return "completed" if over else "unknown"


def not_given(json: Json) -> bool:
    """A dose or a fill that the record says did not happen, in a way of its own beside the status."""
    return any(flag(json.get(name)) for name in ("wasNotGiven", "notGiven", "notDone"))


def course(json: Json) -> tuple[When | None, When | None]:
    """First and last day of the course an order asks for, as R5 tells it beside the instructions."""
    return dates.period(json.get("effectiveDosePeriod"))
