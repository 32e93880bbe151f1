"""Whether a visit that is being booked is for an extraction, an implant or other surgery of the mouth (R-ONJ-02).

No code for it was verified that may be shipped, so the words of the booking decide: whole words, English only.
"""

from __future__ import annotations

import re
from typing import Final

from cards.chart import Appointment, Chart, concept
from cards.when import YES

_BY_ITSELF: Final = re.compile(
    r"\b(?:"
    r"oral surger(?:y|ies)|oral surgeons?|oral (?:and|&) maxillofacial surger(?:y|ies)|maxillofacial surger(?:y|ies)"
    r"|dental surger(?:y|ies)|dental surgical|dento-?alveolar surger(?:y|ies)|periodontal surger(?:y|ies)"
    r"|(?:jaw|mouth|tooth|teeth|molars?|gum|gingival|periodontic) surger(?:y|ies)"
    r"|surger(?:y|ies) (?:of|on|to) (?:the |both |all )?(?:jaw|mouth|gums?|(?:wisdom )?(?:tooth|teeth)|molars?)"
    r"|full[- ]mouth (?:extractions?|clearances?)|impacted (?:wisdom |third )?(?:tooth|teeth|molars?)"
    r"|orthognathic surger(?:y|ies)|exodontia|odontectomy|alveoloplasty|alveolectomy"
    r"|apic(?:o|)ectomy|gingivectomy|gum graft(?:s|ing)?|sinus (?:lift|augmentation)"
    r")\b",
    re.IGNORECASE,
)
"""Words that name surgery of the mouth or jaw by themselves."""

_PROCEDURE: Final = re.compile(
    r"\b(?:extractions?|extract(?:ed|ing)?|implants?|implantation|implant placement|remov(?:al|als|e|ing)"
    r"|bone graft(?:s|ing)?)\b",
    re.IGNORECASE,
)
_TOOTH: Final = re.compile(r"\b(?:dental|dentists?|dentistry|tooth|teeth|molars?|wisdom tooth)\b", re.IGNORECASE)
"""Words that name it together: a procedure, and a tooth or a dentist somewhere in the booking."""

_TAKEN_BACK: Final = re.compile(
    r"\b(?:no|not for|without|after|post|following|status post|s/p|previous|prior|history of"
    r"|plaque|stitch|suture|stain)"
    r"[ -]+(?:\w+[ -]+){0,2}$",
    re.IGNORECASE,
)
"""Before the word: it is denied, was done before, or means something else that a dentist takes away."""

_NO_SURGERY: Final = re.compile(
    r"^[ -]+(?:(?:is|was)[ -]+)?(?:of[ -]+)?(?:\w+[ -]+)?"
    r"(?:not (?:indicated|needed|planned|required)|unlikely"
    r"|plaque|tartar|calculus|stitch(?:es)?|sutures?|stains?|braces?|bridges?|crowns?|dentures?|fillings?|retainers?"
    r"|check|check-?ups?|checks|clean(?:ing)?|controls?|follow[ -]?ups?|hygiene|maintenance|reviews?)\b",
    re.IGNORECASE,
)
"""After the word: what is taken away is no tooth, or what was placed before is looked at."""

_NOT_COMING: Final = frozenset(("cancelled", "noshow", "fulfilled"))


@concept
def being_booked(chart: Chart) -> Appointment | None:
    """The first visit of the hook's own context that is dental surgery, neither cancelled nor surely past."""
    for visit in chart.appointments:
        if not visit.in_context or visit.status in _NOT_COMING:
            continue
        if visit.start is not None and visit.start.before(chart.today) is YES:
            continue
        if is_named(visit.words):
            return visit
    return None


def is_named(words: tuple[str, ...]) -> bool:
    """These words of one booking name surgery of the mouth."""
    if any(_stands(_BY_ITSELF, text) for text in words):
        return True
    return any(_TOOTH.search(text) for text in words) and any(_stands(_PROCEDURE, text) for text in words)


def _stands(wanted: re.Pattern[str], text: str) -> bool:
    return any(
        not _TAKEN_BACK.search(text[: match.start()]) and not _NO_SURGERY.search(text[match.end() :])
        for match in wanted.finditer(text)
    )
