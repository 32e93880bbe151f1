"""The service's log: one JSON line an event, on standard error; never a name, a patient's id, a token or a resource."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any, Final

import orjson

_LOGGER: Final = logging.getLogger("osteohooks")


class _Line(logging.Formatter):
    """One event as one line of JSON; the moment is UTC to the millisecond."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "told", {}),
        }
        return orjson.dumps(line, default=str).decode()


class _Stderr(logging.StreamHandler[Any]):
    """Writes to the standard error of the moment, not to that of the start."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """Where lines go."""
        return sys.stderr

    @stream.setter
    def stream(self, value: Any) -> None:
        raise AttributeError("the log goes to standard error")


def start(level: str) -> None:
    """Begin logging at this level ("debug", "info", "warning", "error"); again is the same as once."""
    if not any(isinstance(handler, _Stderr) for handler in _LOGGER.handlers):
        handler = _Stderr()
        handler.setFormatter(_Line())
        _LOGGER.addHandler(handler)
    _LOGGER.setLevel(level.upper())
    _LOGGER.propagate = False


def event(name: str, **told: Any) -> None:
    """Something that happened as it should."""
    _LOGGER.info(name, extra={"told": told})


def warn(name: str, **told: Any) -> None:
    """Something that an operator should look at."""
    _LOGGER.warning(name, extra={"told": told})


def failure(name: str, error: BaseException, **told: Any) -> None:
    """A fault of ours: the exception's class and where it was raised. Its text may hold the record and is left out."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        module = trace.tb_frame.f_globals.get("__name__", "?")
        if str(module).split(".", 1)[0] in {"service", "cards"}:
            places.append(f"{module}.{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    _LOGGER.error(name, extra={"told": {**told, "error": type(error).__name__, "at": places[-5:]}})
