"""Rules × chart → outcomes: what each rule answers for this patient, or why it could not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from cards import phrases
from cards.chart import Chart, Draft, NotRead, State, Therapy
from cards.concepts import exposure, lasting_effect, product, scope
from cards.formulary import OSTEOPOROSIS_DRUGS
from cards.rule import DRAFT, ORDER_HOOKS, THERAPY, Rule
from cards.verdict import CRITICAL, WARNING, Finding, Lacking, Silent, Verdict

SECTION_NAMES: Final = {
    "patient": "patient record",
    "conditions": "problem list and diagnoses",
    "medication_requests": "medication orders",
    "medication_statements": "medication statements",
    "medication_dispenses": "dispensing record",
    "medication_administrations": "injection and administration record",
    "bone_densities": "bone density results",
    "laboratory": "laboratory results",
    "vital_signs": "weight",
    "fracture_risk": "recorded fracture risk",
    "risk_assessments": "risk assessments",
    "social_history": "social history",
    "procedures": "procedures",
    "allergies": "allergies",
    "appointments": "appointments",
    "service_requests": "open orders of tests",
    "encounters": "encounter",
    "drafts": "draft orders",
}
"""How a card names a section of the chart."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The rule could not be judged: these sections were not read, or not whole."""

    sections: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The rule raised; `error` is the exception's class alone, since its text may hold the record."""

    error: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule answered, for the whole chart or for one draft or therapy.

    `concerned` is false where the orders of the hook are none of the rule's: nothing was read for it.
    """

    rule: Rule
    verdict: Verdict | Unread | Failed
    judged: Draft | Therapy | None = None
    not_seen: tuple[str, ...] = ()
    concerned: bool = True


def assess(chart: Chart, rules: Iterable[Rule]) -> tuple[Outcome, ...]:
    """Every rule's answer for this chart, in the order given. A rule that raises silences no other."""
    outside = scope.outside(chart)
    scopes = scope.of(chart)
    drafts = tuple(chart.peek("drafts"))
    outcomes: list[Outcome] = []
    for rule in rules:
        if outside:
            outcomes.append(Outcome(rule, Silent(outside)))
            continue
        if not _concerned(chart, rule, drafts):
            outcomes.append(Outcome(rule, Silent("no order here concerns it"), concerned=False))
            continue
        hidden = sorted(scopes - rule.even_in)
        if hidden:
            outcomes.append(Outcome(rule, _out_of_scope(chart, hidden[0])))
            continue
        subjects = _subjects(chart, rule, drafts)
        if not subjects:
            outcomes.append(Outcome(rule, _nothing_to_judge(chart, rule), concerned=chart.hook not in ORDER_HOOKS))
        outcomes += [_ask(chart, rule, subject, scopes) for subject in subjects]
    return tuple(outcomes)


def _concerned(chart: Chart, rule: Rule, drafts: tuple[Draft, ...]) -> bool:
    if chart.hook not in ORDER_HOOKS or chart.hook in rule.in_use_on or not rule.only_for_drafts_of:
        return True
    return any(_is_for(rule, each) for each in drafts)


def _is_for(rule: Rule, draft: Draft) -> bool:
    return not rule.only_for_drafts_of or not rule.only_for_drafts_of.isdisjoint(draft.order.ingredients)


def _out_of_scope(chart: Chart, name: str) -> Silent | Lacking | Unread:
    """Why a rule does not speak in this scope; where a better record would open it, what to record (R-SCOPE-05)."""
    if name == "oncology":
        return Silent("an oncology antiresorptive is active; osteoporosis rules rest")
    if name == "palliative":
        return Silent("palliative care is recorded")
    why = f"restricted mode: {scope.restricted(chart)}"
    patient = chart.peek("patient")
    if patient.state is not State.WHOLE:
        return Unread(("patient",), patient.why)
    wanted = scope.wanted(chart)
    return Lacking(wanted, phrases.capital(why)) if wanted else Silent(why)


