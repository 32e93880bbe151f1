"""From the body of a hook call to what is asked; every fault of a body is told, and what is odd is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.cdshooks import schema
from service.clients import OPEN
from service.errors import BadRequest
from service.fhir.gather import Asked
from service.fhir.references import bare_id

_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One call of a hook. `selected` is None where order-select named no selections.

    `extension` is what the client says beyond the protocol, as it came.
    """

    hook: str
    hook_instance: str
    patient_id: str
    user_id: str | None
    encounter_id: str | None
    context: Mapping[str, Any]
    prefetch: Mapping[str, Any]
    selected: tuple[str, ...] | None
    extension: object = None

    @property
    def fhir_version(self) -> str:
        """The client's own word for the version of the FHIR it sends; "" where its extension says none."""
        told = self.extension if isinstance(self.extension, dict) else {}
        named = (value for name, value in told.items() if name.endswith("fhir-version") and isinstance(value, str))
        return next(named, "")

    @property
    def instance_is_uuid(self) -> bool:
        """The protocol asks for a UUID, of any version; a call without one is answered all the same."""
        return _UUID.match(self.hook_instance) is not None

    def asked(self, service_id: str, client: str = OPEN, beside: tuple[str, ...] = ()) -> Asked:
        """What gathering is given; `beside` are the hooks that the call stands for too."""
        return Asked(
            hook=self.hook,
            hook_instance=self.hook_instance,
            service_id=service_id,
            patient_id=self.patient_id,
            user_id=self.user_id,
            encounter_id=self.encounter_id,
            prefetch=self.prefetch,
            context=self.context,
            client=client,
            selected=self.selected,
            beside=beside,
            fhir_version=self.fhir_version,
        )


def parse(body: object, hook: str) -> HookRequest:
    """The request of a body sent to a service of this hook. Raises BadRequest with every fault found."""
    faults = schema.faults(schema.validator("service-request.ingress"), body)
    told = body if isinstance(body, dict) else {}
    if isinstance(told.get("hook"), str) and told["hook"] != hook:
        faults.append(f"hook must be '{hook}' at this service.")
    context = told.get("context")
    if isinstance(context, dict):
        context = _with_patient(context, told.get("patient"))
        faults += schema.faults(schema.validator("service-request.ingress", hook), context, at="context")
    if faults or not isinstance(context, dict):
        raise BadRequest(*faults)
    prefetch = told.get("prefetch")
    if prefetch is None:
        prefetch = context.get("prefetch")
    user = context.get("userId") or told.get("user")
    return HookRequest(
        hook=hook,
        hook_instance=told["hookInstance"],
        patient_id=bare_id(context["patientId"], "Patient"),
        user_id=user if isinstance(user, str) else None,
        encounter_id=bare_id(context.get("encounterId") or "", "Encounter") or None,
        context=context,
        prefetch=prefetch if isinstance(prefetch, dict) else {},
        selected=_selections(context.get("selections")),
        extension=told.get("extension"),
    )


def _with_patient(context: Mapping[str, Any], patient: object) -> Mapping[str, Any]:
    """The context; clients of the time before 1.0 name the patient beside it."""
    if context.get("patientId") is None and isinstance(patient, str):
        return {**context, "patientId": patient}
    return context


def _selections(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return None
    return tuple(each for each in value if isinstance(each, str) and each.strip()) or None
