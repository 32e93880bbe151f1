"""What stands against teriparatide and abaloparatide: osteosarcoma risk, high calcium, and cautions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, Procedure, concept
from cards.concepts import calcium, exposure, renal_function, scope
from cards.concepts.contraindications.answer import Answer, Cleared, Given, contraindication, dated, unseen_results
from cards.formulary import PTH_ANALOGUES, name
from cards.rule import Days, Months, Years
from cards.verdict import CRITICAL, WARNING, Because, Indicator
from cards.when import NO, add_days, add_months

BONE_MALIGNANCY: Final = "bone malignancy"
RAISED_RISK: Final = "increased osteosarcoma risk"
METABOLIC: Final = "metabolic bone disease"

_DISEASES: Final = (
    ("bone-malignancy", BONE_MALIGNANCY, "malignant tumour of bone", True),
    ("bone-metastasis", BONE_MALIGNANCY, "bone metastases", True),
    ("myeloma", BONE_MALIGNANCY, "myeloma", True),
    ("paget-disease", RAISED_RISK, "Paget disease of bone", True),
    ("hereditary-osteosarcoma-risk", RAISED_RISK, "hereditary predisposition", True),
    ("cancer-susceptibility", RAISED_RISK, "hereditary predisposition", True),
    ("metabolic-bone-disease", METABOLIC, "recorded diagnosis", False),
)
"""Value set, what a summary calls it, the factor, and whether it counts when it is over (an event, not a state)."""

OPEN_EPIPHYSES_BEFORE: Final = Years(25)
STONES_WITHIN: Final = Months(12)
ALKALINE_PHOSPHATASE_WITHIN: Final = Days(365)
_CAUTIONARY: Final = frozenset(("hyperparathyroidism-secondary", "urolithiasis", "other-calcium-disorder"))
_NAMED: Final = {
    "cancer-susceptibility": re.compile(r"\bli[\s-]?fraumeni\b|\bretinoblastoma\b", re.IGNORECASE),
    "other-calcium-disorder": re.compile(r"\bcalciphylaxis\b|\bcalcific ura?emic arteriolopathy\b", re.IGNORECASE),
}
"""Value sets whose codes mean other things too: what the words of the diagnosis must name."""

_NAMED_IN_SUMMARY: Final = 3
_TIMES_UPPER_LIMIT: Final = Decimal("1.5")

_RADIATION_TAGS: Final = frozenset(("external-beam-radiotherapy", "brachytherapy"))
_RADIATION_WORDS: Final = re.compile(
    r"\b((radio|tele|brachy)therapy|radiation (therapy|treatment)|(external[\s-])?beam (ir)?radiation|radiosurgery"
    r"|proton (beam )?(radiation )?therapy|gamma ?knife|cyber ?knife|sbrt|sabr|imrt|vmat|xrt"
    r"|(total[\s-]body|whole[\s-]brain|craniospinal|pelvic|spinal) (ir)?radiation)\b",
    re.IGNORECASE,
)
_NOT_SKELETAL: Final = re.compile(
    r"\b(radio-?iodine|iodine(?![\s-]*125)|i-?131|diagnostic|ultraviolet|uv[ab]?|phototherapy|superficial|consult\w*|planning|simulation)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Factor:
    """One factor of risk at the level it has on an order."""

    indicator: Indicator
    kind: str
    words: str
    because: Because
    tentative: bool = False


@concept
def osteosarcoma_risk(chart: Chart, given: Given) -> Answer:
    """R-CI-PTH-01: bone malignancy, Paget disease, radiotherapy, open epiphyses, heredity, metabolic bone disease."""
    if given.ingredient not in PTH_ANALOGUES:
        return Cleared(f"{name(given.ingredient)} is not tied to osteosarcoma")
    factors = sorted(_factors(chart), key=lambda each: (each.tentative, -each.indicator, each.kind != BONE_MALIGNANCY))
    if not factors:
        chart.conditions.whole()
        chart.procedures.whole()
        chart.section("patient").whole()
        return Cleared("no factor that raises the risk of osteosarcoma is recorded")
    first = factors[0]
    return contraindication(
        given, "osteosarcoma-risk", first.indicator, f"{first.kind} ({phrases.quote(first.words)})",
        tuple(each.because for each in factors), kind=first.kind,
        plain=f"{first.kind} ({first.words})", tentative=first.tentative,
        lasting=first.kind == BONE_MALIGNANCY,
    )  # fmt: skip


@concept
def hypercalcemia(chart: Chart, given: Given) -> Answer:
    """R-CI-PTH-02: calcium above its limit within a year, or a current hypercalcemic disorder."""
    if given.ingredient not in PTH_ANALOGUES:
        return Cleared(f"{name(given.ingredient)} does not raise calcium")
    found = calcium.high(chart)
    if found is not None:
        return contraindication(
            given, "hypercalcemia-contraindication", CRITICAL, found.words, found.because,
            checks=unseen_results(chart), tentative=found.tentative,
        )  # fmt: skip
    calcium.nothing_missed(chart)
    latest = calcium.latest(chart)
    if latest is None:
        return Cleared("no calcium is on file and no hypercalcemic disorder is recorded")
    told = f"calcium {latest.words} of {phrases.when(latest.when)}"
    if latest.value > latest.high:
        days = chart.dials(calcium.Calcium).high_within
        return Cleared(f"{told} is high but older than {days} days", (latest.because,))
    return Cleared(f"{told} is not above {phrases.number(latest.high)}", (latest.because,))


@concept
def caution(chart: Chart, given: Given) -> Answer:
    """R-CI-PTH-02 and -03: secondary hyperparathyroidism, stones, calciphylaxis, digoxin, low eGFR, high ALP."""
    if given.ingredient not in PTH_ANALOGUES:
        return Cleared(f"{name(given.ingredient)} is no PTH analogue")
    found = sorted(_cautions(chart), key=lambda each: each.tentative)
    if not found:
        renal_function.nothing_missed(chart)
        exposure.nothing_missed(chart)
        return Cleared("none of the cautions of PTH analogues is recorded")
    told = list(dict.fromkeys(each.words for each in found if not each.tentative or found[0].tentative))
    more = len(told) - _NAMED_IN_SUMMARY
    words = phrases.listed(told if more < 1 else [*told[:_NAMED_IN_SUMMARY], f"{more} more"])
    because = tuple(each.because for each in found)
    return contraindication(given, "pth-analog-caution", WARNING, words, because, tentative=found[0].tentative)


def is_skeletal_radiation(done: Procedure) -> bool:
    """External beam or implant radiation that may have reached the skeleton: by code, or by its whole name.

    Radioiodine, diagnostic and ultraviolet radiation do not count, nor what is documented as superficial.
    """
    if _NOT_SKELETAL.search(done.text):
        return False
    return bool(done.tags & _RADIATION_TAGS or _RADIATION_WORDS.search(done.text))


def _factors(chart: Chart) -> Iterator[_Factor]:
    for tag, kind, words, past_counts in _DISEASES:
        for fact in chart.conditions:
            if tag in fact.tags and (past_counts or fact.current) and _names(fact, tag):
                because = Because(f"{phrases.capital(kind)}: {phrases.quote(fact.told)}", dated(fact), fact.ref)
                told = phrases.plain(fact.told, 40) if kind == METABOLIC else words
                yield _Factor(CRITICAL, kind, told, because, fact.tentative)
    for done in chart.procedures:
        if is_skeletal_radiation(done):
            because = Because(f"Radiotherapy: {phrases.quote(done.text)}", done.when, done.ref)
            yield _Factor(CRITICAL, RAISED_RISK, "radiotherapy", because)
    patient = chart.patient
    if patient is not None and patient.born is not None and scope.older_than(chart, OPEN_EPIPHYSES_BEFORE) is NO:
        because = Because(f"Born {phrases.when(patient.born)}: epiphyses may be open", ref=patient.ref)
        yield _Factor(CRITICAL, RAISED_RISK, "age under 25", because)
    for fact in chart.conditions:
        if "radiation-history" in fact.tags:
            because = Because(
                f"History of irradiation, site not recorded: {phrases.quote(fact.told)}", dated(fact), fact.ref
            )
            yield _Factor(WARNING, RAISED_RISK, "irradiation, site not recorded", because, fact.tentative)


def _names(fact: Condition, tag: str) -> bool:
    return tag not in _NAMED or bool(_NAMED[tag].search(fact.text))


def _cautions(chart: Chart) -> Iterator[_Factor]:
    since = add_months(chart.today, -STONES_WITHIN)
    for fact in chart.conditions:
        if fact.tags.isdisjoint(_CAUTIONARY):
            continue
        when = dated(fact)
        told = Because(phrases.capital(phrases.quote(fact.told)), when, fact.ref)
        if "hyperparathyroidism-secondary" in fact.tags and fact.current:
            yield _Factor(WARNING, "", "secondary hyperparathyroidism", told, fact.tentative)
        if "other-calcium-disorder" in fact.tags and fact.current and _names(fact, "other-calcium-disorder"):
            yield _Factor(WARNING, "", "calciphylaxis", told, fact.tentative)
        if "urolithiasis" in fact.tags and (
            fact.current or (when is not None and when.within(since, chart.today).possibly)
        ):
            yield _Factor(WARNING, "", "urinary stones", told, fact.tentative)
    if exposure.active(chart, "digoxin").possibly:
        newest = exposure.evidence(chart, "digoxin")[-1]
        yield _Factor(WARNING, "", "digoxin", Because("Digoxin is in use", newest.started, newest.ref))
    disease = renal_function.advanced(chart)
    if disease is not None:
        yield _Factor(WARNING, "", disease.words, disease.because, disease.tentative)
    yield from _high_alkaline_phosphatase(chart)


def _high_alkaline_phosphatase(chart: Chart) -> Iterator[_Factor]:
    found = [fact for fact in chart.laboratory if fact.test == "alkaline-phosphatase"]
    newest = max(found, key=lambda fact: (fact.when.latest, fact.value), default=None)
    since = add_days(chart.today, -ALKALINE_PHOSPHATASE_WITHIN)
    if newest is None or newest.high is None or not newest.when.within(since, chart.today).possibly:
        return
    if newest.value > _TIMES_UPPER_LIMIT * newest.high:
        text = f"Alkaline phosphatase {newest.value:.0f} U/L, limit {newest.high:.0f}: explain it"
        yield _Factor(WARNING, "", "high alkaline phosphatase", Because(text, newest.when, newest.ref))
