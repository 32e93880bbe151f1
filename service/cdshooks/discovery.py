"""What this installation offers to clients: one service a hook, with the prefetch its rules need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from cards.catalog import Catalog
from service.fhir.sections import prefetch

VERSION: Final = "2.0.1"
"""The CDS Hooks version that the services are written to."""

_DESCRIPTION: Final = (
    "Advice on osteoporosis treatment for the treating clinician: {what}. Every card tells the facts of the record it "
    "stands on, their dates, what could not be seen, and its source. Nothing is ordered without the clinician."
)

_TEXTS: Final = {
    "patient-view": (
        "Osteoporosis: review of treatment",
        "treatment failure, denosumab due, overdue or stopped, and missing follow-on treatment, on opening a chart",
    ),
    "order-select": (
        "Osteoporosis: choosing a drug",
        "contraindications, duplicates, doses and the sequence of drugs, while orders are being chosen",
    ),
    "order-sign": (
        "Osteoporosis: signing an order",
        "contraindications, duplicates, doses and the sequence of drugs, before orders are signed",
    ),
    "encounter-start": (
        "Osteoporosis: review of treatment at the start of an encounter",
        "treatment failure, denosumab due, overdue or stopped, and missing follow-on treatment, as an encounter starts",
    ),
    "encounter-discharge": (
        "Osteoporosis: before discharge",
        "treatment failure, denosumab due, overdue or stopped, and drugs in use that are dangerous, before discharge",
    ),
    "problem-list-item-create": (
        "Osteoporosis: a new problem",
        "what a new diagnosis means for osteoporosis treatment: a fracture on treatment, a heart attack, a pregnancy",
    ),
    "appointment-book": (
        "Osteoporosis: booking a visit",
        "denosumab visits booked too late, too soon or cancelled, and dental surgery, while visits are booked",
    ),
    "medication-refill": (
        "Osteoporosis: renewing a drug",
        "treatment failure, contraindications, limits and the sequence of drugs, when a drug is to be renewed",
    ),
    "order-dispatch": (
        "Osteoporosis: dispatching an order",
        "contraindications and dangerous doses of the orders being dispatched",
    ),
}
"""Hook → title, and what the service advises on."""

USAGE: Final = (
    "FHIR R4. The service reads what it is sent under its prefetch keys and fetches nothing: a key that is left out "
    "counts as unknown, never as nothing found, and checks that need it are not made. Send null or an empty Bundle "
    "where a search found nothing, and all pages of a result. The keys medicationStatements, medicationDispenses, "
    "medicationAdministrations, riskAssessments, socialHistory, appointments and serviceRequests may be left out where "
    "the record has no such resources."
)


@dataclass(frozen=True, slots=True)
class Service:
    """One CDS service; `sections` are what its rules read of the chart."""

    id: str
    hook: str
    sections: frozenset[str]

    def described(self) -> dict[str, Any]:
        """Its entry in the discovery answer."""
        title, what = _TEXTS[self.hook]
        return {
            "hook": self.hook,
            "title": title,
            "description": _DESCRIPTION.format(what=what),
            "id": self.id,
            "prefetch": dict(prefetch(self.hook, self.sections)),
            "usageRequirements": USAGE,
            "version": VERSION,
        }


def services(catalog: Catalog) -> tuple[Service, ...]:
    """One service for each hook that is served and that at least one rule names."""
    return tuple(
        Service(f"osteohooks-{hook}", hook, catalog.sections(hook)) for hook in _TEXTS if catalog.for_hook(hook)
    )


def answer(offered: Iterable[Service]) -> dict[str, Any]:
    """The body of GET /cds-services."""
    return {"services": [each.described() for each in offered]}
