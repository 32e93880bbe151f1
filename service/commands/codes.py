"""`osteohooks codes`: what a code means to the service, where that was seen, and under which licence."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources
from typing import Final

import click

from cards import codes, formulary, identity, phrases
from cards.chart import Medication, Source
from cards.concepts import product
from cards.when import When
from service.fhir.read.dosage import BILLED_MG, container_mg

_NAMES: Final = {
    codes.RXNORM: "RxNorm", codes.SNOMED: "SNOMED CT", codes.LOINC: "LOINC", codes.ICD10CM: "ICD-10-CM",
    codes.HCPCS: "HCPCS", codes.NDC: "NDC",
}  # fmt: skip
_NOT_A_LETTER: Final = re.compile(r"[^a-z0-9]")
_SHORT: Final = {
    **{_NOT_A_LETTER.sub("", name.lower()): system for system, name in _NAMES.items()},
    "snomed": codes.SNOMED,
    "icd": codes.ICD10CM,
}
_DRUG_SYSTEMS: Final = (codes.RXNORM, codes.NDC, codes.HCPCS)
_OPENINGS: Final = {
    codes.RXNORM: "RxNorm: ",
    codes.HCPCS: "HCPCS Level II: ",
    codes.NDC: "National Drug Code: ",
    codes.SNOMED: "This material includes content from the SNOMED CT",
    codes.LOINC: "This material contains content from LOINC",
    codes.ICD10CM: "ICD-10-CM: ",
}
"""How the part of a value set's copyright that speaks of one system begins."""

_ANY_OPENING: Final = re.compile("|".join(f"(?={re.escape(opening)})" for opening in _OPENINGS.values()))
_SEEN: Final = "Codes and meanings read together in: "
_TWO_PRODUCTS: Final = ("denosumab", "zoledronic-acid")
_ONE_DOSE: Final = (*formulary.ORAL_BISPHOSPHONATES, *_TWO_PRODUCTS)
"""Drugs whose tablet or container is one dose, so that its strength tells something."""

_CONCENTRATION_ALONE: Final = re.compile(r"(?!.*\d ML ).*MG/ML", re.IGNORECASE)
_WIDTH: Final = 120
_LABEL: Final = 11  # characters up to where the text of a line begins

_Coding = tuple[str, str]


@click.command()
@click.argument("words", metavar="[SYSTEM|]CODE...", nargs=-1)
@click.option("--set", "sets", metavar="NAME", multiple=True, help="List the codes of this value set.")
def command(words: tuple[str, ...], sets: tuple[str, ...]) -> None:
    """Tell what each CODE means to the service: value sets, drug and product, where their codes were seen, licence.

    SYSTEM is rxnorm, snomed, loinc, icd-10-cm, hcpcs, ndc, or a URI or OID that FHIR records use. A CODE alone is tried
    in every system, and each that knows it is told. Quote what holds a bar: 'rxnorm|993449'. Ends with 1 where a code
    is unknown.
    """
    if not words and not sets:
        raise click.UsageError("give a code, as 'rxnorm|993449' or 38265-5, or --set with the name of a value set")
    try:
        listed = [codes.load(name) for name in sets]
    except KeyError as error:
        raise click.UsageError(error.args[0]) from error
    told = ["\n".join(_set(each)) for each in listed]
    strangers = False
    for word in words:
        known = list(_known(word))
        strangers = strangers or not known
        told += ["\n".join(_code(coding, word)) for coding in known] or ["\n".join(_unknown(word))]
    click.echo("\n\n".join(told))
    sys.exit(strangers)


def _split(word: str) -> tuple[str | None, str]:
    """The system that stands before the first bar, as its URI, and the code; None where none is named.

    A number before the bar is the focus of a SNOMED CT expression, "73211009 |Diabetes mellitus|", and no system.
    """
    before, bar, code = word.partition("|")
    if not bar or before.strip().isdecimal():
        return None, word.strip()
    named = before.strip()
    return _SHORT.get(_NOT_A_LETTER.sub("", named.lower()), named), code.strip()


def _known(word: str) -> Iterator[_Coding]:
    """Every coding, as the value sets spell it, that this word may be and of which anything is known."""
    named, code = _split(word)
    for system in codes.SYSTEMS if named is None else (named,):
        coding = codes.normalise(system, code)
        if codes.tags(*coding) or coding in identity.OTHER_DRUGS:
            yield coding


def _code(coding: _Coding, word: str) -> Iterator[str]:
    system, code = coding
    other = identity.OTHER_DRUGS.get(coding)
    sets = sorted(codes.tags(*coding))
    name = other or codes.display(*coding) or "its own name is not held here"
    yield f"{_NAMES.get(system, system)} {code}: {name}"
    if _split(word)[1] != code:
        yield _line("given as", word)
    yield _line("system", system)
    if other:
        yield _line("meaning", f"another drug: {other}. Public lists give this code to a drug for bone, wrongly.")
        yield _line("effect", "No rule reads it. Beside the name of a drug for bone it makes that name unsure.")
    for each in sets:
        yield from _membership(codes.load(each), coding)
    yield from _drug(coding)
    yield from _merged("seen in", ((each, _read(each)["purpose"].removeprefix(_SEEN)) for each in sets))
    yield from _merged("licence", ((each, _licence(_read(each)["copyright"], system)) for each in sets))


