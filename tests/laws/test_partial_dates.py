"""A day known only to its month or year makes no advice on treatment louder: maybe never warns."""

from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from cards.verdict import INFO
from tests.laws.histories import Told, histories, law
from tests.laws.parts import advised, awaiting, failing
from tests.laws.playing import every_rule, findings, play

RULES = {rule.id: rule for rule in every_rule().rules}
MAYBE_IS_YES = frozenset(("R-AFF-01", "R-DUP-02"))
"""Rows besides the contraindications in which a maybe counts (R-DATE-07)."""

IN_PLACE_OF: Mapping[str, str] = {
    "very-high-risk": "treatment-failure",
    "inadequate-response": "treatment-failure",
    "oral-bp-absorption-adherence": "treatment-failure",
    "anabolic-course-ending": "lifetime-limit-pth",
    "denosumab-transition-plan": "transition-too-early",
}
"""Rules that rest while another one, more certain or louder than they, speaks."""

BESIDE = "oral-bp-absorption-adherence"
"""Poor adherence that is sure is told beside a failure that is not (2.4)."""

DATED = ("on", "from", "to", "recorded")
LISTS = ("meds", "doses", "conditions", "dxa", "frax", "procedures")


def places(told: Told) -> list[tuple[str, int, str, int]]:
    """Where a case names a day: list, which of it, key, which of its days (the newest of many)."""
    found = []
    for key in LISTS:
        for place, fact in enumerate(told[key]):
            for name in DATED:
                days = fact.get(name, [])
                number = len(days) - 1 if isinstance(days, list) else 0
                found += [(key, place, name, number)] if days else []
    return found


def less_exact(told: Told, where: tuple[str, int, str, int], length: int) -> Told:
    """The case with that one day cut to its month (7) or its year (4)."""
    key, place, name, number = where
    fact: dict[str, Any] = dict(told[key][place])
    if isinstance(fact[name], list):
        fact[name] = [day[:length] if each == number else day for each, day in enumerate(fact[name])]
    else:
        fact[name] = fact[name][:length]
    return told.with_(**{key: [*told[key][:place], fact, *told[key][place + 1 :]]})


@st.composite
def blurred(pick: st.DrawFn) -> tuple[Told, Told]:
    situations = [histories(hooks=("patient-view",), bare=True, of=of) for of in (failing, awaiting, advised)]
    told = pick(st.one_of(*situations, histories(healthy=True)))
    assume(places(told))
    return told, less_exact(told, pick(st.sampled_from(places(told))), pick(st.sampled_from((7, 7, 4))))


@law(450)
@given(blurred())
def test_a_less_exact_date_makes_no_advice_on_treatment_louder_and_offers_no_more(both: tuple[Told, Told]) -> None:
    exact, less = (findings(play(told)) for told in both)
    spoke = {rule for rule, _ in exact}
    for key, finding in less.items():
        rule, before = RULES[key[0]], int(exact[key].indicator) if key in exact else 0
        if finding.indicator <= before or rule.contraindicates or not MAYBE_IS_YES.isdisjoint(rule.rows):
            continue
        instead = IN_PLACE_OF.get(rule.id) in spoke
        asks = rule.id == "treatment-failure-possible" and finding.indicator is INFO
        beside = rule.id == BESIDE and ("treatment-failure-possible", "") in less
        assert asks or instead or beside, f"{key}: {finding}\nfrom {both[1]}"
    for key in exact.keys() & less.keys():
        more = {each.drug for each in less[key].suggestions} - {each.drug for each in exact[key].suggestions}
        assert more <= {""}, f"{key} offers {more} too\nfrom {both[1]}"
