"""Prints one line a history, a hash of all that is answered to it: what two processes must print alike."""

import hashlib
import sys

from hypothesis import given

from tests.laws.histories import Told, histories, law
from tests.laws.playing import play

PRINTED: list[str] = []


@law(100, always_the_same=True)
@given(histories())
def each(told: Told) -> None:
    decision = play(told)
    answered = repr((decision.cards, [(outcome.rule.id, outcome.verdict) for outcome in decision.outcomes]))
    PRINTED.append(hashlib.sha256(answered.encode()).hexdigest())


if __name__ == "__main__":
    each()
    sys.stdout.write("\n".join(PRINTED))
