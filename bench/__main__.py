"""`python -m bench`: the service beside the echo, as a table. Exit 1 only where something is broken."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from bench import hot_spots, servers
from bench.client import LOOPBACK
from bench.figures import Comparison, Seen, Turn, percentile, table, together
from bench.patient import AS_OF, HOOK, hook_request
from bench.servers import CHECKOUT, BenchFault, Server

SIZES: Final = (10, 500)
CALLS: Final = {10: 800, 500: 200}
"""Calls a round at each size; with the warm-up fewer than the 5000 after which a worker is renewed."""
WARM_UP: Final = {10: 160, 500: 64}
TURNS: Final = {"own": 4, "wrk": 1}
"""In how many turns a round's calls are made, service and echo one after the other."""
PATIENTS: Final = 8  # bodies sent in turn, so that nothing is remembered of the call before
WRK_LASTS: Final = "3s"  # it waits this long whatever it has done; on a slow machine it makes fewer calls


@dataclass(frozen=True, slots=True)
class Load:
    """The bodies of one size, in memory and as files for the client."""

    size: int
    bodies: tuple[bytes, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is made."""

    rounds: int
    workers: int
    connections: int
    client: str


def main() -> None:
    """Measure or profile, as the arguments say."""
    given = _arguments().parse_args()
    try:
        if given.profile:
            print(hot_spots.report(given.size))
            return
        plan = Plan(given.rounds, given.workers, given.connections, given.client)
        with tempfile.TemporaryDirectory() as folder:
            comparisons = _run(plan, Path(folder))
    except (BenchFault, ValueError) as fault:
        print(f"broken: {fault}", file=sys.stderr)
        sys.exit(1)
    heading = (
        f"osteohooks serve beside a bare Flask + orjson echo: the same gunicorn settings, workers {plan.workers}; "
        f"{plan.rounds} rounds,\n{plan.connections} connections, client {plan.client}; "
        f"load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )
    print(table(comparisons, heading))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds, each with both servers started anew (5)")
    parser.add_argument("--workers", type=int, default=1, help="worker processes of each server (1)")
    parser.add_argument("--connections", type=int, default=4, help="connections of the client (4)")
    parser.add_argument("--client", choices=("own", "wrk"), default="own", help="own, or wrk where it is installed")
    parser.add_argument("--profile", action="store_true", help="profile one process instead, nothing is served")
    parser.add_argument("--size", type=int, default=500, help="resources in the profiled prefetch (500)")
    return parser


def _load(size: int, folder: Path, keys: Collection[str]) -> Load:
    bodies = tuple(orjson.dumps(hook_request(size, seed, keys)) for seed in range(1, PATIENTS + 1))
    files = tuple(folder / f"{size}-{place}.json" for place in range(PATIENTS))
    for path, body in zip(files, bodies, strict=True):
        path.write_bytes(body)
    return Load(size, bodies, files)


def _run(plan: Plan, folder: Path) -> list[Comparison]:
    """Each round starts both servers anew: a process keeps its luck with memory for as long as it lives."""
    with servers.service(1, AS_OF) as ours:
        path, keys = _offered(ours)
        loads = [_load(size, folder, keys) for size in SIZES]
        _check_answers(ours, path, loads)
    rounds = [_round(plan, path, loads) for _ in range(plan.rounds)]
    return [
        Comparison(
            load.size,
            sum(map(len, load.bodies)) / len(load.bodies) / 1000,
            tuple(each[load.size, "service"] for each in rounds),
            tuple(each[load.size, "echo"] for each in rounds),
        )
        for load in loads
    ]


def _round(plan: Plan, path: str, loads: Sequence[Load]) -> dict[tuple[int, str], Seen]:
    met: dict[tuple[int, str], list[Turn]] = {}
    with servers.service(plan.workers, AS_OF) as ours, servers.echo(plan.workers) as theirs:
        for load in loads:
            for server in (ours, theirs):
                _turn(plan, server, path, load, WARM_UP[load.size])
        turns = TURNS[plan.client]
        for load in loads:
            for server in (ours, theirs) * turns:
                taken = _turn(plan, server, path, load, CALLS[load.size] // turns)
                met.setdefault((load.size, server.name), []).append(taken)
    return {of: together(taken) for of, taken in met.items()}


def _offered(server: Server) -> tuple[str, tuple[str, ...]]:
    """Where the measured hook is served, and the prefetch keys it asks for. BenchFault where it is not offered."""
    status, answer = servers.get(server.port, "/cds-services")
    offered = {each["hook"]: each for each in answer["services"]} if status == 200 else {}
    if HOOK not in offered:
        raise BenchFault(f"discovery answered {status} and offers no {HOOK}")
    return f"/cds-services/{offered[HOOK]['id']}", tuple(offered[HOOK]["prefetch"])


def _check_answers(server: Server, path: str, loads: Sequence[Load]) -> None:
    """Read the answer to every body once: the same topics each time, and at least two cards with drafts."""
    met: set[tuple[str, ...]] = set()
    for load in loads:
        for body in load.bodies:
            status, answer = servers.post(server.port, path, body)
            if status != 200:
                raise BenchFault(f"a prefetch of {load.size} resources was answered {status}")
            drafted = sum(offers_a_draft(card) for card in answer["cards"])
            if drafted < 2:
                raise BenchFault(f"{drafted} cards with drafts at {load.size} resources; at least 2 are expected")
            met.add(tuple(sorted(card["source"]["topic"]["code"] for card in answer["cards"])))
    if len(met) != 1:
        raise BenchFault(f"the filler changes the cards: {' | '.join(', '.join(topics) for topics in sorted(met))}")


def offers_a_draft(card: dict[str, Any]) -> bool:
    """Some suggestion of this card creates a drug order."""
    return any(
        action.get("type") == "create" and action.get("resource", {}).get("resourceType") == "MedicationRequest"
        for suggestion in card.get("suggestions", ())
        for action in suggestion.get("actions", ())
    )


def _turn(plan: Plan, server: Server, path: str, load: Load, calls: int) -> Turn:
    before = server.cpu_ms()
    told = (_with_wrk if plan.client == "wrk" else _with_own)(plan, server, path, load, calls)
    spent = server.cpu_ms() - before
    if told["faults"] or not told["calls"]:
        raise BenchFault(f"{told['faults']} calls of the {server.name} at {load.size} resources failed")
    return Turn(spent, told["calls"], told["seconds"], told["p50_ms"], told["p99_ms"])


def _with_own(plan: Plan, server: Server, path: str, load: Load, calls: int) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "bench.client", "--port", str(server.port), "--path", path, "--calls", str(calls),
        "--connections", str(plan.connections), *map(str, load.files),
    ]  # fmt: skip
    told = _answer_of(command)
    if any(len(lengths) != 1 for lengths in told["lengths"]):
        raise BenchFault(f"the {server.name} answered one body at {load.size} resources in several lengths")
    ms = told["ms"]
    return {
        "calls": len(ms),
        "seconds": told["seconds"],
        "p50_ms": percentile(ms, 50) if ms else 0.0,
        "p99_ms": percentile(ms, 99) if ms else 0.0,
        "faults": len(told["faults"]),
    }


def _with_wrk(plan: Plan, server: Server, path: str, load: Load, calls: int) -> dict[str, Any]:
    if shutil.which("wrk") is None:
        raise BenchFault("wrk is not installed; the own client needs nothing: leave out --client")
    command = [
        "wrk", "--threads", "1", "--connections", str(plan.connections), "--duration", WRK_LASTS, "--timeout", "30s",
        "--script", str(Path(__file__).with_name("wrk.lua")), f"http://{LOOPBACK}:{server.port}{path}", "--",
        str(calls), *map(str, load.files),
    ]  # fmt: skip
    return _answer_of(command)


def _answer_of(command: Sequence[str]) -> dict[str, Any]:
    """The JSON object on the last line that a client prints."""
    try:
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=300, check=True)
        told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.CalledProcessError as fault:
        raise BenchFault(f"the client ended with {fault.returncode}: {fault.stderr[-2000:]}") from fault
    except (subprocess.TimeoutExpired, IndexError, json.JSONDecodeError) as fault:
        raise BenchFault(f"the client gave no answer: {fault}") from fault
    return told


if __name__ == "__main__":
    main()
