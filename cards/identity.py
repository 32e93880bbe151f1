"""Which drugs the codes and the words of a record name, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cards import codes, formulary, negation
from cards.formulary import BRANDS, DRUGS, GLUCOCORTICOID, HORMONE, IMMUNOSUPPRESSANT, SUPPLEMENT, Drug
from cards.negation import Said


@dataclass(frozen=True, slots=True)
class Identity:
    """Which drugs a concept names, the osteoporosis drug first, and the value sets of its codes.

    `sure` is false, with `conflict` saying why as a sentence about the record, where code and words disagree. `ended`:
    the words say that the drug was stopped or is held.
    """

    ingredients: tuple[str, ...]
    tags: frozenset[str]
    brand: str | None = None
    sure: bool = True
    conflict: str = ""
    ended: bool = False


OTHER_DRUGS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        (codes.RXNORM, "3002"): "cyclophosphamide",
        (codes.RXNORM, "10179"): "sulfamethizole",
        (codes.RXNORM, "41493"): "meloxicam",
        (codes.RXNORM, "1043562"): "metformin / saxagliptin",
    }
)
"""Codes that public lists and records give to drugs of the formulary, and what they mean."""

_BY_SET: Final = {code_set: drug.key for drug in reversed(tuple(DRUGS.values())) for code_set in drug.code_sets}
_COMBINED: Final = {"alendronate-cholecalciferol": ("alendronate", "cholecalciferol")}
_ORDER: Final = {key: place for place, key in enumerate(DRUGS)}
_GENERIC: Final = {word: drug.key for drug in DRUGS.values() for word in drug.words}
_WORDS: Final = _GENERIC | {brand: drug for brand, (drug, _) in BRANDS.items()}
_ANY_WORD: Final = "|".join(sorted((re.escape(word).replace(r"\ ", r"\s+") for word in _WORDS), key=len, reverse=True))
_NAMED: Final = re.compile(rf"(?<![\w-])({_ANY_WORD})(?:-[a-z]{{4}})?(?![\w-])")
_JOINED: Final = re.compile(rf"\b({_ANY_WORD})-(?=(?:{_ANY_WORD}|salmon)\b)")
"""Two names joined by a hyphen are both meant: "alendronate-cholecalciferol"."""

_LOOKALIKE: Final = re.compile(r"\b(?:yorvipath|natpara|natpar|palopegteriparatide)\b")
_PLAIN_CALCIUM: Final = re.compile(
    r"\s*(?:(?:elemental|oyster[ -]shell)\s+)?calcium\b"
    r"(?!\s+(?:channel|gluconate|chloride|acetate|folinate|levofolinate|pantothenate|polystyrene|dobesilate))"
)
"""Calcium that opens the words is the supplement; behind a name it is only a salt, and some salts serve other ends."""

_NOT_SYSTEMIC: Final = re.compile(
    r"\b(cream|ointment|lotion|gel|topical|inhal\w*|nasal|ophthalmic|eye|otic|drops|rectal|enema|suppositor\w*|paste)\b"
)
_SYSTEMIC: Final = re.compile(
    r"\b(capsules?|tablets?|oral|inject\w*|infus\w*|syringes?|pens?|intravenous|subcutaneous)\b"
)
_DRUG_SYSTEMS: Final = frozenset((codes.RXNORM, codes.NDC, codes.HCPCS))
"""Systems whose drug codes are known here: in them a code that is not known may be that of any drug."""

_BESIDE_OTHERS: Final = frozenset((SUPPLEMENT, HORMONE))
"""Kinds that are parts of combinations: their name beside another drug's contradicts nothing."""

_UNKNOWN: Final = "its words name the drug, but its code is not known here"
_OTHER_DRUG: Final = "its words name the drug, but its code is that of another drug"
_TWO_CODES: Final = "its codes name different drugs"
_CODE_AND_WORDS: Final = "its code and its words name different drugs"
_TWO_NAMES: Final = "its words name different drugs"
_DENIED: Final = "its words say that the drug is not taken"
_ENDED: Final = "its words say that the drug was stopped or is held"


@dataclass(frozen=True, slots=True)
class _Coded:
    """What the codes tell: the drugs of each code that names one of ours, and what else stands among them."""

    tags: frozenset[str]
    drugs: tuple[frozenset[str], ...]
    other: str
    unknown: bool

    @property
    def named(self) -> frozenset[str]:
        return frozenset().union(*self.drugs)


@dataclass(frozen=True, slots=True)
class _Worded:
    """What the words tell: the drugs of each text, those that a text takes back, and the brands met, in order."""

    drugs: tuple[frozenset[str], ...]
    denied: frozenset[str]
    ended: frozenset[str]
    brands: tuple[str, ...]

    @property
    def named(self) -> frozenset[str]:
        return frozenset().union(*self.drugs)


