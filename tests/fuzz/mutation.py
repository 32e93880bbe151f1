"""Spoils a hook request the way real and hostile senders do, member by member or in its bytes."""

import copy
from typing import Any, Protocol

import orjson

Json = Any
Path = tuple[Any, ...]


class Choice(Protocol):
    """Where the choices come from: a seeded generator, hypothesis, or the bytes of a guided fuzzer."""

    def randrange(self, stop: int, /) -> int:
        """A whole number from 0 up to, not including, `stop`."""
        ...


HTML = (
    "<img src=x onerror=alert(1)>", "</li></ul><script>alert(1)</script>", "<b>bold</b>", "<!-- hidden -->",
    "&lt;script&gt;", "<svg/onload=alert(1)>", "<a href='javascript:alert(1)'>here</a>", "<details open>",
)  # fmt: skip
MARKDOWN = (
    "[here](javascript:alert(1))", "![seen](http://example.org/pixel.png)", "**Stop all drugs**", "`code`", "~~no~~",
    "\n\n# Heading\n\n- item", "| a | b |\n|---|---|", "<http://example.org>", "\\[x\\](y)", "1. one\n2. two", "_a_",
)  # fmt: skip
UNICODE = (
    "\u202eevitca\u202c", "\u2066left\u2069", "\u200bactive\u200d", "\ufeffPatient", "\u0000", "\x1b[31m",
    "\u2028\u2029", "\u061c", "\u00ad", "\u2060", "\U000e0041\U000e0042", "\ufff9\ufffb", "e" + "\u0301" * 200,
    "\u0660\u0667", "\u00b2", "\uff0d\uff12\uff0e\uff17", "\u22122.7", "\U0001f9b4" * 40, "\ud7ff\ue000",
    "\u0130stanbul", "\u00df", "\ufb01",
)  # fmt: skip
DATES = (
    "0000-00-00", "0001-01-01", "9999-12-31", "9999-12-31T23:59:60Z", "2026-02-30", "2026", "2026-13", "2026-1-1",
    "20260101", "2026-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "-0001-01-01",
    "2026-01-01T24:00:00Z", "next week", "2026-W01-1", "10000-01-01", "2026-06-31T", "1900-02-29",
    "\u0662\u0660\u0662\u0666-01-01",
)  # fmt: skip
NUMBERS = (
    0, -0.0, -1, 1, 2**31, 2**53 + 1, 2**64 - 1, -(2**63), 1e308, -1e308, 5e-324, 0.1 + 0.2, "1e999999999", "9" * 400,
    "NaN", "-Infinity", "Infinity", "1,5", "1.000,5", "0x10", "1e-999999999", ">=1e400", "1_000", "½", "+5", "60 60",
)  # fmt: skip
REFERENCES = (
    "", "#", "#x", "Patient/", "/", "//", "Patient/../Patient/p", "urn:uuid:", "urn:oid:1.2.3", "Patient?identifier=1",
    "https://ehr.example.org/Patient/1/_history/2", "javascript:alert(1)", "MedicationRequest", "a/b/c/d", "Group/1",
)  # fmt: skip
WORDS = (
    "Bundle", "OperationOutcome", "Patient", "MedicationOrder", "entered-in-error", "active", "draft", "stopped",
    "order", "final", "refuted", "next", "http://loinc.org", "mg", "d", "mo", "wk", "true", "denosumab", "Prolia",
    "alendronate 70 mg", "not denosumab", "romosozumab", "hip fracture", "M81.0", "80948-3", "female",
)  # fmt: skip
LONG = ("a" * 20_000, "denosumab " * 2_000, "1" * 20_000, " " * 20_000, "<" * 5_000, "2026-" * 3_000, "(((" * 3_000)
TEXTS: tuple[object, ...] = (*HTML, *MARKDOWN, *UNICODE, *DATES, *NUMBERS, *REFERENCES, *WORDS, *LONG)
SHAPES: tuple[Json, ...] = (
    None, True, False, [], {}, [None], [[]], {"": None}, [{}], {"reference": {"reference": []}}, {"coding": [None]},
    {"resourceType": "Bundle"}, {"resourceType": "Bundle", "entry": None}, {"resourceType": "Bundle", "entry": {}},
    {"resourceType": "Bundle", "entry": [None, {}, 5, {"resource": None}, {"resource": {"resourceType": 5}}]},
    {"resourceType": "OperationOutcome"}, {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]},
    {"value": None, "unit": 5}, {"extension": [{"url": "x", "valueCode": "unknown"}]}, {"start": None, "end": {}},
)  # fmt: skip
DEEP = (3, 30, 120, 240)


