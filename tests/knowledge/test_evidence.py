"""Every source stands once, whole and dated, is cited by a card, and each card cites first the source it rests on."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date
from urllib.parse import urlsplit

import pytest

from cards import catalog, concepts, data_gap, evidence, rules
from cards.compose import EVIDENCE_DATE
from cards.concepts.contraindications import LABELS
from cards.evidence import Evidence
from cards.evidence.aace import AACE20
from cards.evidence.aaoms import AAOMS22
from cards.evidence.acr import ACR17, ACR22
from cards.evidence.asbmr import AFFREC, ASBMR16
from cards.evidence.ects import ECTS21
from cards.evidence.endocrine_society import ES20
from cards.evidence.fda_labels import (
    ACTONEL,
    BONIVA,
    EVENITY,
    FORTEO,
    FOSAMAX,
    PROLIA,
    TYMLOS,
    XGEVA,
    ZOLEDRONIC_ACID,
)
from cards.evidence.iscd import REPORTING
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.seed import SEED
from cards.evidence.trials import DATA_SWITCH, LYU20
from cards.formulary import OSTEOPOROSIS_DRUGS
from cards.rule import Rule
from cards.verdict import Finding
from tests.casebook import RULE_CASES, Case, as_written, judge

EARLIEST = date(2026, 1, 1)
ANY_LABEL = tuple(dict.fromkeys(LABELS.values()))
PTH_LABELS = (FORTEO, TYMLOS)

FIRST_SOURCE = {
    "treatment-failure": (ACR17,),
    "treatment-failure-possible": (ACR17,),
    "inadequate-response": (OC23,),
    "oral-bp-absorption-adherence": (ACR17,),
    "very-high-risk": (ACR22, AACE20),
    "denosumab-start-commitment": (PROLIA,),
    "denosumab-due": (PROLIA,),
    "denosumab-overdue": (LYU20,),
    "denosumab-lapsed": (ECTS21,),
    "denosumab-discontinuation": (ECTS21,),
    "denosumab-transition-plan": (ECTS21,),
    "transition-too-early": (ECTS21,),
    "denosumab-to-anabolic-switch": (DATA_SWITCH,),
    "denosumab-appointment-late": (LYU20,),
    "denosumab-long-term-review": (ES20,),
    "duplicate-antiresorptive": (SEED, ZOLEDRONIC_ACID),
    "duplicate-anabolic": (FORTEO,),
    "duplicate-denosumab-product": (XGEVA, PROLIA),
    "dose-frequency": (FOSAMAX, ACTONEL, BONIVA, PROLIA, ZOLEDRONIC_ACID, EVENITY, FORTEO, TYMLOS),
    "renal-contraindication": (ZOLEDRONIC_ACID, FOSAMAX, ACTONEL, BONIVA),
    "missing-renal-function": (ZOLEDRONIC_ACID,),
    "denosumab-hypocalcemia-ckd": (PROLIA,),
    "hypocalcemia-contraindication": ANY_LABEL,
    "hypercalcemia-contraindication": PTH_LABELS,
    "osteosarcoma-risk": PTH_LABELS,
    "pth-analog-caution": PTH_LABELS,
    "lifetime-limit-pth": PTH_LABELS,
    "anabolic-course-ending": (*PTH_LABELS, EVENITY),
    "romosozumab-cv-warning": (EVENITY,),
    "romosozumab-cv-caution": (EVENITY,),
    "romosozumab-renal-caution": (EVENITY,),
    "romosozumab-dose-limit": (EVENITY,),
    "not-indicated-population": (EVENITY, BONIVA),
    "pregnancy-contraindication": ANY_LABEL,
    "esophageal-contraindication": (FOSAMAX,),
    "upper-gi-caution": (FOSAMAX,),
    "vitamin-d-deficiency": (SEED,),
    "infection-risk-immunosuppression": (PROLIA,),
    "allergy": ANY_LABEL,
    "anabolic-follow-on": (ACR22,),
    "bp-drug-holiday-consider": (ASBMR16,),
    "bp-long-term-review": (ASBMR16,),
    "fracture-off-bisphosphonate": (ASBMR16,),
    "aff-diagnosed": (AFFREC,),
    "aff-suspected": (AFFREC, FOSAMAX),
    "onj": (AAOMS22,),
    "onj-dental": (AAOMS22,),
    "bmd-monitoring-due": (SEED,),
    "fracture-risk-assessment-due": (SEED,),
    "supplement-gap": (SEED,),
    "lifestyle": (SEED,),
    "data-gap": (REPORTING,),
}
"""Topic → what its card may name as its source: one, or one for each drug, profile or variant."""

OWN_LABEL = (
    "allergy", "dose-frequency", "hypercalcemia-contraindication", "hypocalcemia-contraindication",
    "not-indicated-population", "osteosarcoma-risk", "pregnancy-contraindication", "pth-analog-caution",
    "renal-contraindication",
)  # fmt: skip
"""Topics whose card names the label of the very drug it speaks of."""

BACKGROUND = {
    "NMA_GIO": "probably where reported figures come from, which was not confirmed",
    "FRAX_CHANGE": "why FRAX measures no response to treatment",
    "FRAX_TREATED": "that FRAX still ranks the risk of treated patients",
}
"""Sources that were weighed where others disagree and that no card cites."""


def sources() -> dict[str, Evidence]:
    found: dict[str, Evidence] = {}
    for module in pkgutil.iter_modules(evidence.__path__):
        for name, value in vars(importlib.import_module(f"{evidence.__name__}.{module.name}")).items():
            if isinstance(value, Evidence):
                assert name not in found, f"{name} is defined twice"
                found[name] = value
    return found


SOURCES = sources()


def cited() -> set[Evidence]:
    """What the modules of rules and concepts hold: every source they import, alone or in a table."""
    found = set(data_gap.EVIDENCE)
    for package in (rules, concepts):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            held = vars(importlib.import_module(module.name)).values()
            found.update(each for each in held if isinstance(each, Evidence))
    return found | {each for rule in catalog.load().rules for each in rule.evidence} | set(LABELS.values())


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_told_whole(name: str) -> None:
    source = SOURCES[name]
    for field in ("label", "publisher", "url", "claim", "where", "strength"):
        text = getattr(source, field)
        assert text, f"{name}.{field} is empty"
        assert text == text.strip(), f"{name}.{field} is padded"
    assert source.claim.endswith("."), f"the claim of {name} is no sentence"
    assert source.year is None or 1990 <= source.year <= EARLIEST.year


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_was_read_no_later_than_the_day_that_every_card_tells(name: str) -> None:
    assert EARLIEST <= SOURCES[name].checked <= EVIDENCE_DATE


@pytest.mark.parametrize("name", SOURCES)
def test_the_address_of_a_source_is_absolute_and_holds_nothing_of_a_caller(name: str) -> None:
    parts = urlsplit(SOURCES[name].url)
    assert parts.scheme in {"https", "http"}
    assert "." in parts.netloc
    assert parts.username is None
    assert " " not in SOURCES[name].url


def test_no_claim_stands_twice() -> None:
    by_claim: dict[tuple[str, str], str] = {}
    by_label: dict[str, str] = {}
    for name, source in SOURCES.items():
        assert by_claim.setdefault((source.url, source.claim), name) == name
        assert by_label.setdefault(source.label, name) == name


def test_every_source_is_cited_by_a_card_or_weighed_beside_one() -> None:
    held = cited()
    unused = {name for name, source in SOURCES.items() if source not in held}
    assert unused <= set(BACKGROUND)


def test_every_source_of_a_card_is_one_of_these() -> None:
    known = set(SOURCES.values())
    for rule in catalog.load().rules:
        assert set(rule.evidence) <= known, rule.id
        assert len(set(rule.evidence)) == len(rule.evidence), f"{rule.id} cites a source twice"


def test_the_label_of_every_osteoporosis_drug_is_known() -> None:
    assert set(LABELS) == set(OSTEOPOROSIS_DRUGS)


@pytest.mark.parametrize("rule", catalog.load().rules, ids=lambda rule: rule.id)
def test_a_card_cites_its_own_source_first(rule: Rule) -> None:
    assert rule.evidence[0] in FIRST_SOURCE[rule.id]


def test_the_data_gap_cites_its_own_source_first() -> None:
    assert data_gap.EVIDENCE[0] in FIRST_SOURCE[data_gap.TOPIC]


def test_every_topic_has_its_source_named_here() -> None:
    assert {rule.id for rule in catalog.load().rules} | {data_gap.TOPIC} <= set(FIRST_SOURCE)


@pytest.mark.parametrize("file", sorted({case.file for case in RULE_CASES}))
def test_no_case_brings_a_card_of_another_source(file: str) -> None:
    topic = file.replace("_", "-")
    for case in (each for each in RULE_CASES if each.file == file):
        source, finding = source_of(case)
        if finding is None:
            continue
        assert source in FIRST_SOURCE[topic], case.id
        if topic in OWN_LABEL:
            assert source is LABELS[finding.ingredient], case.id


def source_of(case: Case) -> tuple[Evidence | None, Finding | None]:
    outcome = judge(case, as_written(case))
    verdict = outcome.verdict
    if not isinstance(verdict, Finding):
        return None, None
    return verdict.source or outcome.rule.evidence[0], verdict
