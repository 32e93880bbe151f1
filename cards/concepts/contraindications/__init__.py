"""Contraindications and cautions, the one place of section 2.7 of the rule specification.

The rule files word what stands here as cards; `next_agent` offers no drug against which anything here stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cards.chart import Chart, NotRead, concept
from cards.concepts.contraindications import (
    any_drug,
    bisphosphonate,
    infection,
    mineral,
    parathyroid_analogue,
    romosozumab,
)
from cards.concepts.contraindications.answer import (
    Answer,
    Check,
    Cleared,
    Contraindication,
    Given,
    given_by,
    judge,
)
from cards.evidence import Evidence, fda_labels

__all__ = [
    "CHECKS",
    "LABELS",
    "Answer",
    "Cleared",
    "Contraindication",
    "Given",
    "Review",
    "given_by",
    "judge",
    "review",
]

CHECKS: Final[Mapping[str, Check]] = {
    "pregnancy-contraindication": any_drug.pregnancy,
    "allergy": any_drug.allergy,
    "hypocalcemia-contraindication": mineral.hypocalcemia,
    "hypercalcemia-contraindication": parathyroid_analogue.hypercalcemia,
    "denosumab-hypocalcemia-ckd": mineral.denosumab_in_kidney_disease,
    "renal-contraindication": bisphosphonate.renal,
    "missing-renal-function": bisphosphonate.missing_renal_value,
    "romosozumab-cv-warning": romosozumab.cardiovascular_warning,
    "romosozumab-cv-caution": romosozumab.cardiovascular_caution,
    "romosozumab-renal-caution": romosozumab.renal_caution,
    "not-indicated-population": romosozumab.population,
    "osteosarcoma-risk": parathyroid_analogue.osteosarcoma_risk,
    "pth-analog-caution": parathyroid_analogue.caution,
    "infection-risk-immunosuppression": infection.immunosuppression,
    "esophageal-contraindication": bisphosphonate.esophageal,
    "upper-gi-caution": bisphosphonate.upper_gi,
    "onj": bisphosphonate.jaw_osteonecrosis,
    "vitamin-d-deficiency": mineral.deficient_vitamin_d,
}
"""Card topic → check."""

LABELS: Final[Mapping[str, Evidence]] = {
    "alendronate": fda_labels.FOSAMAX,
    "risedronate": fda_labels.ACTONEL,
    "ibandronate": fda_labels.BONIVA,
    "zoledronic-acid": fda_labels.ZOLEDRONIC_ACID,
    "denosumab": fda_labels.PROLIA,
    "teriparatide": fda_labels.FORTEO,
    "abaloparatide": fda_labels.TYMLOS,
    "romosozumab": fda_labels.EVENITY,
    "raloxifene": fda_labels.RALOXIFENE,
    "bazedoxifene": fda_labels.BAZEDOXIFENE,
    "pamidronate": fda_labels.PAMIDRONATE,
    "etidronate": fda_labels.FOSAMAX,
}
"""Ingredient → the label a card cites; of etidronate none was read, a label of its class stands in."""


@dataclass(frozen=True, slots=True)
class Review:
    """All that stands against a drug, and the (topic, section) of each check that could not be made."""

    found: tuple[Contraindication, ...]
    unread: tuple[tuple[str, str], ...]


@concept
def review(chart: Chart, given: Given) -> Review:
    """Every check of one drug; a check whose part of the record was not read is told, never passed over."""
    found, unread = [], []
    for topic, check in CHECKS.items():
        try:
            answer = check(chart, given)
        except NotRead as missing:
            unread.append((topic, missing.section))
        else:
            if isinstance(answer, Contraindication):
                found.append(answer)
    return Review(tuple(found), tuple(unread))
