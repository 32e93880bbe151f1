"""What bars a drug outright, asked before a card says start, move or stop another for it: one place for every card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Draft, NotRead, concept
from cards.concepts import contraindications, offers, renal_function, skeletal_safety
from cards.concepts.antiresorptive_exposure import ANTIRESORPTIVES
from cards.concepts.contraindications import Contraindication, Given
from cards.formulary import name
from cards.verdict import CRITICAL, SUMMARY_LIMIT, Suggestion

SECTIONS: Final = ("patient", "conditions", "laboratory", "vital_signs", "allergies")
"""What is looked at besides the medications: the rules' `weighs`."""

ALWAYS: Final = frozenset(("onj", "renal-contraindication"))
"""Topics that bar a drug even as a warning: no card offers a drug against which one of them stands."""

TOPICS: Final = (
    "pregnancy-contraindication", "allergy", "hypocalcemia-contraindication", "hypercalcemia-contraindication",
    "denosumab-hypocalcemia-ckd", "renal-contraindication", "romosozumab-cv-warning", "osteosarcoma-risk",
    "esophageal-contraindication", "onj",
)  # fmt: skip
"""The contraindications that may be critical, and those that bar always."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A drug that is not to be given as the record stands: `words` for a detail, `plain` the first for a summary."""

    drug: str
    words: tuple[str, ...]
    plain: str

    @property
    def sentence(self) -> str:
        """What bars it, whole."""
        return f"{phrases.capital(self.drug)} is not to be given as the record stands: {'; '.join(self.words)}."

    def summary(self, head: str, tail: str = "") -> str:
        """The head, what bars the drug, the tail; shorter where a summary would be too long."""
        whole = f"{head}: {self.plain}.{tail}"
        return whole if len(whole) <= SUMMARY_LIMIT else f"{head}.{tail}"


@concept
def bars(chart: Chart, given: Given) -> Bars | None:
    """What bars this drug, an unconfirmed diagnosis too (R-RES-03); None where nothing does as far as was read."""
    found: list[Contraindication] = []
    for topic in TOPICS:
        try:
            answer = contraindications.CHECKS[topic](chart, given)
        except NotRead:
            continue
        if isinstance(answer, Contraindication) and (answer.at_start is CRITICAL or answer.topic in ALWAYS):
            found.append(answer)
    words = [each.words for each in found]
    plain = [f"recorded {each.kind}" if each.topic == "allergy" else each.plain for each in found]
    femur = _atypical_fracture(chart, given)
    if femur:
        words.append(femur)
        plain.append(femur.partition(":")[0])
    return Bars(name(given.ingredient), tuple(words), plain[0]) if words else None


def of_draft(chart: Chart, draft: Draft) -> Bars | None:
    """The same for an order of the hook."""
    return bars(chart, contraindications.given_by(chart, draft, by_product=True))


def _atypical_fracture(chart: Chart, given: Given) -> str:
    if given.ingredient not in {*ANTIRESORPTIVES, "romosozumab"}:
        return ""
    if skeletal_safety.atypical_femoral(chart):
        return "atypical femoral fracture is recorded"
    suspected = skeletal_safety.suspected_atypical(chart)
    return f"atypical femoral fracture is possible: {suspected}" if suspected else ""


def whom_to_ask(chart: Chart, question: str) -> Suggestion:
    """The specialist who plans what the drug was meant for."""
    kidney = renal_function.advanced(chart) is not None
    return offers.referral(offers.KIDNEY_SPECIALIST if kidney else offers.BONE_SPECIALIST, question)