def identify(codings: Iterable[tuple[str, str]], texts: Iterable[str]) -> Identity | None:
    """The drugs that (system, code) pairs and words name, or None where they name none that a rule reads.

    Codes decide. Words are matched by whole name or brand, never inside another word; a name that its sentence denies
    or ends names nothing by itself, save denosumab that was ended, which may not be forgotten.
    The identity is not sure where codes contradict each other or the words; where the words alone name the drug and
    the code beside them is of another drug, or of a drug system and not known here; and where the words say that the
    drug is not taken or was ended. A drug that is matched by name alone needs no known code.
    """
    coded, worded = _by_codes(codings), _by_words(texts)
    if "not-osteoporosis-parathyroid" in coded.tags:
        gone = frozenset(("teriparatide",))
        coded = _Coded(coded.tags, tuple(each - gone for each in coded.drugs), coded.other, coded.unknown)
        worded = _Worded(tuple(each - gone for each in worded.drugs), worded.denied, worded.ended, worded.brands)
    ingredients = coded.named or worded.named or worded.ended & {formulary.DENOSUMAB}
    if not ingredients:
        return None
    conflict = _conflict(coded, worded, ingredients)
    return Identity(
        tuple(sorted(ingredients, key=_ORDER.__getitem__)),
        coded.tags,
        _brand(worded.brands, ingredients),
        not conflict,
        conflict,
        ended=bool(worded.ended & ingredients),
    )


def _by_codes(codings: Iterable[tuple[str, str]]) -> _Coded:
    tags, drugs, other, unknown = frozenset[str](), list[frozenset[str]](), "", False
    for system, code in codings:
        normal = codes.normalise(system, code)
        found = codes.tags(system, code)
        ours = {drug for tag in found for drug in _COMBINED.get(tag) or ((_BY_SET[tag],) if tag in _BY_SET else ())}
        tags |= found
        if ours:
            drugs.append(frozenset(ours))
        elif normal in OTHER_DRUGS or (found and normal[0] in _DRUG_SYSTEMS):
            other = other or OTHER_DRUGS.get(normal) or codes.display(*normal) or ""
        elif normal[0] in _DRUG_SYSTEMS:
            unknown = True
    return _Coded(tags, tuple(drugs), other, unknown)


def _by_words(texts: Iterable[str]) -> _Worded:
    lowered = [_JOINED.sub(r"\1 / ", text.lower()) for text in texts]
    lookalike = any(_LOOKALIKE.search(text) for text in lowered)
    drugs, denied, ended, brands = list[frozenset[str]](), set[str](), set[str](), list[str]()
    for text in lowered:
        named: set[str] = set()
        for word, start, end in _names(text):
            drug = _WORDS.get(word, word)
            if _is_local(DRUGS[drug], text) or (drug == "teriparatide" and lookalike):
                continue
            said = negation.said_of(text[:start], text[end:])
            if said is Said.DENIED:
                denied.add(drug)
            elif said is Said.ENDED:
                ended.add(drug)
            else:
                named |= {drug, *_COMBINED.get(BRANDS[word][1] if word in BRANDS else "", ())}
            if word in BRANDS and said is not Said.DENIED:
                brands.append(word)
        drugs.append(frozenset(named))
    return _Worded(tuple(each for each in drugs if each), frozenset(denied), frozenset(ended), tuple(brands))


def _names(text: str) -> Iterable[tuple[str, int, int]]:
    """Each name in the text, with where it begins and ends."""
    plain = _PLAIN_CALCIUM.match(text)
    if plain:
        yield "calcium", plain.start(), plain.end()
    for match in _NAMED.finditer(text):
        yield re.sub(r"\s+", " ", match.group(1)), match.start(), match.end()


def _conflict(coded: _Coded, worded: _Worded, ingredients: frozenset[str]) -> str:
    """Why the identity is not sure, as a sentence goes on after the drug's name; "" where it is."""
    if _apart(coded.drugs) or (coded.named and coded.other):
        return _TWO_CODES
    if coded.named and any(not text & coded.named and _main(text) for text in worded.drugs):
        return _CODE_AND_WORDS
    if coded.named and worded.named and not worded.named & coded.named:
        return _CODE_AND_WORDS
    if not coded.named and coded.other:
        return f"{_OTHER_DRUG} ({coded.other})"
    if not coded.named and coded.unknown and all(DRUGS[key].code_sets for key in ingredients):
        return _UNKNOWN
    if not coded.named and len(_main(worded.named)) > 1:
        return _TWO_NAMES
    if worded.ended & ingredients:
        return _ENDED
    return _DENIED if worded.denied & ingredients else ""


def _apart(drugs: tuple[frozenset[str], ...]) -> bool:
    """Two of these codes name drugs that are no parts of one combination."""
    mains = [main for each in drugs if (main := _main(each))]
    return any(not one & other for one in mains for other in mains)


def _main(drugs: frozenset[str]) -> frozenset[str]:
    return frozenset(drug for drug in drugs if DRUGS[drug].kind not in _BESIDE_OTHERS)


def _brand(brands: tuple[str, ...], ingredients: frozenset[str]) -> str | None:
    """The first brand of these drugs; none where brands of two products contradict each other."""
    ours = [brand for brand in brands if BRANDS[brand][0] in ingredients]
    products = {BRANDS[brand][1] for brand in ours} - {""}
    return ours[0] if ours and len(products) <= 1 else None


def _is_local(drug: Drug, text: str) -> bool:
    """A glucocorticoid or an immunosuppressant for skin, eye, nose or lung; a capsule of soft gel is none."""
    if drug.kind not in {GLUCOCORTICOID, IMMUNOSUPPRESSANT} or not _NOT_SYSTEMIC.search(text):
        return False
    return drug.kind == GLUCOCORTICOID or not _SYSTEMIC.search(text)
