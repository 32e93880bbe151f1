"""What is asked of a contraindication, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cards.chart import Chart, Condition, Draft, State, Therapy
from cards.concepts import exposure, product
from cards.concepts.product import Product
from cards.verdict import CRITICAL, WARNING, Because, Indicator
from cards.when import When


@dataclass(frozen=True, slots=True)
class Given:
    """A drug about to be given, or (`active`) already in use. `oral` is told for bisphosphonates."""

    ingredient: str
    product: Product = Product.OSTEOPOROSIS
    oral: bool = False
    active: bool = False


@dataclass(frozen=True, slots=True)
class Contraindication:
    """A reason against a drug.

    `words` name it as a list of excluded drugs does, `plain` as a summary, which is no Markdown; `kind` tells
    variants of one topic apart; `checks` are sentences of what to check first. `at_start` is how loud it would be on
    an order: a drug in use is warned of one level lower (R-CI-ACT), save for what is `lasting`.
    """

    topic: str
    indicator: Indicator
    words: str
    because: tuple[Because, ...]
    kind: str = ""
    checks: tuple[str, ...] = ()
    at_start: Indicator = CRITICAL
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Cleared:
    """Why the contraindication does not stand, with the facts that clear it."""

    why: str
    facts: tuple[Because, ...] = ()


Answer = Contraindication | Cleared
Check = Callable[[Chart, Given], Answer]


def contraindication(
    given: Given,
    topic: str,
    indicator: Indicator,
    words: str,
    because: tuple[Because, ...],
    *,
    kind: str = "",
    checks: tuple[str, ...] = (),
    plain: str = "",
    tentative: bool = False,
    lasting: bool = False,
) -> Contraindication:
    """The reason at its level: one lower where the record only suspects it, and where the drug is already in use.

    A caution that is a warning on an order stays one on a drug in use: the catalogue of cards knows no quieter form.
    """
    level = indicator.lower() or indicator if tentative else indicator
    if given.active and not lasting:
        level = min(level, WARNING)
    return Contraindication(topic, level, words, because, kind, checks, at_start=indicator, plain=plain or words)


def given_by(chart: Chart, subject: Draft | Therapy, *, by_product: bool = False) -> Given:
    """What the order gives, or what the patient is on by the newest resource that shows it today.

    `by_product`: denosumab 60 or 120 mg, zoledronic acid 5 or 4 mg are told apart, which may take the diagnoses. Of two
    products in use the one that is not, or not surely, the oncology product is judged.
    """
    shown = (subject.order,) if isinstance(subject, Draft) else subject.in_force
    medication, told = shown[-1], Product.OSTEOPOROSIS
    if by_product:
        products = [(product.of(chart, fact), fact) for fact in reversed(shown)]
        told, medication = max(products, key=lambda each: each[0] is not Product.ONCOLOGY)
    return Given(
        subject.ingredient,
        told,
        oral=exposure.is_oral(medication),
        active=isinstance(subject, Therapy),
    )


def judge(chart: Chart, subject: Draft | Therapy, check: Check, *, by_product: bool = False) -> Answer:
    """One check of one order or drug in use. An order that ends a drug is never contraindicated.

    At discharge only what is critical on an order is told of a drug in use (2.13).
    """
    if isinstance(subject, Draft) and subject.stops:
        return Cleared("the order ends or withholds the drug")
    answer = check(chart, given_by(chart, subject, by_product=by_product))
    if isinstance(answer, Contraindication) and chart.hook == "encounter-discharge" and answer.at_start is not CRITICAL:
        return Cleared("at discharge only what is critical is told of a drug in use", answer.because)
    return answer


def unseen_results(chart: Chart) -> tuple[str, ...]:
    """What a card says first where laboratory results that could add to it were not seen, or not all of them."""
    state = chart.laboratory.state
    if state is State.WHOLE:
        return ()
    why = "were not available here" if state is State.UNREAD else "could not be read in full"
    return (f"Laboratory results {why}: verify before acting.",)


def dated(fact: Condition) -> When | None:
    """The onset, else the day of recording, else None."""
    return fact.onset if fact.has_onset else fact.recorded