def places(value: Json, path: Path = ()) -> list[Path]:
    """The path of every member and item."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*path, number))
    return found


def spoiled(body: Json, choice: Choice, most: int = 6) -> Json:
    """A copy of a request with 1 to `most` things done to it."""
    body = copy.deepcopy(body)
    for _ in range(1 + choice.randrange(most)):
        path = _place(body, choice)
        if path:
            _STEPS[choice.randrange(len(_STEPS))](body, path, choice)
    return body


def spoiled_bytes(raw: bytes, choice: Choice) -> bytes:
    """A body that is no longer what JSON or UTF-8 allow, or only just."""
    at = choice.randrange(len(raw) + 1)
    kind = choice.randrange(8)
    if kind == 0:
        return raw[:at]
    if kind == 1:
        return raw[:at] + bytes((choice.randrange(256),)) + raw[at + 1 :]
    if kind == 2:
        token = (b"NaN", b"Infinity", b"-Infinity", b"1e99999", b"01", b"'x'", b"undefined", b"// x\n")
        return raw.replace(b"null", token[choice.randrange(len(token))], 1) if b"null" in raw else raw[:at] + b"NaN"
    if kind == 3:
        return raw[:at] + b"[" * (1_000 + choice.randrange(100_000))
    if kind == 4:
        return raw.replace(b'"id":"', (b'"id":"\\ud800', b'"id":"\xff', b'"id":"\\u0000')[choice.randrange(3)])
    if kind == 5:
        return b"\xef\xbb\xbf" * choice.randrange(3) + raw
    if kind == 6:
        return raw[:-1] + b',"hook":"patient-view","context":{}}'
    return raw.decode("utf-8").encode(("utf-16", "utf-32", "utf-7")[choice.randrange(3)], "surrogatepass")


def at(value: Json, path: Path) -> Json:
    """What stands at a path."""
    for step in path:
        value = value[step]
    return value


def put(body: Json, path: Path, value: Json) -> None:
    """Write at a path that exists."""
    at(body, path[:-1])[path[-1]] = value


def _place(body: Json, choice: Choice) -> Path:
    """Any place; members near the top, of which there are few, as often as the many leaves."""
    if choice.randrange(3):
        path: Path = ()
        here = body
        while isinstance(here, (dict, list)) and here and (not path or choice.randrange(6)):
            steps = list(here) if isinstance(here, dict) else range(len(here))
            step = steps[choice.randrange(len(steps))]
            path, here = (*path, step), here[step]
        return path
    found = places(body)
    return found[choice.randrange(len(found))] if found else ()


def _one_of(pool: tuple[object, ...], choice: Choice) -> Json:
    return copy.deepcopy(pool[choice.randrange(len(pool))])


def _drop(body: Json, path: Path, choice: Choice) -> None:
    del at(body, path[:-1])[path[-1]]


def _double(body: Json, path: Path, choice: Choice) -> None:
    parent, value = at(body, path[:-1]), at(body, path)
    if isinstance(parent, list):
        parent.insert(choice.randrange(len(parent) + 1), copy.deepcopy(value))
    else:
        parent[_one_of((f"_{path[-1]}", "resource", "subject", "value", "extension", "contained"), choice)] = (
            copy.deepcopy(value)
        )


def _retype(body: Json, path: Path, choice: Choice) -> None:
    value = at(body, path)
    ways: list[Json] = [[value], {"value": value}, {"resource": value}, str(value), [value, value]]
    if isinstance(value, list) and value:
        ways += [value[0], dict.fromkeys(map(str, range(len(value))), value[0])]
    if isinstance(value, dict):
        ways += [list(value.values()), next(iter(value.values()), None), list(value)]
    if isinstance(value, (int, float)):
        ways += [f"{value} mg", bool(value), -value, value * 1_000]
    put(body, path, copy.deepcopy(ways[choice.randrange(len(ways))]))


def _swap(body: Json, path: Path, choice: Choice) -> None:
    other = _place(body, choice)
    shared = min(len(path), len(other))
    if not other or path[:shared] == other[:shared]:
        return
    one, two = at(body, path), at(body, other)
    put(body, path, two)
    put(body, other, one)


def _cut(body: Json, path: Path, choice: Choice) -> None:
    value = at(body, path)
    if isinstance(value, (str, list)):
        put(body, path, value[: choice.randrange(len(value) + 1)])
    elif isinstance(value, dict):
        kept = choice.randrange(len(value) + 1)
        put(body, path, dict(list(value.items())[:kept]))


def _nest(body: Json, path: Path, choice: Choice) -> None:
    value = at(body, path)
    key = _one_of(("contained", "extension", "component", "entry", "coding", "x"), choice)
    for _ in range(DEEP[choice.randrange(len(DEEP))]):
        value = [value] if choice.randrange(2) else {key: value}
    put(body, path, value)


def _many(body: Json, path: Path, choice: Choice) -> None:
    value = at(body, path)
    if isinstance(value, list) and value and len(orjson.dumps(value)) < 4_000:
        put(body, path, [copy.deepcopy(value[0]) for _ in range(200)])


def _text(body: Json, path: Path, choice: Choice) -> None:
    put(body, path, _one_of(TEXTS, choice))


def _shape(body: Json, path: Path, choice: Choice) -> None:
    put(body, path, _one_of(SHAPES, choice))


def _append(body: Json, path: Path, choice: Choice) -> None:
    """Words around those that stand there, so that what was understood is still understood."""
    value = at(body, path)
    if isinstance(value, str):
        added = str(_one_of((*HTML, *MARKDOWN, *UNICODE), choice))
        put(body, path, f"{value} {added}" if choice.randrange(2) else f"{added} {value}")


_STEPS = (_drop, _double, _retype, _swap, _cut, _nest, _many, _text, _text, _shape, _append, _append)
