"""Whether a drug may be suggested at all: the table of R-ELIG-01 over every contraindication of 2.7."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, NotRead, Source, concept
from cards.concepts import (
    adherence,
    anabolic_course,
    calcium,
    contraindications,
    denosumab_follow_on,
    denosumab_schedule,
    exposure,
    oral_bp_failure,
    product,
    renal_function,
    scope,
    skeletal_safety,
    vitamin_d,
)
from cards.concepts.product import Product
from cards.formulary import ORAL_BISPHOSPHONATES
from cards.rule import Days, Doses, Months
from cards.verdict import WARNING
from cards.when import add_months

LIFETIME_DAYS: Final = Days(730)
"""Days of PTH analogues in a lifetime after which none is suggested."""

LIFETIME_MONTHS: Final = Months(24)
FEWEST_MONTHS: Final = Months(3)
ROMOSOZUMAB_DOSES: Final = Doses(12)
BETWEEN_INFUSIONS: Final = Months(11)
AFTER_DENOSUMAB: Final = Months(24)

ALWAYS_WITHHOLD: Final = frozenset(("allergy", "onj", "denosumab-hypocalcemia-ckd"))
"""Topics that withhold even a denosumab dose that is due, be they only a warning."""

_CHECKS_IN: Final[Mapping[str, str]] = {
    "patient": "the patient record",
    "conditions": "diagnoses",
    "medication_requests": "medication orders",
    "medication_statements": "medication statements",
    "medication_dispenses": "the dispensing record",
    "medication_administrations": "the administration record",
    "procedures": "procedures",
    "laboratory": "laboratory results",
    "vital_signs": "the weight",
    "allergies": "allergies",
    "bone_densities": "bone density results",
    "appointments": "appointments",
    "encounters": "the encounter",
    "drafts": "draft orders",
}
"""What was not available, in the words of a card."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether a drug may be suggested.

    `reasons` stand against it; `unread` names parts of the record without which it could not be judged. `cautions` are
    warnings that do not withhold a denosumab dose that is due: the card names them. `topics` are those of the
    contraindications among the reasons. `standing` are the reasons that no test and no repletion could remove.
    """

    drug: str
    reasons: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    topics: frozenset[str] = frozenset()
    standing: tuple[str, ...] = ()

    @property
    def offered(self) -> bool:
        """Nothing stands against the drug, and every check was made."""
        return not self.reasons and not self.unread


_Check = Callable[[Chart], Iterator[str]]


@concept
def eligibility(chart: Chart, drug: str, *, continuation: bool = False) -> Eligibility:
    """Everything that stands against suggesting the drug; `continuation`: a denosumab dose that is due or overdue."""
    barred = no_drug(chart, continuation=continuation)
    if barred:
        return Eligibility(drug, (barred,), standing=(barred,))
    given = contraindications.Given(drug, oral=drug in ORAL_BISPHOSPHONATES)
    review = contraindications.review(chart, given)
    reasons, cautions, topics, standing = [], [], set(), []
    for found in review.found:
        if found.topic == "missing-renal-function":
            continue
        if continuation and found.indicator <= WARNING and found.topic not in ALWAYS_WITHHOLD:
            cautions.append(_alongside(found))
            continue
        reasons.append(found.words)
        topics.add(found.topic)
        standing += [found.words] if found.topic not in _REMOVABLE else []
    unread = [section for _, section in review.unread]
    checks = _OWN[drug] if not continuation else tuple(each for each in _OWN[drug] if each is not _malabsorption)
    for check in (_advanced_kidney_disease, *checks):
        try:
            against = list(check(chart))
            reasons += against
            standing += against if check not in _ANSWERED_BY_TESTS else []
        except NotRead as missing:
            unread.append(missing.section)
    return Eligibility(
        drug,
        tuple(dict.fromkeys(reasons)),
        tuple(dict.fromkeys(_CHECKS_IN[section] for section in unread)),
        tuple(cautions),
        frozenset(topics),
        tuple(dict.fromkeys(standing)),
    )


@concept
def no_drug(chart: Chart, *, continuation: bool = False) -> str:
    """Why no drug at all is suggested, or "": restricted mode, advanced kidney disease (R-CHOICE-06)."""
    why = "" if continuation else scope.restricted(chart)
    if why:
        return f"{why}: for a specialist to decide"
    disease = renal_function.advanced(chart)
    return "" if disease is None else f"advanced kidney disease, {disease.because.text}"


def _alongside(found: contraindications.Contraindication) -> str:
    if found.topic == "vitamin-d-deficiency":
        return f"{found.words}: replete alongside."
    return f"{phrases.capital(found.words)}: weigh it, and do not let a gap open."


def _advanced_kidney_disease(chart: Chart) -> Iterator[str]:
    """It was looked for before; here it is made sure that nothing of it was missed."""
    renal_function.nothing_missed(chart)
    yield from ()


def _atypical_fracture(chart: Chart) -> Iterator[str]:
    if skeletal_safety.atypical_femoral(chart):
        yield "atypical femoral fracture is recorded"
    elif suspected := skeletal_safety.suspected_atypical(chart):
        yield f"atypical femoral fracture is possible: {suspected}"


def _lifetime_limit(chart: Chart) -> Iterator[str]:
    if months_left(chart) >= FEWEST_MONTHS:
        return
    surely = _in_months(anabolic_course.sure_pth_days(chart))
    if LIFETIME_MONTHS - surely >= FEWEST_MONTHS:
        yield "how long teriparatide or abaloparatide was used is not recorded"
    else:
        yield f"{phrases.plural(surely, 'month')} of teriparatide or abaloparatide used"


def _after_denosumab(chart: Chart) -> Iterator[str]:
    last = denosumab_schedule.last_dose(chart)
    if last is None or not denosumab_schedule.within_months(chart, AFTER_DENOSUMAB).possibly:
        return
    if not denosumab_follow_on.is_done(chart).surely:
        yield f"denosumab was given {phrases.when(last.when)} and no follow-on is finished: bone would be lost"


def _cancer(chart: Chart) -> Iterator[str]:
    active = next((fact for fact in chart.conditions if "cancer" in fact.tags and fact.current), None)
    if active is not None:
        yield f"active cancer ({phrases.quote(active.told, 40)})"
    past = next((fact for fact in chart.conditions if "cancer-history-radiation-prone" in fact.tags), None)
    if past is not None:
        yield f"past cancer ({phrases.quote(past.told, 40)}): confirm no skeletal radiotherapy"


def _other_denosumab(chart: Chart) -> Iterator[str]:
    facts = exposure.evidence(chart, "denosumab")
    if any(product.of(chart, fact) is Product.ONCOLOGY for fact in facts):
        yield "oncology denosumab (120 mg) is on record"
    elif denosumab_schedule.is_indeterminate(chart):
        yield "the strength of the recorded denosumab (60 or 120 mg) is not known"


def _malabsorption(chart: Chart) -> Iterator[str]:
    found = [fact.told for fact in chart.conditions if "malabsorption" in fact.tags and fact.current]
    found += [done.text for done in chart.procedures if "malabsorption" in done.tags]
    if not found:
        return
    year = chart.dials(vitamin_d.VitaminD).current
    if not (vitamin_d.known_within(chart, year) and calcium.known_within(chart, year)):
        yield f"malabsorption ({phrases.quote(found[0], 40)}) without 25-OH vitamin D and calcium of the last year"


def _romosozumab_doses(chart: Chart) -> Iterator[str]:
    given = anabolic_course.romosozumab_given(chart)
    if given.least >= ROMOSOZUMAB_DOSES:
        yield f"{phrases.plural(given.least, 'dose')} of romosozumab given"
    elif given.most >= ROMOSOZUMAB_DOSES:
        yield "how many doses of romosozumab were given is not recorded"


def _renal_value(chart: Chart) -> Iterator[str]:
    value = renal_function.best(chart)
    if value is None or not value.current.surely:
        yield RENAL_UNKNOWN


RENAL_UNKNOWN: Final = "renal function of the last year is not known"


def _infused_too_recently(chart: Chart) -> Iterator[str]:
    """An infusion of 5 mg, of unknown strength or only maybe given, less than 11 months ago; not after denosumab."""
    if denosumab_schedule.within_months(chart, AFTER_DENOSUMAB).possibly:
        return
    infused = exposure.doses(chart, "zoledronic-acid", (Product.OSTEOPOROSIS, Product.INDETERMINATE))
    last = infused.last
    if last is not None and not (infused.from_order and last.evidence[0].status != "completed"):
        again = add_months(last.when.latest, BETWEEN_INFUSIONS)
        if again > chart.today:
            yield f"zoledronic acid was given {phrases.when(last.when)}, not again before {phrases.day(again)}"
            return
    for fact in infused.unsure:
        given = fact.source is not Source.REQUEST and not fact.do_not_perform
        if given and fact.started.plus_months(BETWEEN_INFUSIONS).after(chart.today).possibly:
            yield f"zoledronic acid may have been given {phrases.when(fact.started)} ({fact.doubt})"
            return
    exposure.nothing_missed(chart)


def _since_admission(chart: Chart) -> Iterator[str]:
    if chart.hook != "encounter-discharge":
        return
    newest = renal_function.newest(chart)
    stays = chart.section("encounters").whole()
    if not stays:
        yield "the admission is not on record: check creatinine of this stay"
    for stay in stays:
        if stay.started is None or newest is None or newest.when.earliest < stay.started.latest:
            yield "no creatinine since the admission"


def _tablets_failed(chart: Chart) -> Iterator[str]:
    failure = oral_bp_failure.ever(chart)
    if failure:
        yield f"an oral bisphosphonate has failed ({failure})"


def _tablets_not_taken(chart: Chart) -> Iterator[str]:
    for fact in chart.conditions:
        if fact.tags & {adherence.NONADHERENCE, adherence.MALABSORPTION, adherence.OESOPHAGUS} and fact.current:
            taken = fact.tags & {adherence.NONADHERENCE, adherence.MALABSORPTION}
            cause = "poor adherence or absorption" if taken else "esophageal disorder"
            yield f"{cause} ({phrases.quote(fact.told, 40)})"
            return
    for done in chart.procedures:
        if adherence.MALABSORPTION in done.tags:
            yield f"poor adherence or absorption ({phrases.quote(done.text, 40)})"
            return
    for episode in exposure.oral_bisphosphonate_episodes(chart)[-1:]:
        found = adherence.explanation(chart, episode, min(chart.today, episode.end.latest))
        yield from (f"poor adherence or absorption ({cause.words})" for cause in found.causes[:1])


def _tablets_not_tolerated(chart: Chart) -> Iterator[str]:
    for fact in chart.allergies:
        if fact.clinical in {"", "active"} and set(fact.ingredients) & set(ORAL_BISPHOSPHONATES):
            yield f"recorded allergy or intolerance to an oral bisphosphonate ({phrases.quote(fact.text, 40)})"
            return


def months_used(chart: Chart) -> int:
    """Months on which teriparatide or abaloparatide may have been used, rounded."""
    return _in_months(anabolic_course.pth_days(chart))


def _in_months(days: int) -> int:
    return (days * LIFETIME_MONTHS * 2 + LIFETIME_DAYS) // (2 * LIFETIME_DAYS)


def months_left(chart: Chart) -> int:
    """Months of PTH analogue left of the 24 in a lifetime, never negative."""
    return max(0, LIFETIME_MONTHS - months_used(chart))


_ANSWERED_BY_TESTS: Final = (_renal_value, _since_admission, _malabsorption)
_REMOVABLE: Final = frozenset(("hypocalcemia-contraindication", "vitamin-d-deficiency"))

_OWN: Final[Mapping[str, tuple[_Check, ...]]] = {
    "teriparatide": (_lifetime_limit, _after_denosumab, _cancer),
    "denosumab": (_other_denosumab, _atypical_fracture, _malabsorption),
    "romosozumab": (_romosozumab_doses, _after_denosumab, _atypical_fracture, _malabsorption),
    "zoledronic-acid": (
        _renal_value, _infused_too_recently, _since_admission, _atypical_fracture, _malabsorption,
    ),
    "alendronate": (_tablets_failed, _tablets_not_taken, _tablets_not_tolerated, _atypical_fracture),
}  # fmt: skip
"""What stands against each drug besides the contraindications of 2.7 (the table of R-ELIG-01)."""
