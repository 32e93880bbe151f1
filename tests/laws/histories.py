"""Made-up histories of osteoporosis, drawn by hypothesis in the shorthand of cases: the patients of all laws.

A history that breaks a law prints as a case: pasted into a table of `fhir_fixtures/rules` it plays again.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.laws import parts
from tests.laws.parts import Facts, back, often, seldom

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
"""A long run with fresh histories; otherwise every run plays the same ones."""

DEEPER = 25
LISTS = (
    "meds", "doses", "conditions", "dxa", "labs", "vitals", "frax", "procedures", "allergies", "appointments", "orders",
    "social", "drafts",
)  # fmt: skip
ORDER_HOOKS = ("order-sign", "order-select", "medication-refill")
HOOKS = (
    "patient-view", *ORDER_HOOKS, "encounter-start", "encounter-discharge", "problem-list-item-create",
    "appointment-book",
)  # fmt: skip
OFTEN = ("patient-view", "patient-view", "patient-view", "order-sign", *HOOKS)
"""Hooks as often as they bring advice."""

DAYS = (date(2026, 1, 15), date(2025, 8, 31))
GOOD = (("egfr", 70), ("calcium-corrected", 9.4), ("vitamin-d-25oh", 33))
UNWELL = frozenset(("Z51.5", "Z33.1"))
"""Palliative care and pregnancy, in which rules rest."""


class Told(dict[str, Any]):
    """A case in shorthand; prints as the TOML of a table of cases."""

    def __repr__(self) -> str:
        return "\n[[case]]\n" + "\n".join(f"{key} = {_toml(value)}" for key, value in self.items() if value != [])

    def with_(self, **changes: Any) -> "Told":
        """The same case, some keys told otherwise."""
        return Told({**self, **changes})

    @property
    def today(self) -> date:
        """The day of the call."""
        return date.fromisoformat(self["today"])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        inside = ", ".join(_toml(each) for each in value)
        return f"[\n  {inside.replace('}, {', '},' + chr(10) + '  {')},\n]" if "{" in inside else f"[{inside}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def law(examples: int, *, always_the_same: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """How a law is played: always the same histories, so many; 25 times as many fresh ones on a deep run."""
    return settings(
        max_examples=examples * DEEPER if DEEP else examples,
        derandomize=always_the_same or not DEEP,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@st.composite
def histories(
    pick: st.DrawFn,
    *,
    hooks: Iterable[str] = OFTEN,
    healthy: bool = False,
    bare: bool = False,
    of: Callable[[date], st.SearchStrategy[Facts]] = parts.drugs,
) -> Told:
    """A patient with one or two drugs, fractures, scans, results and whatever else a record holds, on one hook.

    `healthy` leaves out palliative care and pregnancy; `bare` all that is no part of the situation itself; `of` draws
    the drugs.
    """
    today, hook = pick(st.sampled_from(DAYS)), pick(st.sampled_from(tuple(hooks)))
    person = {key: value for key, value in pick(parts.people).items() if value}
    told: dict[str, Any] = {"today": today.isoformat(), "hook": hook, "patient": person, **{key: [] for key in LISTS}}
    for part in pick(st.lists(of(today), min_size=1, max_size=1 if bare else 2)):
        for key, facts in part.items():
            if key != "orders of":
                told[key] += facts
            elif hook in ORDER_HOOKS:
                told["drafts"] += facts
            else:
                told["meds"] += [{**fact, "from": back(today, 4)} for fact in facts]
    if bare:
        told["labs"] = [{"test": test, "value": value, "on": back(today, 0, 20)} for test, value in GOOD]
        return Told(told | pick(of_the_hook(today, hook, told)))
    among = tuple(code for code in parts.DIAGNOSES if not (healthy and code in UNWELL))
    told["conditions"] += pick(st.lists(parts.diagnosis(today, parts.FRACTURES), max_size=2))
    told["conditions"] += pick(st.lists(parts.diagnosis(today, among), max_size=2))
    for each in pick(st.lists(parts.scans(today), max_size=2)):
        told["dxa"] += each
    if pick(often):
        told["labs"] += [{"test": test, "value": value, "on": back(today, 0, 20)} for test, value in GOOD]
    told["labs"] += pick(st.lists(parts.result(today), max_size=2))
    for key, strategy in parts.rarities(today).items():
        if pick(seldom):
            told[key].append(dict(pick(strategy)))
    return Told(told | pick(of_the_hook(today, hook, told)))


@st.composite
def of_the_hook(pick: st.DrawFn, today: date, hook: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the hook's context brings, with what the history holds already."""
    match hook:
        case "problem-list-item-create":
            new = {**pick(parts.diagnosis(today, parts.FRACTURES)), "new": True}
            return {"conditions": [*told["conditions"], new]}
        case "appointment-book":
            return {"appointments": [*told["appointments"], {**pick(parts.visit(today)), "new": True}]}
        case "encounter-discharge" | "encounter-start":
            return {"encounter": {"class": "IMP", "from": back(today, 0, 5)}}
        case each if each in ORDER_HOOKS:
            least = 0 if told["drafts"] else 1
            drafts = [*told["drafts"], *pick(st.lists(parts.order(today), min_size=least, max_size=2))]
            return {"drafts": list({draft["drug"]: draft for draft in drafts}.values())}
        case _:
            return {}
