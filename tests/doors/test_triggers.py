"""A vendor's trigger that arrives as patient-view: the client's map, what it adds to the answer, and what is odd."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cards import catalog, triggers
from cards.assess import Outcome, assess
from cards.chart import Chart
from cards.verdict import INFO, WARNING, Because, Finding, Indicator, Silent
from service.clients import Client, load
from service.errors import Misconfigured
from service.fhir.gather import gather
from service.fhir.read import read_chart
from service.fhir.shorthand import expand
from service.settings import Settings, from_environment
from tests.doors import checks
from tests.doors.conftest import DAY, Serve
from tests.doors.messages import hook, post
from tests.doors.test_hooks import ADMITTED, EVERY, FAILED, TABLETS, WOMAN, call, offers, spoken, topics

NAME = "com.epic.cdshooks.request.bpa-trigger-action"
PROBLEM, DISCHARGE = "problem-list-item-create", "encounter-discharge"
EPIC = Client("open", NAME, {"6": PROBLEM, "7": PROBLEM, "27": DISCHARGE})
FILE = f"""
[client.open]
trigger_extension = "{NAME}"
triggers = {{ "6" = "{PROBLEM}", "7" = "{PROBLEM}", "27" = "{DISCHARGE}" }}
"""
TODAY = {"code": "M80.08XA", "on": "2026-01-10", "recorded": "2026-01-15"}
RULES = catalog.load()


@pytest.fixture(scope="module")
def routed(serve: Serve) -> Iterator[str]:
    """The base URL of a service whose callers send triggers."""
    with serve(Settings(as_of=DAY, log_level="error", clients={"open": EPIC}), catalog=None) as url:
        yield url


def triggered(value: Any, **case: Any) -> dict[str, Any]:
    """Opening a chart, with a trigger told in the extension; `...` for none."""
    body = call("patient-view", **case)
    return body if value is ... else {**body, "extension": {NAME: value, "com.epic.cdshooks.request.epic-version": "9"}}


def seen(hook: str, beside: tuple[str, ...] = (), **case: Any) -> tuple[Chart, tuple[Outcome, ...]]:
    """The chart of a case on a hook, and what the rules answer, those of the hooks beside among them."""
    moment = expand({"today": "2026-01-15", "patient": WOMAN, "hook": hook, **case})
    chart = read_chart(gather(moment.asked(EVERY), EVERY), date(2026, 1, 15))
    outcomes = assess(chart, RULES.for_hook(hook))
    for each in beside:
        outcomes = triggers.beside(chart, outcomes, each, RULES.for_hook(each))
    return chart, outcomes


def verdict(outcomes: tuple[Outcome, ...], topic: str) -> Any:
    (found,) = [each.verdict for each in outcomes if each.rule.id == topic]
    return found


# What a trigger is


@pytest.mark.parametrize(
    "extension",
    [
        {NAME: "6"}, {NAME: 6}, {NAME: 6.0}, {NAME: " 6 "}, {NAME: ["6"]}, {NAME: [5, 6]}, {NAME: {"id": "6"}},
        {NAME: [{"code": 6, "display": "Enter problem"}]}, [{"url": NAME, "valueString": "6"}], [{NAME: "6"}],
    ],
)  # fmt: skip
def test_a_trigger_is_read_as_text_or_number_alone_or_inside_an_object_or_list(extension: Any) -> None:
    assert EPIC.routed(extension) == ((PROBLEM,), True)


@pytest.mark.parametrize(
    "extension",
    [None, {}, [], "6", 6, {"another": "6"}, [{"url": "another", "valueString": "6"}], [None, 3], {NAME: "60"},
     {NAME: 6.5}, {NAME: "problem"}],
)  # fmt: skip
def test_another_trigger_or_none_stands_for_no_other_hook(extension: Any) -> None:
    assert EPIC.routed(extension) == ((), True)


@pytest.mark.parametrize("value", [None, True, "", " ", [], {}, [None], {"id": None}, [[[[["6"]]]]]])
def test_a_trigger_that_holds_nothing_readable_is_told_apart(value: Any) -> None:
    assert EPIC.routed({NAME: value}) == ((), False)


def test_a_client_without_a_map_is_not_asked_for_its_trigger() -> None:
    assert Client("open").routed({NAME: None}) == ((), True)


def test_several_triggers_of_one_call_stand_for_each_hook_once() -> None:
    assert EPIC.routed({NAME: ["27", "6", 7]}) == ((DISCHARGE, PROBLEM), True)


# What it adds


def test_a_problem_recorded_today_is_new_where_the_trigger_says_a_problem_was_entered() -> None:
    _, outcomes = seen("patient-view", (PROBLEM,), **TABLETS, conditions=[TODAY])
    asked = seen(PROBLEM, **TABLETS, conditions=[{**TODAY, "new": True, "id": "f"}])[1]
    assert isinstance(verdict(outcomes, "treatment-failure"), Finding)
    assert verdict(outcomes, "treatment-failure").summary == verdict(asked, "treatment-failure").summary


@pytest.mark.parametrize(
    ("condition", "is_new"),
    [
        ({"on": "2025-01-10", "recorded": "2026-01-15"}, True),
        ({"on": "2025-01-10", "recorded": "2026-01-14"}, False),
        ({"on": "2026-01-15", "recorded": "2026-01-14"}, False),
        ({"on": "2025-01-10", "recorded": "2026-01"}, False),
        ({"on": "2026-01-15"}, True),
        ({"on": "2026-01-14"}, False),
        ({"on": "2026-01"}, False),
        ({"recorded": "2026-01-15"}, True),
        ({}, False),
    ],
)
def test_a_problem_counts_as_new_on_the_day_it_is_recorded_or_else_begins(
    condition: dict[str, str], is_new: bool
) -> None:
    chart, _ = seen("patient-view", **TABLETS, conditions=[{"code": "M80.08XA", **condition}])
    asked = []

    def remember(outcome_chart: Chart) -> Silent:
        asked.extend(each.in_context for each in outcome_chart.conditions)
        return Silent("asked")

    watching = replace(RULES["onj"], judge=remember, judges=frozenset(), reads=frozenset(("conditions",)))
    triggers.beside(chart, (), PROBLEM, [watching])
    assert asked == [is_new]
    assert [each.in_context for each in chart.conditions] == [False]


@pytest.mark.parametrize(
    ("of_chart", "of_other", "kept"),
    [
        (WARNING, INFO, "patient-view"), (WARNING, WARNING, PROBLEM), (INFO, WARNING, PROBLEM),
        (WARNING, None, "patient-view"), (None, INFO, PROBLEM), (None, None, "patient-view"),
    ],
)  # fmt: skip
def test_the_louder_of_two_findings_is_kept_and_of_two_alike_that_of_the_moment(
    of_chart: Indicator | None, of_other: Indicator | None, kept: str
) -> None:
    levels = {"patient-view": of_chart, PROBLEM: of_other}

    def answer(asked: Chart) -> Finding | Silent:
        level = levels[asked.hook]
        return Finding(level, asked.hook, (Because("A fact"),)) if level is not None else Silent(asked.hook)

    chart, _ = seen("patient-view")
    rule = replace(RULES["onj"], judge=answer, judges=frozenset(), reads=frozenset())
    (outcome,) = triggers.beside(chart, assess(chart, [rule]), PROBLEM, [rule])
    told = outcome.verdict
    assert (told.summary if isinstance(told, Finding) else told.why) == kept


def test_a_rule_that_opening_the_chart_does_not_ask_answers_for_itself() -> None:
    chart, _ = seen("patient-view")
    rule = replace(RULES["onj"], judge=lambda asked: Silent(asked.hook), judges=frozenset(), reads=frozenset())
    (outcome,) = triggers.beside(chart, (), PROBLEM, [rule])
    assert outcome.verdict == Silent(PROBLEM)


def test_no_rule_of_the_chart_is_lost_and_none_is_told_twice() -> None:
    for beside in ((), (PROBLEM,), (DISCHARGE,), (DISCHARGE, PROBLEM)):
        _, outcomes = seen("patient-view", beside, **FAILED, encounter=ADMITTED)
        ids = [each.rule.id for each in outcomes]
        assert len(ids) == len({(each.rule.id, each.judged.ref if each.judged else "") for each in outcomes})
        assert set(ids) == {rule.id for rule in RULES.for_hook("patient-view")}


def test_at_discharge_the_rules_of_discharge_answer_in_the_words_of_discharge(routed: str) -> None:
    opened = post(routed, triggered("60", **FAILED))
    assert "zoledronic acid" in offers(opened)
    body = triggered("27", **FAILED)
    body["prefetch"]["encounter"] = call(DISCHARGE, encounter={"class": "IMP", "from": "2026-01-14"})["prefetch"][
        "encounter"
    ]
    late = post(routed, body)
    assert topics(late) == topics(opened) == ["treatment-failure warning"]
    assert "zoledronic acid" not in offers(late)
    assert "no creatinine since the admission" in spoken(late)
    body["prefetch"]["encounter"]["period"]["start"] = "2026-01-12"
    assert "zoledronic acid" in offers(post(routed, body))


def test_at_discharge_without_the_encounter_zoledronic_acid_is_not_offered(routed: str) -> None:
    answer = post(routed, triggered(27, **FAILED))
    assert topics(answer) == ["treatment-failure warning"]
    assert "zoledronic acid" not in offers(answer)


def test_a_rule_of_the_chart_alone_offers_no_zoledronic_acid_at_discharge(routed: str) -> None:
    case = {
        "conditions": [{"code": "M81.0"}], "labs": FAILED["labs"],
        "dxa": [{"site": "total hip", "on": "2025-12-01", "t": -3.8}],
    }  # fmt: skip
    opened, leaving = post(routed, triggered(60, **case)), post(routed, triggered(27, **case))
    assert topics(opened) == topics(leaving) == ["very-high-risk info"]
    assert "zoledronic acid" in offers(opened)
    assert "zoledronic acid" not in offers(leaving)
    assert "teriparatide" in offers(leaving)
    assert triggers.HELD_BACK in spoken(leaving)
    assert triggers.HELD_BACK not in spoken(opened)


@pytest.mark.parametrize("value", [..., "60", 23, None, True, [], {"id": []}, "x" * 5000])
def test_any_other_trigger_gives_the_bytes_of_opening_the_chart(routed: str, value: Any) -> None:
    plain = post(routed, triggered(..., **FAILED))
    answer = post(routed, triggered(value, **FAILED))
    assert answer.status_code == 200
    assert answer.content == plain.content


@pytest.mark.parametrize("extension", [None, [], "27", 27, [None], {"x": 1}])
def test_an_extension_of_any_kind_is_taken(routed: str, extension: Any) -> None:
    checks.cards(post(routed, {**call("patient-view"), "extension": extension}))


def test_a_trigger_on_another_hook_stands_for_nothing_more(routed: str) -> None:
    body = call("encounter-start", encounter={"class": "IMP", "from": "2026-01-14"}, **FAILED)
    assert "zoledronic acid" in offers(post(routed, body))
    assert post(routed, {**body, "extension": {NAME: "27"}}).content == post(routed, body).content


def test_without_a_map_a_trigger_changes_nothing(base: str) -> None:
    body = hook()
    assert post(base, {**body, "extension": {NAME: "27"}}).content == post(base, body).content


def test_the_log_names_the_hooks_a_trigger_stands_for_and_never_its_value(
    serve: Serve, capfd: pytest.CaptureFixture[str]
) -> None:
    with serve(Settings(as_of=DAY, clients={"open": EPIC}), catalog=None) as url:
        for value in ("27", {"id": [None]}, "secret"):
            post(url, triggered(value))
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if '"event":"request"' in line]
    assert [line.get("trigger") for line in lines] == [[DISCHARGE], "not readable", None]
    assert "secret" not in json.dumps(lines)


# The file


def clients_file(folder: Path, text: str) -> Path:
    path = folder / "clients.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_clients_of_a_file_are_read(tmp_path: Path) -> None:
    path = clients_file(tmp_path, FILE + "\n[client.another]\n")
    assert load(path) == {"open": EPIC, "another": Client("another")}
    assert from_environment({"OSTEOHOOKS_CLIENTS": str(path)}).clients["open"] == EPIC


def test_the_shipped_example_is_read() -> None:
    shipped = Path(__file__).resolve().parent.parent.parent / "deploy" / "clients.toml"
    assert load(shipped) == {"open": EPIC}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[client.open", "is not TOML"),
        ("[site]\n", "has [site]; clients are written [client.NAME]."),
        ("client = 3\n", "clients are tables, written [client.NAME]."),
        ("[client]\nopen = 3\n", "clients are tables, written [client.NAME]."),
        ("[client.open]\ntrigger = {}\n", "nothing of a client is called 'trigger'; did you mean triggers"),
        ("[client.open]\nzzz = 1\n", "known: triggers, trigger_extension."),
        ('[client.open]\ntrigger_extension = "x"\n', "triggers and trigger_extension stand together"),
        (f'[client.open]\ntriggers = {{ "6" = "{PROBLEM}" }}\n', "triggers and trigger_extension stand together"),
        ("[client.open]\ntrigger_extension = 6\n", "trigger_extension must be the name of a request's extension"),
        ('[client.open]\ntrigger_extension = "x"\ntriggers = ["6"]\n', "triggers must be a table"),
        (FILE.replace(f'"27" = "{DISCHARGE}"', '"27" = "encounter-dicharge"'),
         "trigger '27' goes to no hook 'encounter-dicharge'; did you mean encounter-discharge?"),
        (FILE.replace(f'"27" = "{DISCHARGE}"', '"27" = "order-sign"'), "goes to no hook 'order-sign'"),
        (FILE.replace(f'"27" = "{DISCHARGE}"', '"27" = 3'), "goes to no hook '3'; known: problem-list-item-create"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_hold_refuses_to_start_with_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    path = clients_file(tmp_path, text)
    with pytest.raises(Misconfigured) as refused:
        from_environment({"OSTEOHOOKS_CLIENTS": str(path)})
    assert told in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read for the clients"):
        load(tmp_path / "none.toml")
