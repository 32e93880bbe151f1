"""What the engine does with a rule's answer: gates, caps, scopes, failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.assess import Failed, Unread, assess
from cards.chart import Chart, Condition, Draft, Medication, Patient, Section, Site, Source, State, Unusable, concept
from cards.compose import compose
from cards.evidence.iscd import FRAX, PRECISION, REPORTING
from cards.rule import Rule, rule
from cards.verdict import CRITICAL, INFO, WARNING, Because, Finding, Lacking, Line, Silent, Verdict
from cards.when import When

TODAY = date(2026, 1, 15)
WOMAN = Patient("Patient/1", "female", When.on(date(1950, 3, 1)), deceased=False)
OSTEOPOROSIS = Condition(
    "Condition/1", frozenset({"osteoporosis"}), (), "osteoporosis", When.by(TODAY), None, False, "active", "confirmed"
)
EVERY = (
    "conditions", "medication_requests", "medication_statements", "medication_dispenses", "medication_administrations",
    "bone_densities", "laboratory", "vital_signs", "fracture_risk", "risk_assessments", "social_history", "procedures",
    "allergies", "appointments", "service_requests", "encounters", "drafts",
)  # fmt: skip


def a_chart(*, hook: str = "patient-view", site: Site | None = None, **sections: Section[Any]) -> Chart:
    whole: dict[str, Section[Any]] = {name: Section(name) for name in EVERY}
    whole["patient"] = Section("patient", (WOMAN,))
    whole["conditions"] = Section("conditions", (OSTEOPOROSIS,))
    return Chart(TODAY, {**whole, **sections}, hook=hook, site=site)


def a_rule(name: str, answer: Callable[..., Verdict], **declared: Any) -> Rule:
    def judge(chart: Chart, *subject: Any) -> Verdict:
        return answer(chart, *subject)

    judge.__name__ = name
    judge.__doc__ = "Speaks when asked.\n\nSilent when not.\n\nBecause it is a test."
    return rule(
        title=declared.pop("title", name),
        rows=(),
        hooks=declared.pop("hooks", ("patient-view", "order-sign")),
        reads=declared.pop("reads", ("conditions",)),
        evidence=(PRECISION,),
        **declared,
    )(judge)


def speak(indicator: Any = CRITICAL, summary: str = "It speaks.", ingredient: str = "") -> Finding:
    return Finding(indicator, summary, (Because("a fact", When.on(TODAY), "Condition/1"),), ingredient=ingredient)


def test_a_rule_whose_section_is_unread_is_not_asked() -> None:
    asked = a_rule("asks", lambda chart: pytest.fail("it was asked"), reads=("laboratory",))
    chart = a_chart(laboratory=Section("laboratory", state=State.UNREAD, why="not sent"))
    assert assess(chart, [asked])[0].verdict == Unread(("laboratory",), "not sent")


def test_absence_in_a_cut_section_is_unread_and_presence_still_speaks() -> None:
    absent = a_rule("absent", lambda chart: Silent("none") if not chart.conditions.whole() else speak())
    present = a_rule("present", lambda chart: speak() if any(chart.conditions) else Silent("none"))
    chart = a_chart(conditions=Section("conditions", (OSTEOPOROSIS,), State.PARTIAL, "a further page was not read"))
    first, second = assess(chart, [absent, present])
    assert first.verdict == Unread(("conditions",), "a further page was not read")
    assert isinstance(second.verdict, Finding)


def test_silence_over_a_cut_section_is_unread() -> None:
    silent = a_rule("silent", lambda chart: Silent(f"{len(list(chart.conditions))} conditions"))
    chart = a_chart(conditions=Section("conditions", (), State.PARTIAL, "a further page was not read"))
    assert isinstance(assess(chart, [silent])[0].verdict, Unread)
    assert isinstance(assess(a_chart(), [silent])[0].verdict, Silent)


def test_a_helping_section_unread_caps_at_warning_and_is_named() -> None:
    helped = a_rule("helped", lambda chart: speak(), helped_by=("medication_administrations",))
    unread: Section[Any] = Section("medication_administrations", state=State.UNREAD, why="not sent")
    verdict = assess(a_chart(medication_administrations=unread), [helped])[0].verdict
    assert isinstance(verdict, Finding)
    assert verdict.indicator is WARNING
    assert "injection and administration record" in verdict.check_first[0]
    whole = assess(a_chart(), [helped])[0].verdict
    assert isinstance(whole, Finding)
    assert whole.indicator is CRITICAL


def test_a_section_that_is_not_declared_fails_the_rule() -> None:
    peeks = a_rule("peeks", lambda chart: speak() if any(chart.laboratory) else Silent("none"))
    assert assess(a_chart(), [peeks])[0].verdict == Failed("Undeclared")


def test_a_kept_concept_still_checks_what_the_rule_declares() -> None:
    @concept
    def results(chart: Chart) -> int:
        return len(list(chart.laboratory))

    declares = a_rule("declares", lambda chart: Silent(str(results(chart))), reads=("laboratory",))
    hides = a_rule("hides", lambda chart: Silent(str(results(chart))), reads=("conditions",))
    outcomes = assess(a_chart(), [declares, hides])
    assert isinstance(outcomes[0].verdict, Silent)
    assert outcomes[1].verdict == Failed("Undeclared")


def test_a_rule_that_raises_silences_no_other_and_shows() -> None:
    breaks = a_rule("breaks", lambda chart: 1 // 0, title="Broken check")  # type: ignore[arg-type,return-value]
    speaks = a_rule("speaks", lambda chart: speak(WARNING))
    chart = a_chart()
    outcomes = assess(chart, [breaks, speaks])
    assert outcomes[0].verdict == Failed("ZeroDivisionError")
    cards = compose(chart, outcomes, identity=("t",)).cards
    assert [card.topic for card in cards] == ["speaks", "data-gap"]
    assert "Broken check" in cards[1].detail


@pytest.mark.parametrize(
    ("patient", "why"),
    [
        (Patient("Patient/1", "female", When.on(date(1950, 3, 1)), deceased=True), "deceased"),
        (Patient("Patient/1", "female", When.on(date(2008, 1, 16)), deceased=False), "under 18"),
    ],
)
def test_no_rule_speaks_for_the_deceased_or_for_children(patient: Patient, why: str) -> None:
    outcome = assess(a_chart(patient=Section("patient", (patient,))), [a_rule("speaks", lambda chart: speak())])[0]
    assert isinstance(outcome.verdict, Silent)
    assert why in outcome.verdict.why


def test_restricted_mode_silences_only_rules_that_do_not_name_it() -> None:
    young = Patient("Patient/1", "female", When.on(date(1976, 1, 16)), deceased=False)
    chart = a_chart(patient=Section("patient", (young,)))
    treat = a_rule("treats", lambda chart: speak())
    safety = a_rule("guards", lambda chart: speak(), even_in=("restricted",))
    first, second = assess(chart, [treat, safety])
    assert isinstance(first.verdict, Silent)
    assert "under 50" in first.verdict.why
    assert isinstance(second.verdict, Finding)
    fifty = Patient("Patient/1", "female", When.on(date(1976, 1, 15)), deceased=False)
    assert isinstance(assess(a_chart(patient=Section("patient", (fifty,))), [treat])[0].verdict, Finding)


def denosumab(**given: Any) -> Medication:
    return Medication(
        **{
            "ref": "MedicationRequest/d", "source": Source.REQUEST, "status": "draft", "ingredients": ("denosumab",),
            "tags": frozenset({"denosumab-60mg"}), "text": "denosumab", "started": When.on(TODAY),
            "dose_mg": Decimal(60), **given,
        }
    )  # fmt: skip


def test_a_draft_rule_is_asked_for_selected_drafts_only() -> None:
    asks = a_rule("asks", lambda chart, draft: speak(ingredient=draft.ref), judges=("draft",))
    drafts = (Draft(denosumab()), Draft(denosumab(ref="MedicationRequest/e"), selected=False))
    outcomes = assess(a_chart(hook="order-sign", drafts=Section("drafts", drafts)), [asks])
    assert [each.judged for each in outcomes] == [drafts[0]]


def test_one_card_a_topic_and_drug_the_louder_stays() -> None:
    levels = iter((WARNING, CRITICAL, INFO))
    asks = a_rule("asks", lambda chart, draft: speak(next(levels), ingredient="denosumab"), judges=("draft",))
    drafts = tuple(Draft(denosumab(ref=f"MedicationRequest/{n}")) for n in range(3))
    chart = a_chart(hook="order-sign", drafts=Section("drafts", drafts))
    composed = compose(chart, assess(chart, [asks]), identity=("t",))
    assert [card.indicator for card in composed.cards] == ["critical"]
    assert len(composed.yielded) == 2


def test_a_rule_yields_to_a_topic_that_speaks() -> None:
    general = a_rule("general", lambda chart: speak(INFO), yields_to=("specific",))
    specific = a_rule("specific", lambda chart: speak(CRITICAL))
    quiet = a_rule("specific", lambda chart: Silent("no"))
    chart = a_chart()
    assert [c.topic for c in compose(chart, assess(chart, [general, specific]), identity=()).cards] == ["specific"]
    assert [c.topic for c in compose(chart, assess(chart, [general, quiet]), identity=()).cards] == ["general"]


def test_a_card_links_the_sources_its_finding_names_else_those_of_the_rule() -> None:
    chart, evidence = a_chart(), (PRECISION, REPORTING, FRAX)
    asked = replace(a_rule("asked", lambda chart: speak()), evidence=evidence)
    named = replace(
        a_rule("named", lambda chart: replace(speak(), source=REPORTING, links=(REPORTING, FRAX))), evidence=evidence
    )
    alone = replace(a_rule("alone", lambda chart: replace(speak(), links=())), evidence=evidence)
    cards = compose(chart, assess(chart, [asked, named, alone]), identity=()).cards
    told = {card.topic: (card.source, card.links) for card in cards}
    assert told["asked"] == (PRECISION, (REPORTING, FRAX))
    assert told["named"] == (REPORTING, (FRAX,))
    assert told["alone"] == (PRECISION, ())


def test_the_cap_drops_info_first_and_never_a_critical() -> None:
    rules = [a_rule(f"critical_{n}", lambda chart: speak(CRITICAL)) for n in range(4)]
    rules += [a_rule("warns", lambda chart: speak(WARNING)), a_rule("informs", lambda chart: speak(INFO))]
    chart = a_chart()
    composed = compose(chart, assess(chart, rules), identity=())
    assert [card.indicator for card in composed.cards] == ["critical"] * 4
    two = compose(chart, assess(chart, [*rules[:2], *rules[4:]]), identity=())
    assert [card.indicator for card in two.cards] == ["critical", "critical", "warning"]
    assert [each.why for each in two.yielded] == ["more than 3 cards"]
    open_chart = a_chart(site=Site(max_cards=11))
    assert len(compose(open_chart, assess(open_chart, rules), identity=()).cards) == 6


def test_what_was_not_seen_is_never_capped_and_opens_a_critical_card() -> None:
    rules = [a_rule(f"critical_{n}", lambda chart: speak(CRITICAL)) for n in range(3)]
    rules.append(a_rule("needs_labs", lambda chart: speak(), reads=("laboratory",), title="Kidney check"))
    chart = a_chart(laboratory=Section("laboratory", state=State.UNREAD, why="not sent"))
    cards = compose(chart, assess(chart, rules), identity=()).cards
    assert [card.topic for card in cards] == ["critical-0", "critical-1", "critical-2", "data-gap"]
    assert "laboratory results" in cards[3].summary
    assert "Kidney check" in cards[3].detail
    assert cards[0].detail.startswith("Osteoporosis checks incomplete: laboratory results")


def test_better_records_are_asked_for_only_away_from_a_critical_card() -> None:
    lacks = a_rule("lacks", lambda chart: Lacking("the date of the last injection", "no dose is dated"))
    loud = a_rule("loud", lambda chart: speak(CRITICAL))
    chart = a_chart()
    alone = compose(chart, assess(chart, [lacks]), identity=()).cards
    assert [card.summary for card in alone] == ["Record needed: the date of the last injection."]
    assert [card.topic for card in compose(chart, assess(chart, [lacks, loud]), identity=()).cards] == ["loud"]


def test_no_gap_is_told_where_osteoporosis_is_nobodys_question() -> None:
    needs = a_rule("needs_labs", lambda chart: speak(), reads=("laboratory",))
    unread: Section[Any] = Section("laboratory", state=State.UNREAD, why="not sent")
    nobody = a_chart(laboratory=unread, conditions=Section("conditions"))
    assert compose(nobody, assess(nobody, [needs]), identity=()).cards == ()
    unknown = a_chart(laboratory=unread, conditions=Section("conditions", state=State.UNREAD, why="not sent"))
    assert [c.topic for c in compose(unknown, assess(unknown, [needs]), identity=()).cards] == ["data-gap"]


def test_an_order_that_could_not_be_read_is_told_whoever_the_patient_is() -> None:
    unreadable: Section[Any] = Section("drafts", unusable=(Unusable("MedicationRequest/1", "it could not be read"),))
    none: Section[Any] = Section("conditions")
    asked = a_rule("asked", lambda chart: Silent("no"))
    chart = a_chart(hook="order-sign", conditions=none, drafts=unreadable)
    card = compose(chart, assess(chart, [asked]), identity=()).cards[0]
    assert (card.topic, card.summary) == (
        "data-gap",
        "Osteoporosis checks incomplete: draft orders not available or incomplete.",
    )
    assert "Draft orders: some could not be read" in card.detail
    assert "Not used: it could not be read" in card.detail
    child = Section("patient", (Patient("Patient/1", "female", When.on(date(2015, 3, 1)), deceased=False),))
    chart = a_chart(hook="order-sign", patient=child, conditions=none, drafts=unreadable)
    assert not compose(chart, assess(chart, [asked]), identity=()).cards


def test_a_line_is_told_in_the_first_card() -> None:
    line = a_rule("line", lambda chart: Line("Also very high risk."))
    loud = a_rule("loud", lambda chart: speak(WARNING))
    chart = a_chart()
    cards = compose(chart, assess(chart, [line, loud]), identity=()).cards
    assert "Also very high risk." in cards[0].detail
    assert compose(chart, assess(chart, [line]), identity=()).cards == ()


def test_the_same_call_gives_the_same_ids_and_another_call_others() -> None:
    loud = a_rule("loud", lambda chart: speak(WARNING))
    chart = a_chart()
    outcomes = assess(chart, [loud])
    first = compose(chart, outcomes, identity=("client", "service", "call-1", "1")).cards[0]
    again = compose(chart, outcomes, identity=("client", "service", "call-1", "1")).cards[0]
    other = compose(chart, outcomes, identity=("client", "service", "call-2", "1")).cards[0]
    assert first.uuid == again.uuid
    assert first.uuid != other.uuid
    assert first.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ({"hooks": ("patient-viewed",)}, "unknown hook"),
        ({"reads": ("labs",)}, "unknown section"),
        ({"overrides": ("because",)}, "unknown override reason"),
        ({"even_in": ("everything",)}, "unknown scope"),
        ({"judges": ("appointment",)}, "cannot judge"),
        ({"in_use_on": ("patient-view",)}, "no hook with drug orders"),
        ({"only_for_drafts_of": ("willow bark",)}, "unknown drug"),
    ],
)
def test_a_declaration_that_cannot_hold_is_refused_by_name(declared: dict[str, Any], fault: str) -> None:
    with pytest.raises(TypeError, match=f"rule 'wrong' cannot be declared: .*{fault}"):
        a_rule("wrong", lambda chart: Silent("x"), **declared)
