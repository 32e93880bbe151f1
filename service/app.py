"""The one place where the parts meet: settings, rules and doors become an application."""

from __future__ import annotations

import functools
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from cards import catalog as rules
from cards.catalog import Catalog
from service import log, operate
from service.cdshooks import discovery, routes, schema
from service.cdshooks.response import Writer
from service.clients import ROUTED_TO
from service.decide import decide as decide_cards
from service.errors import BadRequest, BodyTooLarge, Broken, NoSuchPath, ServiceError, WrongMethod
from service.fhir.gather import Gathered
from service.fhir.write import write
from service.settings import Settings, today

BODY_LIMIT_BYTES: Final = 10 * 1024 * 1024
"""Real prefetch runs over half a megabyte; ten is ample."""

_METHODS: Final = "GET, POST, OPTIONS"
_REQUEST_ID: Final = re.compile(r"[0-9A-Fa-f-]{32,36}\Z")


def create_app(
    settings: Settings,
    *,
    catalog: Catalog | None = None,
    decide: routes.Decides = decide_cards,
    clock: Callable[[], date] | None = None,
) -> Flask:
    """The WSGI application, with all that can be built before a request built.

    `catalog`, `decide` and `clock` stand in for the rules, the pipe and the day.
    """
    log.start(settings.log_level)
    if catalog is None:
        catalog = rules.load(settings.site)
    offered = {each.id: each for each in discovery.services(catalog)}
    counters = operate.Counters()
    app = Flask("osteohooks", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT_BYTES
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    door = routes.Door(
        catalog=catalog,
        offered=offered,
        decide=decide,
        writer=_writer,
        today=clock or functools.partial(today, settings),
        counters=counters,
        clients=settings.clients,
        beside={hook: catalog.sections(hook) for hook in ROUTED_TO},
    )
    for each in offered.values():
        schema.validator("service-request.ingress", each.hook)
    app.register_blueprint(routes.blueprint(door))
    app.register_blueprint(operate.blueprint(counters, tuple(offered)))
    _answer_errors(app)
    _frame_answers(app, settings, counters)
    app.wsgi_app = _OnePath(app.wsgi_app)  # type: ignore[method-assign]
    log.event(
        "ready", services=sorted(offered), rules=len(catalog.rules), stages=settings.site.stages, auth=settings.auth
    )
    return app


def _writer(gathered: Gathered) -> Writer:
    return functools.partial(
        write,
        patient_id=gathered.patient_id,
        encounter_id=gathered.encounter_id,
        originals=gathered.originals,
    )


class _OnePath:
    """A path with doubled or trailing slashes is the path without them: a redirect would lose a POST."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.endswith("/") or "//" in path:
            environ["PATH_INFO"] = "/" + "/".join(part for part in path.split("/") if part)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer


def _answer_errors(app: Flask) -> None:
    """Every answer other than 200 is an OperationOutcome; an exception of ours is told without its text."""

    @app.errorhandler(ServiceError)
    def foreseen(error: ServiceError) -> Response:
        g.told |= {"fault": type(error).__name__, "why": error.sentences}
        headers = {"Allow": ", ".join(error.allowed)} if isinstance(error, WrongMethod) else None
        return Response(
            orjson.dumps(error.outcome()), status=error.status, mimetype="application/json", headers=headers
        )

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        if isinstance(error, NotFound):
            return foreseen(NoSuchPath())
        if isinstance(error, MethodNotAllowed):
            return foreseen(WrongMethod(error.valid_methods or ("GET",)))
        if isinstance(error, RequestEntityTooLarge):
            return foreseen(BodyTooLarge(BODY_LIMIT_BYTES))
        if error.code is not None and 400 <= error.code < 500:
            return foreseen(BadRequest("The request could not be read."))
        return unforeseen(error)

    @app.errorhandler(RecursionError)
    def too_deep(error: RecursionError) -> Response:
        return foreseen(BadRequest("The body is nested too deeply."))

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        log.failure("broken", error, request_id=g.request_id)
        return foreseen(Broken())


def _frame_answers(app: Flask, settings: Settings, counters: operate.Counters) -> None:
    """Around every request: an id, an answer to preflights, CORS for allowed origins, one line in the log."""
    allowed = frozenset(settings.allowed_origins)

    @app.before_request
    def begin() -> Response | None:
        sent = request.headers.get("X-Request-Id", "")
        g.request_id = sent if _REQUEST_ID.match(sent) else str(uuid.uuid4())
        g.began = time.perf_counter()
        g.service = "none"
        g.told = {}
        return Response(status=204, headers={"Allow": _METHODS}) if request.method == "OPTIONS" else None

    @app.after_request
    def finish(answer: Response) -> Response:
        answer.headers.update(_cors(request.headers.get("Origin"), allowed))
        answer.headers["X-Request-Id"] = g.request_id
        answer.headers["X-Content-Type-Options"] = "nosniff"
        if request.method == "POST":
            answer.headers["Cache-Control"] = "no-store"
        spent = time.perf_counter() - g.began
        counters.add("osteohooks_requests_total", service=g.service, status=str(answer.status_code))
        counters.add("osteohooks_request_seconds_total", spent, service=g.service)
        if request.blueprint == "operate" and answer.status_code == 200:
            return answer  # a probe every few seconds is no event
        log.event(
            "request",
            request_id=g.request_id,
            method=request.method,
            path=request.url_rule.rule if request.url_rule else "none",
            service=g.service,
            status=answer.status_code,
            ms=round(spent * 1000, 1),
            bytes=request.content_length,
            **g.told,
        )
        return answer


def _cors(origin: str | None, allowed: frozenset[str]) -> Mapping[str, str]:
    if not allowed:
        return {}
    if origin is None or origin.lower() not in allowed:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Expose-Headers": "X-Request-Id",
        "Access-Control-Max-Age": "600",
    }
