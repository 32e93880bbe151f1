"""The rules that exist: found by themselves, refused where they cannot hold, with a site's dials laid over them."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from cards import concepts as _concepts
from cards import rules as _rules
from cards.chart import Dials, Site
from cards.concepts import scope
from cards.rule import EVALUATED_AS, HOOKS, OFF, ON, Rule

ALWAYS_READ: Final = frozenset(scope.SECTIONS)
"""The engine reads these for the patient's scope on every hook."""

CRITICAL_TOPICS: Final = frozenset((
    "aff-diagnosed", "allergy", "denosumab-appointment-late", "denosumab-discontinuation",
    "denosumab-hypocalcemia-ckd", "denosumab-overdue", "dose-frequency", "duplicate-denosumab-product",
    "esophageal-contraindication", "hypercalcemia-contraindication", "hypocalcemia-contraindication",
    "osteosarcoma-risk", "pregnancy-contraindication", "renal-contraindication", "romosozumab-cv-warning",
))  # fmt: skip
"""Topics that can be critical: a site that keeps one of them from speaking is reminded at every start."""

DISPATCHED_TOO: Final = frozenset(("dose-frequency",))
"""What judges an order when it is dispatched, besides the contraindications."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The rules in force at a site, in the order of their ids; those it keeps in the shadow are among them."""

    rules: tuple[Rule, ...]
    site: Site

    def for_hook(self, hook: str) -> tuple[Rule, ...]:
        """The rules that this hook evaluates; where an order is dispatched, those that judge whether it is safe."""
        found = tuple(rule for rule in self.rules if EVALUATED_AS.get(hook, hook) in rule.hooks)
        if hook != "order-dispatch":
            return found
        return tuple(rule for rule in found if rule.contraindicates or rule.id in DISPATCHED_TOO)

    def sections(self, hook: str) -> frozenset[str]:
        """Every section that the rules of this hook, and the patient's scope, look at."""
        found = set(ALWAYS_READ)
        for rule in self.for_hook(hook):
            found |= rule.declared
        return frozenset(found - {"drafts"})

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks that at least one rule is evaluated on, those of 2.13 first."""
        return tuple(hook for hook in (*HOOKS, *EVALUATED_AS) if self.for_hook(hook))

    def __getitem__(self, rule_id: str) -> Rule:
        """One rule by id; raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def load(site: Site | None = None) -> Catalog:
    """The rules in force at a site: with its turned dials, without those it has switched off.

    Raises TypeError, naming the rule and the fault, for what `declared` refuses and for a rule or dial that the site
    names and nothing declares.
    """
    site = site or Site()
    rules = declared()
    ids = {rule.id for rule in rules}
    strangers = sorted({*site.stages, *site.rule_dials} - ids)
    if strangers:
        raise TypeError(f"no rule is called '{strangers[0]}'")
    staged = (replace(_turned(rule, site), stage=site.stages.get(rule.id, ON)) for rule in rules)
    return Catalog(tuple(rule for rule in staged if rule.stage != OFF), site)


def declared() -> tuple[Rule, ...]:
    """Every rule of `cards.rules` as it declares itself, in the order of ids.

    Raises TypeError, naming the rule and the fault, where a file does not hold exactly its own rule, where a rule
    yields to a topic that does not exist, or where rules yield to one another in a circle.
    """
    found = []
    for module in pkgutil.iter_modules(_rules.__path__):
        rule = getattr(importlib.import_module(f"{_rules.__name__}.{module.name}"), module.name, None)
        if not isinstance(rule, Rule):
            raise TypeError(f"cards/rules/{module.name}.py declares no rule of its own name")
        found.append(rule)
    rules = tuple(sorted(found, key=lambda rule: rule.id))
    _check_yields(rules)
    return rules


def _turned(rule: Rule, site: Site) -> Rule:
    dials = site.rule_dials.get(rule.id, {})
    if not dials:
        return rule
    unknown = sorted(set(dials) - set(rule.dials))
    if unknown:
        have = ", ".join(sorted(rule.dials)) or "none"
        raise TypeError(f"rule '{rule.id}' has no dial '{unknown[0]}'; it has: {have}")
    return replace(rule, judge=partial(rule.judge, **dials), dials={**rule.dials, **dials})


def _check_yields(rules: tuple[Rule, ...]) -> None:
    to = {rule.id: rule.yields_to for rule in rules}
    for rule, others in to.items():
        for other in others:
            if other not in to:
                raise TypeError(f"rule '{rule}' yields to '{other}', which is no rule")
    done: set[str] = set()

    def walk(rule: str, path: tuple[str, ...]) -> None:
        if rule in path:
            raise TypeError(f"rules yield to one another in a circle: {' -> '.join((*path, rule))}")
        if rule in done:
            return
        for other in to[rule]:
            walk(other, (*path, rule))
        done.add(rule)

    for rule in to:
        walk(rule, ())


def concept_dials() -> tuple[type[Dials], ...]:
    """Every kind of dials that a concept declares, by name."""
    for module in pkgutil.iter_modules(_concepts.__path__):
        importlib.import_module(f"{_concepts.__name__}.{module.name}")
    found = {
        kind
        for kind in Dials.__subclasses__()
        if getattr(sys.modules.get(kind.__module__), kind.__name__, None) is kind
    }
    return tuple(sorted(found, key=lambda kind: kind.__name__))