def _nothing_to_judge(chart: Chart, rule: Rule) -> Silent | Unread:
    """No drug in use was seen: silence only where the lists of drugs were read (unknown is never absent)."""
    if THERAPY in rule.judges and (chart.hook not in ORDER_HOOKS or chart.hook in rule.in_use_on):
        try:
            exposure.nothing_missed(chart)
        except NotRead as missing:
            return Unread((missing.section,), missing.why)
    return Silent("there is no order, and no drug in use, for this rule to judge")


def _subjects(chart: Chart, rule: Rule, drafts: tuple[Draft, ...]) -> tuple[Draft | Therapy | None, ...]:
    if not rule.judges:
        return (None,)
    if chart.hook not in ORDER_HOOKS:
        return _in_use(chart, rule) if THERAPY in rule.judges else ()
    orders = tuple(each for each in drafts if each.selected and _is_for(rule, each)) if DRAFT in rule.judges else ()
    if chart.hook not in rule.in_use_on:
        return orders
    named = {key for each in drafts if each.selected or each.stops for key in each.order.ingredients}
    return (*orders, *(each for each in _in_use(chart, rule) if each.ingredient not in named))


def _in_use(chart: Chart, rule: Rule) -> tuple[Therapy, ...]:
    return (*exposure.therapies(chart), *(lasting_effect.therapies(chart) if rule.lasting else ()))


def _ask(chart: Chart, rule: Rule, subject: Draft | Therapy | None, scopes: frozenset[str]) -> Outcome:
    unread = tuple(sorted(name for name in rule.reads if chart.peek(name).state is State.UNREAD))
    if unread:
        return Outcome(rule, Unread(unread, chart.peek(unread[0]).why), subject)
    with chart.lent_to(rule.declared) as touched:
        try:
            verdict = rule.judge(chart) if subject is None else rule.judge(chart, subject)
        except NotRead as missing:
            return Outcome(rule, Unread((missing.section,), missing.why), subject)
        except Exception as error:  # noqa: BLE001 - one broken rule never silences another
            return Outcome(rule, Failed(type(error).__name__), subject)
    if isinstance(verdict, Silent):
        cut = tuple(
            sorted(name for name in touched & (rule.reads | rule.helped_by) if chart.peek(name).state is State.PARTIAL)
        )
        if cut:
            return Outcome(rule, Unread(cut, chart.peek(cut[0]).why), subject)
    if isinstance(verdict, Finding) and subject is not None and (doubt := _doubt(subject)):
        if isinstance(subject, Therapy) or rule.contraindicates:
            verdict = replace(verdict, check_first=(f"Verify the drug: {doubt}.", *verdict.check_first))
        else:
            verdict = product.which_drug(subject)
    not_seen = tuple(sorted(name for name in rule.helped_by if chart.peek(name).state is State.UNREAD))
    if isinstance(verdict, Finding):
        verdict = _capped(verdict, not_seen)
        if "palliative" in scopes and not (verdict.indicator is CRITICAL and isinstance(subject, Draft)):
            return Outcome(rule, Silent("palliative care is recorded"), subject)
    concerned = not isinstance(subject, Draft) or not set(OSTEOPOROSIS_DRUGS).isdisjoint(subject.order.ingredients)
    return Outcome(rule, verdict, subject, not_seen, concerned)


def _doubt(subject: Draft | Therapy) -> str:
    """Why the order, or all that shows the drug in use, is only a maybe; "" where it is not."""
    shown = (subject.order,) if isinstance(subject, Draft) else subject.in_force
    return shown[-1].doubt if all(fact.doubt for fact in shown) else ""


def _capped(finding: Finding, not_seen: tuple[str, ...]) -> Finding:
    if not not_seen:
        return finding
    names = [SECTION_NAMES[name] for name in not_seen]
    words = f"Not available here: {', '.join(names)}. Verify before acting."
    return replace(finding, indicator=min(finding.indicator, WARNING), check_first=(words, *finding.check_first))
