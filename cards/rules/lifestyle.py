"""Smoking or a low weight in a patient whose bones are in question."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import exposure, habits, offers, osteoporosis
from cards.evidence.seed import SEED
from cards.rule import rule
from cards.verdict import INFO, Finding, Line, Silent, Verdict

EXERCISE = "Weight-bearing and resistance exercise, at least 30 minutes on 3 days a week."


@rule(
    title="Way of life and bone",
    rows=("R-LIFE-01",),
    hooks=("patient-view",),
    reads=("conditions",),
    helped_by=("social_history", "vital_signs", *exposure.MEDICATION_SECTIONS),
    weighs=("bone_densities", "medication_requests"),
    evidence=(SEED,),
    overrides=("will-address-later", "patient-declined", "data-incorrect"),
)
def lifestyle(chart: Chart) -> Verdict:
    """Speaks when the patient smokes, by the newest answer of the last 24 months or by a current diagnosis, or when
    the newest body mass index of the last 12 months is below 18.5; and osteoporosis is a question: diagnosis, fragility
    fracture, low T-score or drug. More than two drinks a day, an alcohol use disorder, a loss of a tenth of the weight
    within 12 months and falls are lines: in this card, or in another.

    Silent when none of these is recorded. Who has stopped smoking, or never smoked, does not smoke; an answer that
    leaves it open tells nothing.

    Because smoking, low weight, alcohol and falls each add to the risk of fracture, and each can change.
    """
    smoking, underweight = habits.smoking(chart), habits.underweight(chart)
    disorder = habits.alcohol_disorder(chart)
    lines = {
        "Alcohol: offer help with it.": disorder,
        "Alcohol: at most 1 to 2 drinks a day.": None if disorder else habits.drinking(chart),
        "Loss of weight: look for its cause, food and protein.": habits.weight_loss(chart),
        "Falls: look at balance, sight, drugs and the home.": habits.falls(chart),
    }
    found = {line: fact for line, fact in lines.items() if fact}
    if not (smoking or underweight or found):
        known = habits.not_smoking(chart)
        return Silent("no smoking, low weight, alcohol or falls are on record", (known,) if known else ())
    if not osteoporosis.on_record(chart):
        return osteoporosis.not_on_record(chart)
    if not (smoking or underweight):
        told = (
            f"{fact.text}{f' ({phrases.when(fact.when)})' if fact.when else ''}. {line}" for line, fact in found.items()
        )
        return Line(" ".join(told), tuple(found.values()))
    what = phrases.listed([words for words, fact in (("smoking", smoking), ("low weight", underweight)) if fact])
    help_to_stop = offers.referral("smoking cessation service", "Help to stop smoking; osteoporosis")
    return Finding(
        INFO,
        f"Bone health: {what} recorded - offer advice and exercise 30 min, 3 days a week.",
        tuple(fact for fact in (smoking, underweight, *found.values()) if fact),
        options=(
            EXERCISE,
            *(("Help to stop smoking.",) if smoking else ()),
            *(("A healthy weight: food, protein, and the cause of the low weight.",) if underweight else ()),
            *found,
        ),
        suggestions=(help_to_stop,) if smoking else (),
    )
