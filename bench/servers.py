"""Starts the two servers on loopback, tells what CPU their processes used, and ends them by process id."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson

from bench.client import LOOPBACK

CHECKOUT: Final = Path(__file__).resolve().parent.parent
CONFIGURATION: Final = CHECKOUT / "deploy" / "gunicorn.conf.py"

_READY_S: Final = 60
_STOP_S: Final = 15
_STAT_AFTER_NAME: Final = {"parent": 1, "utime": 11, "stime": 12}
"""Fields of /proc/<pid>/stat counted from the one after the process's name."""


class BenchFault(Exception):
    """The benchmark cannot go on: what was met, and what was expected."""


@dataclass(frozen=True, slots=True)
class Server:
    """One running server: the process that was started, where it listens, and its worker processes."""

    name: str
    pid: int
    port: int
    workers: tuple[int, ...]

    def cpu_ms(self) -> float:
        """CPU that the workers have used since they began, user and system. BenchFault where one was renewed."""
        if children(self.pid) != self.workers:
            raise BenchFault(f"a worker of the {self.name} was renewed while it was measured: make fewer calls a run")
        ticks = sum(sum(_stat(pid)[_STAT_AFTER_NAME[each]] for each in ("utime", "stime")) for pid in self.workers)
        return ticks * 1000 / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def service(workers: int, as_of: date) -> Iterator[Server]:
    """`osteohooks serve`, as shipped, on a day that is the same in every run."""
    script = Path(sys.executable).parent / "osteohooks"
    with _running("service", [str(script), "serve"], workers, {"OSTEOHOOKS_AS_OF": as_of.isoformat()}) as server:
        yield server


@contextlib.contextmanager
def echo(workers: int) -> Iterator[Server]:
    """The echo under the same gunicorn and the same configuration file."""
    command = [sys.executable, "-m", "gunicorn", "--config", str(CONFIGURATION), "bench.echo:app"]
    with _running("echo", command, workers, {}) as server:
        yield server


@contextlib.contextmanager
def _running(name: str, command: list[str], workers: int, extra: Mapping[str, str]) -> Iterator[Server]:
    port = _free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OSTEOHOOKS_")}
    environment |= {
        "OSTEOHOOKS_HOST": LOOPBACK,
        "OSTEOHOOKS_PORT": str(port),
        "OSTEOHOOKS_WORKERS": str(workers),
        **extra,
    }
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        try:
            _wait_until_ready(name, process, port, said)
            started = children(process.pid)
            if len(started) != workers:
                raise BenchFault(f"the {name} runs {len(started)} worker processes; {workers} were asked for")
            yield Server(name, process.pid, port, started)
        finally:
            process.terminate()
            try:
                process.wait(timeout=_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=_STOP_S)


def _wait_until_ready(name: str, process: subprocess.Popen[bytes], port: int, said: Any) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said.seek(0)
            last = said.read()[-2000:].decode(errors="replace")
            raise BenchFault(f"the {name} ended with {process.returncode} before it was ready:\n{last}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            if get(port, "/cds-services")[0] == 200:
                return
        time.sleep(0.1)
    raise BenchFault(f"the {name} was not ready within {_READY_S} s")


def get(port: int, path: str) -> tuple[int, Any]:
    """Status and decoded body of a GET on loopback."""
    return _exchange(port, "GET", path, None)


def post(port: int, path: str, body: bytes) -> tuple[int, Any]:
    """Status and decoded body of a POST of JSON on loopback."""
    return _exchange(port, "POST", path, body)


def _exchange(port: int, method: str, path: str, body: bytes | None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, orjson.loads(answer.read())
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def fields_after_name(stat: str) -> list[int]:
    """The numbers of a /proc/<pid>/stat line after the process's name, which may itself hold spaces and brackets.

    The state, a letter, counts as 0, so that the places of the others stay.
    """
    return [int(each) if each.lstrip("-").isdigit() else 0 for each in stat.rpartition(")")[2].split()]


def _stat(pid: int) -> list[int]:
    return fields_after_name(Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace"))


def children(pid: int) -> tuple[int, ...]:
    """The processes whose parent this is."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if _stat(int(entry.name))[_STAT_AFTER_NAME["parent"]] == pid:
                    found.append(int(entry.name))
    return tuple(sorted(found))
