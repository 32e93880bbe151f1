"""`osteohooks serve`: the production server comes up, answers, and goes when told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
import requests

from tests.doors import checks
from tests.doors.messages import hook, post

COMMAND = str(Path(sys.executable).with_name("osteohooks"))
PATIENCE_S = 20
"""For machines busy with other things; on an idle one the server is up in a second or two."""


def environment(**changed: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OSTEOHOOKS_")}
    return {**kept, **{f"OSTEOHOOKS_{name}": value for name, value in changed.items()}}


@contextmanager
def served(port: int, **changed: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)],
        env=environment(AS_OF="2026-01-15", **changed),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                requests.get(f"{base}/healthz", timeout=PATIENCE_S)
                break
            except requests.ConnectionError:
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < deadline, "the server did not come up"
                time.sleep(0.05)
        yield base, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.server
def test_the_server_answers_and_ends_cleanly_within_five_seconds(free_port: int) -> None:
    with served(free_port) as (base, process):
        body = requests.get(f"{base}/cds-services", timeout=PATIENCE_S).json()
        assert checks.faults("discovery-response", body) == []
        for each in body["services"]:
            checks.cards(post(base, hook(each["hook"]), each["id"]))
        checks.outcome(post(base, hook(), "none"), 404)
        with requests.Session() as idle:
            idle.get(f"{base}/healthz", timeout=PATIENCE_S)
            told = time.monotonic()
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=PATIENCE_S)
        assert time.monotonic() - told < 5
        assert process.returncode == 0, err
        assert f"{base}/cds-services" in out


@pytest.mark.server
def test_a_start_names_once_what_can_be_critical_and_does_not_speak(free_port: int, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    stages = {"allergy": "off", "denosumab-overdue": "shadow", "denosumab-due": "off"}
    site.write_text(
        "".join(f'[rule.{topic}]\nstage = "{stage}"\n' for topic, stage in stages.items()), encoding="utf-8"
    )
    with served(free_port, SITE=str(site)) as (base, process):
        checks.cards(post(base, hook()))
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE_S)
    named = [line for line in err.splitlines() if not line.startswith(("{", "["))]
    assert [line.rpartition(": ")[2] for line in named if "critical" in line] == [
        "allergy (off), denosumab-overdue (shadow)."
    ]


def in_chunks(body: bytes) -> Iterator[bytes]:
    yield from (body[start : start + 65536] for start in range(0, len(body), 65536))


@pytest.mark.server
def test_a_body_over_the_limit_is_refused_and_the_connection_not_cut(free_port: int) -> None:
    large = b'{"x":"' + b"a" * (12 * 1024 * 1024) + b'"}'
    headers = {"Content-Type": "application/json"}
    with served(free_port) as (base, _):
        url = f"{base}/cds-services/osteohooks-patient-view"
        for body in (large, in_chunks(large)):
            checks.outcome(requests.post(url, data=body, headers=headers, timeout=PATIENCE_S), 413)
        checks.cards(requests.post(url, data=in_chunks(orjson.dumps(hook())), headers=headers, timeout=PATIENCE_S))


@pytest.mark.server
def test_a_call_in_flight_is_answered_though_the_server_is_told_to_end(free_port: int) -> None:
    body = orjson.dumps(hook())
    head = (
        "POST /cds-services/osteohooks-patient-view HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with served(free_port) as (_, process), socket.create_connection(("127.0.0.1", free_port), 10) as wire:
        wire.sendall(head.encode() + body[:-10])
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        wire.sendall(body[-10:])
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"AUTH": "jwt"}, "cannot check a client's token yet"),
        ({"HOST": "192.0.2.1"}, "opens the service beyond this machine"),
        ({"MAX_CARD": "3"}, "did you mean OSTEOHOOKS_MAX_CARDS"),
    ],
)
def test_what_cannot_hold_refuses_to_start_with_a_sentence(changed: dict[str, str], sentence: str) -> None:
    told = subprocess.run(
        [COMMAND, "serve"], env=environment(**changed), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert told.returncode == 2
    assert told.stderr.startswith("osteohooks does not start. ")
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr
