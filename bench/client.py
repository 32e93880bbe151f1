"""A closed-loop client in its own process, so that its CPU is not counted: each connection waits for its answer.

Run as `python -m bench.client`; prints one JSON object. Loopback only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_WAIT_S: Final = 30


@dataclass(slots=True)
class _Taken:
    """What one connection saw: milliseconds of each call, the lengths of the answers to each body, and faults."""

    ms: list[float] = field(default_factory=list)
    lengths: dict[int, set[int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def _call_in_turn(port: int, path: str, bodies: Sequence[bytes], turns: range, start: threading.Barrier) -> _Taken:
    taken = _Taken()
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_WAIT_S)
    headers = {"Content-Type": "application/json"}
    connection.connect()
    start.wait()
    for turn in turns:
        which = turn % len(bodies)
        begun = time.perf_counter()
        try:
            connection.request("POST", path, bodies[which], headers)
            answer = connection.getresponse()
            length = len(answer.read())
        except (OSError, http.client.HTTPException) as fault:
            taken.faults.append(type(fault).__name__)
            connection.close()
            continue
        taken.ms.append((time.perf_counter() - begun) * 1000)
        taken.lengths.setdefault(which, set()).add(length)
        if answer.status != 200:
            taken.faults.append(f"status {answer.status}")
    connection.close()
    return taken


def measure(port: int, path: str, bodies: Sequence[bytes], calls: int, connections: int) -> dict[str, object]:
    """Make this many calls over so many connections, the bodies in turn.

    Answers wall seconds, sorted milliseconds, faults, and for each body the lengths its answers had.
    """
    start = threading.Barrier(connections + 1)
    seen: list[_Taken] = []

    def run(first: int) -> None:
        seen.append(_call_in_turn(port, path, bodies, range(first, calls, connections), start))

    threads = [threading.Thread(target=run, args=(first,), daemon=True) for first in range(connections)]
    for thread in threads:
        thread.start()
    start.wait(timeout=_WAIT_S)
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    lengths = [sorted(set().union(*(each.lengths.get(which, set()) for each in seen))) for which in range(len(bodies))]
    return {
        "seconds": seconds,
        "ms": sorted(ms for each in seen for ms in each.ms),
        "faults": [fault for each in seen for fault in each.faults],
        "lengths": lengths,
    }


def main() -> None:
    """Measure as the arguments say and print what was seen."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--path", required=True)
    arguments.add_argument("--calls", type=int, required=True)
    arguments.add_argument("--connections", type=int, required=True)
    arguments.add_argument("bodies", type=Path, nargs="+")
    given = arguments.parse_args()
    bodies = [path.read_bytes() for path in given.bodies]
    json.dump(measure(given.port, given.path, bodies, given.calls, given.connections), sys.stdout)


if __name__ == "__main__":
    main()
