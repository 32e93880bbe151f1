"""What the words around a drug's name say of it: that it is meant, was never taken, or came to an end."""

from __future__ import annotations

import enum
import re
from typing import Final


class Said(enum.Enum):
    """How a name stands in its sentence."""

    MEANT = "named"
    DENIED = "not taken, declined or not tolerated by allergy"
    ENDED = "stopped, held or a thing of the past"


_BESIDE: Final = 90
"""Characters on either side of the name that are looked at: a name is denied nearby or not at all."""

_FILLING: Final = (
    r"(?:longer|currently|yet|been|being|be|is|was|on|takes?|taken|taking|took|used?|uses|using|received?|receives|"
    r"receiving|given|start(?:ed|ing)?|prescribed|wants?|wanted|able|an?|the|any|more|of|for|to|with|her|his|their|my|"
    r"candidate|prior|previous|history|known|current|active|recent|treatment|therapy|medication)"
)
_GOES_ON: Final = r"(?!(?:stop|hold|held|miss|skip|delay|interrupt|discontinu|chang|late\b|problem|issue|gap)\w*)"
"""Words whose denial says that a drug is taken: "do not stop", "never missed"."""

_DENIED_BEFORE: Final = re.compile(
    r"\b(?:no|not|never|without|cannot|unable|\w+n['’]t|declin\w*|refus\w*|avoid\w*|den(?:y|ies|ied)|contraindicat\w*|"
    r"(?:allerg(?:y|ies|ic)|intoleran(?:t|ce)|hypersensitiv\w*|adverse reactions?)(?:\s+(?:to|of))?)"
    rf"(?:\s+{_FILLING}){{0,6}}(?:\s+{_GOES_ON}[\w-]+)?\s+$"
)
_ENDED_BEFORE: Final = re.compile(
    r"(?:\bno longer|(?:\bnot|\bunable to|n['’]t)\s+tolerat\w*|"
    r"(?<!no )(?<!any )(?<!known )(?<!denies )(?<!not )(?<!never )(?<!n't )(?<!n’t )(?<!without )"
    r"\b(?:stop(?:s|ped|ping)?|discontinu(?:e|ed|es|ing)|d/c(?:['’]?d)?|holds?|holding|held|withheld|off|quit|ceased|"
    r"suspended|paused?|previous(?:ly)?|former(?:ly)?|past|prior(?!\s+to\b)|history of|hx of|h/o|s/p|status post))"
    rf"(?:\s+{_FILLING}){{0,4}}\s+$"
)
_DETAILS: Final = (
    r"(?:[\s,/–-]*+(?:\d[\d.,]*+\s*+(?:mg|mcg|ug|µg|g|units?|iu|ml|%)?(?:\s*+/\s*+[\d.]*+\s*+ml)?|"
    r"(?:sc|sq|subcut\w*+|iv|intravenous\w*+|po|oral\w*+|by mouth|injections?|infusions?|tablets?|tabs?|capsules?|"
    r"syringes?|pens?|weekly|monthly|daily|yearly|once|every|per|weeks?|months?|days?|years?|an?|therapy|treatment|"
    r"sodium|disodium)\b))*+"
)
"""Strength, form, route and rhythm, which may stand between a name and what is said of it."""

_WHO: Final = r"[\s:,;(\[–-]*+(?:(?:pt|patient|she|he|was|is|were|has|have|been|now|currently|temporarily)\s++)*+"
_DENIED_AFTER: Final = re.compile(
    rf"^{_DETAILS}{_WHO}(?:"
    r"(?:declin\w*+|refus\w*+)(?!\s+(?!by\b|at\b|on\b|in\b|due\b|because\b|for\b|after\b|today\b|this\b|per\b)[a-z])"
    r"|contraindicated\b|allerg(?:y|ies|ic)\b(?!\s+to\b)|intoleran(?:t|ce)\b(?!\s+to\b)|never\s+(?:given|taken|started|"
    r"received|filled)\b|not\s+(?:given|taken|taking|started|covered|approved|indicated|received|administered|needed|"
    r"required|prescribed|done|wanted)\b|no\W*$)"
)
_ENDED_AFTER: Final = re.compile(
    rf"^{_DETAILS}{_WHO}(?:(?:stopped|discontinued|held|on hold|withheld|ended|withdrawn|suspended|paused|no longer|"
    r"not tolerated|in the past)\b|d/c(?:['’]?d)?(?![\w/])|(?:stop|hold|past|previously|formerly|history)\W*$)"
)
_RESUMED: Final = re.compile(r"\b(?:restart|resum|re-start)\w*")
_CONDITION: Final = re.compile(r"\b(?:if|unless)\b")


def said_of(before: str, after: str) -> Said:
    """How a name stands between the words before it and those after it, both in lower case."""
    before, after = before[-_BESIDE:], after[:_BESIDE]
    if _ENDED_BEFORE.search(before) or _ENDED_AFTER.search(after):
        going_on = _RESUMED.search(before) or _RESUMED.search(after) or _CONDITION.search(after)
        return Said.MEANT if going_on else Said.ENDED
    if _DENIED_BEFORE.search(before) or _DENIED_AFTER.search(after):
        return Said.DENIED
    return Said.MEANT
