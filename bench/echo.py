"""The yardstick: the least a Flask service on orjson can do with a hook call. Decode it, answer something small."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask import Flask, Response, request

ANSWER: Final[dict[str, Any]] = {"cards": [{"summary": "Heard.", "indicator": "info", "source": {"label": "echo"}}]}

app = Flask(__name__)


@app.post("/cds-services/<service_id>")
def echo(service_id: str) -> Response:
    """The fixed answer, after the whole body has been decoded. 400 where that is no hook call."""
    body = orjson.loads(request.get_data())
    status = 200 if isinstance(body, dict) and "hook" in body and service_id else 400
    return Response(orjson.dumps(ANSWER), status=status, mimetype="application/json")


@app.get("/cds-services")
def discovery() -> Response:
    """An empty discovery: the sign that the server is up."""
    return Response(b'{"services":[]}', mimetype="application/json")