def _unknown(word: str) -> Iterator[str]:
    named, code = _split(word)
    if named is None:
        yield f"{code}: unknown"
        yield _line("tried", ", ".join(_NAMES.get(system, system) for system in codes.SYSTEMS))
        yield _line("meaning", "In no value set: no rule knows what it means. It is not said to mean anything else.")
        return
    system, normal = codes.normalise(named, code)
    if system not in codes.SYSTEMS:
        yield f"{word}: unknown"
        known = ", ".join(_NAMES.get(each, each) for each in codes.SYSTEMS)
        yield _line("system", f"{system!r} is no system known here: {known}")
        return
    yield f"{_NAMES.get(system, system)} {normal}: unknown"
    yield _line("system", system)
    yield _line("meaning", "In no value set: no rule knows what it means. It is not said to mean anything else.")
    if system in _DRUG_SYSTEMS:
        yield _line("effect", "Beside the name of a drug that is known by codes it makes that name unsure.")


def _membership(held: codes.ValueSet, coding: _Coding) -> Iterator[str]:
    """The set, its title and what it is for; and the prefix where the code stands in it by its beginning alone."""
    yield _line("value set", f"{held.name}: {held.title}")
    yield _line("", _read(held.name)["description"])
    if coding not in held.codes:
        prefix = max((each for system, each in held.prefixes if coding[1].startswith(each)), key=len)
        yield _line("", f"By its beginning, {prefix}; what follows that is not checked here.")


def _drug(coding: _Coding) -> Iterator[str]:
    """Ingredients, strength and product, as far as this code tells them with no word beside it."""
    found = identity.identify([coding], ())
    if found is None:
        return
    drugs = [formulary.DRUGS[key] for key in found.ingredients]
    kinds = (drug.name if drug.kind == drug.name else f"{drug.name} ({drug.kind})" for drug in drugs)
    yield _line("drug", " and ".join(kinds))
    first = found.ingredients[0]
    display = codes.display(*coding) or ""
    strength = None
    if first in _ONE_DOSE and not _CONCENTRATION_ALONE.match(display):
        strength = container_mg([display], [coding])
    if strength is not None:
        yield _line("strength", f"{phrases.number(strength)} mg")
    if first in _TWO_PRODUCTS:
        alone = Medication(
            ref="", source=Source.REQUEST, status="active", ingredients=found.ingredients, tags=found.tags,
            text=display, started=When.by(date.max), strength_mg=strength,
        )  # fmt: skip
        told = product.told_by(alone)
        if told is product.Product.INDETERMINATE:
            yield _line("product", "not told by the code: strength, dose, brand, interval or reason decide")
        else:
            yield _line("product", told.value)
    if coding[0] == codes.HCPCS and coding[1] in BILLED_MG:
        yield _line("billed", f"one unit is {phrases.number(BILLED_MG[coding[1]])} mg")


def _set(held: codes.ValueSet) -> Iterator[str]:
    resource = _read(held.name)
    yield f"{held.name}: {held.title}"
    yield _line("meaning", resource["description"])
    yield _line("seen in", resource["purpose"].removeprefix(_SEEN))
    yield _line("licence", resource["copyright"])
    for system, code in sorted(held.codes):
        yield f"{_NAMES.get(system, system)} {code}: {codes.display(system, code)}"
    for system, prefix in sorted(held.prefixes):
        yield f"{_NAMES.get(system, system)} {prefix}: the code and everything below it"


def _merged(label: str, told: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Each text once; where sets differ, with the names of the sets it belongs to."""
    names: dict[str, list[str]] = {}
    for name, text in told:
        names.setdefault(text, []).append(name)
    for text, holders in names.items():
        yield _line(label, text if len(names) == 1 else f"{', '.join(holders)}: {text}")


def _licence(copyright_text: str, system: str) -> str:
    """The part of a set's copyright that speaks of this system; all of it where none is marked as such."""
    parts = [part.strip() for part in _ANY_OPENING.split(copyright_text)]
    opening = _OPENINGS.get(system)
    return next((part for part in parts if opening and part.startswith(opening)), copyright_text)


def _read(name: str) -> dict[str, str]:
    """The members of a value set's file that are text, by name."""
    file = resources.files("cards").joinpath("valuesets", f"{name}.json")
    return {key: each for key, each in json.loads(file.read_text(encoding="utf-8")).items() if isinstance(each, str)}


def _line(label: str, text: str) -> str:
    return textwrap.fill(
        text, _WIDTH, initial_indent=f"  {label:<{_LABEL}}", subsequent_indent=" " * (_LABEL + 2),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
