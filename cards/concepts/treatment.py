"""Which drugs for osteoporosis the patient is surely on, and since when: what monitoring and supplements go by."""

from __future__ import annotations

from dataclasses import dataclass

from cards import phrases
from cards.chart import Chart, Medication, concept
from cards.concepts import exposure, product
from cards.concepts.product import Product
from cards.formulary import OSTEOPOROSIS_DRUGS, name
from cards.verdict import Because, Silent
from cards.when import YES, When


@dataclass(frozen=True, slots=True)
class InUse:
    """One drug in use today, the start of its present stretch, and the newest resource that shows it in use."""

    ingredient: str
    start: When
    ref: str

    @property
    def because(self) -> Because:
        """The drug as a fact of the card."""
        return Because(f"{phrases.capital(name(self.ingredient))} started", self.start, self.ref)


@concept
def in_use(chart: Chart) -> tuple[InUse, ...]:
    """The drugs for osteoporosis that are surely in use, the one begun last first; products for other ends are none."""
    found = []
    for ingredient in OSTEOPOROSIS_DRUGS:
        sure = (fact for fact, truth in exposure.in_use(chart, ingredient) if truth is YES)
        shown = [fact for fact in sure if _for_bone(chart, fact) and _begun(chart, fact)]
        if shown:
            episodes = exposure.episodes(chart, (ingredient,))
            start = next(each.start for each in reversed(episodes) if shown[-1] in each.evidence)
            found.append(InUse(ingredient, start, shown[-1].ref))
    return tuple(sorted(found, key=lambda each: (each.start.latest, each.start.earliest), reverse=True))


def _begun(chart: Chart, fact: Medication) -> bool:
    """Not merely planned: an order whose days are named, and all lie ahead, has begun nothing."""
    return not fact.events or any(day.on_or_before(chart.today) is YES for day in fact.events)


def _for_bone(chart: Chart, fact: Medication) -> bool:
    """Not of another use: zoledronic acid counts as the 5 mg product alone, denosumab unless it is the 120 mg one."""
    told = product.of(chart, fact)
    if fact.ingredient == "zoledronic-acid":
        return told is Product.OSTEOPOROSIS
    return told is not Product.ONCOLOGY and not product.for_other_disease(fact)


@concept
def since(chart: Chart) -> When:
    """The start of the stretch of treatment that the drugs in use stand at the end of, one drug after another.

    For a chart with a drug in use.
    """
    newest = in_use(chart)[0]
    stretches = exposure.episodes(chart, OSTEOPOROSIS_DRUGS)
    return next(each.start for each in reversed(stretches) if any(fact.ref == newest.ref for fact in each.evidence))


def none_in_use(chart: Chart) -> Silent:
    """The answer where no drug is surely in use; raises NotRead where one may have been missed."""
    exposure.nothing_missed(chart)
    return Silent("no drug for osteoporosis is surely in use")
