"""Where the time of one hook call goes, in this process: its steps by the clock, then its functions by cProfile."""

from __future__ import annotations

import cProfile
import importlib
import io
import os
import pstats
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import orjson
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.patient import AS_OF, HOOK, hook_request
from cards import catalog as rules
from cards.assess import assess
from cards.compose import compose
from service.cdshooks import discovery
from service.cdshooks.request import parse
from service.cdshooks.response import render
from service.fhir.gather import gather
from service.fhir.read import read_chart
from service.fhir.sections import prefetch
from service.fhir.write import write
from service.settings import Settings, from_environment

CALLS: Final = 40
SHOWN: Final = 30
T = TypeVar("T")


def report(size: int) -> str:
    """Milliseconds of each step of a call at this many resources, and the 30 functions that take the most time."""
    os.environ |= {"OSTEOHOOKS_AS_OF": AS_OF.isoformat(), "OSTEOHOOKS_LOG_LEVEL": "warning"}
    app = importlib.import_module("service.wsgi").app  # it also tells the garbage collector how to behave
    settings = from_environment()
    service = next(each for each in discovery.services(rules.load(settings.site)) if each.hook == HOOK)
    keys = prefetch(HOOK, service.sections)
    bodies = [orjson.dumps(hook_request(size, seed, keys)) for seed in range(1, CALLS + 1)]

    def call(body: bytes) -> None:
        environ = EnvironBuilder(
            f"/cds-services/{service.id}", method="POST", data=body, content_type="application/json"
        ).get_environ()
        answer, status, _ = run_wsgi_app(app, environ, buffered=True)
        if not status.startswith("200"):
            raise ValueError(f"the call was answered {status}: {b''.join(answer)[:500]!r}")

    for body in bodies:
        call(body)
    begun = time.process_time()
    for body in bodies:
        call(body)
    whole_ms = (time.process_time() - begun) * 1000 / CALLS
    steps = _steps(bodies, service, settings)
    profile = cProfile.Profile()
    profile.enable()
    for body in bodies:
        call(body)
    profile.disable()
    said = io.StringIO()
    pstats.Stats(profile, stream=said).strip_dirs().sort_stats("tottime").print_stats(SHOWN)
    lines = [f"{size} resources, {len(bodies[0]) / 1000:.0f} kB; milliseconds of CPU a call, mean of {CALLS}"]
    lines += [f"  {name:22}{ms:8.2f}" for name, ms in steps.items()]
    lines.append(f"  {'the whole call':22}{whole_ms:8.2f}   (Flask, the steps, the log)")
    lines.append(f"\ncProfile of {CALLS} calls: every function call costs more here than it does in life\n")
    return "\n".join(lines) + said.getvalue().partition("Ordered by")[2].partition("\n")[2].rstrip()


def _steps(bodies: list[bytes], service: discovery.Service, settings: Settings) -> dict[str, float]:
    spent: dict[str, float] = {}
    catalog = rules.load(settings.site)

    def timed(name: str, work: Callable[[], T]) -> T:
        begun = time.process_time()
        done = work()
        spent[name] = spent.get(name, 0.0) + time.process_time() - begun
        return done

    for body in bodies:
        _one_call(body, service, settings, catalog, timed)
    return {name: seconds * 1000 / len(bodies) for name, seconds in spent.items()}


def _one_call(body: bytes, service: discovery.Service, settings: Settings, catalog: rules.Catalog, timed: Any) -> None:
    told = timed("decode", lambda: orjson.loads(body))
    called = timed("request.parse", lambda: parse(told, service.hook))
    gathered = timed("gather", lambda: gather(called.asked(service.id), service.sections))
    chart = timed("read_chart", lambda: read_chart(gathered, AS_OF, site=settings.site))
    outcomes = timed("assess", lambda: assess(chart, catalog.for_hook(HOOK)))
    identity = ("open", service.id, called.hook_instance, called.patient_id)
    composed = timed("compose", lambda: compose(chart, outcomes, identity=identity, refused=()))

    def writer(what: Any) -> Any:
        return write(what, patient_id=gathered.patient_id, encounter_id=None, originals=gathered.originals)

    answer = timed("render", lambda: render(composed.cards, writer))
    timed("encode", lambda: orjson.dumps(answer))
