"""Lets coverage choose what is spoiled: `python -m tests.fuzz.guided requests` or `readers`, then options of libFuzzer.

Without -runs it goes on until something is found, which is then kept in build/fuzz, written as tests/fuzz/found has it.
"""

import hashlib
import sys
from pathlib import Path
from typing import Any

import atheris
import orjson

with atheris.instrument_imports(include=["cards", "service"], enable_loader_override=False):
    from tests.fhir.test_read_anything import RESOURCES, read
    from tests.fuzz.holding import Service, with_stranger
    from tests.fuzz.mutation import spoiled
    from tests.fuzz.seeds import seeds

KEPT = Path("build") / "fuzz"
TARGETS = ("requests", "readers")


class Guided:
    """Choices taken from the fuzzer's bytes."""

    def __init__(self, data: bytes) -> None:
        self._bytes = atheris.FuzzedDataProvider(data)

    def randrange(self, stop: int, /) -> int:
        """A whole number below `stop`."""
        return int(self._bytes.ConsumeIntInRange(0, stop - 1))


class Fuzzing:
    """One target and what it needs."""

    def __init__(self) -> None:
        self._service = Service()

    def requests(self, data: bytes) -> None:
        """A whole request, spoiled, sometimes with another patient's resources in it."""
        choice = Guided(data)
        seed = seeds()[choice.randrange(len(seeds()))]
        body = spoiled(seed.body, choice)
        if choice.randrange(3) == 0:
            body = with_stranger(body)
        try:
            raw = orjson.dumps(body)
        except (orjson.JSONEncodeError, TypeError):
            return
        faults = self._service.faults(seed.service, raw, seed.day)
        if faults:
            keep({"about": "; ".join(faults), "service": seed.service, "day": seed.day.isoformat(), "request": body})
            raise AssertionError(faults)

    def readers(self, data: bytes) -> None:
        """The resources of one section, spoiled, read by themselves."""
        choice = Guided(data)
        section = sorted(RESOURCES)[choice.randrange(len(RESOURCES))]
        held = [
            {**each, "resourceType": whole["resourceType"]}
            for whole in RESOURCES[section]
            if isinstance(each := spoiled(whole, choice), dict)
        ]
        chart = read({section: held}, in_context=bool(choice.randrange(2)))
        raised = [each.why for each in chart.peek(section).unusable if "could not be read (" in each.why]
        if raised:
            keep({"about": "; ".join(raised), "section": section, "resources": held})
            raise AssertionError(raised)


def keep(found: dict[str, Any]) -> None:
    """Write down what was found, before the fuzzer ends the process."""
    KEPT.mkdir(parents=True, exist_ok=True)
    told = orjson.dumps(found, option=orjson.OPT_INDENT_2)
    KEPT.joinpath(f"{hashlib.sha256(told).hexdigest()[:12]}.json").write_bytes(told)


def main() -> None:
    """Fuzz the target named first; all other words are libFuzzer's."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"Name what to fuzz: {' or '.join(TARGETS)}.")
    target = sys.argv.pop(1)
    atheris.Setup(sys.argv, getattr(Fuzzing(), target))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
