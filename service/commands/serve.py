"""`osteohooks serve`: the production server in the foreground."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import Application  # type: ignore[import-untyped]
from gunicorn.errors import HaltServer  # type: ignore[import-untyped]

import service
from cards.catalog import CRITICAL_TOPICS
from cards.rule import ON
from service.errors import Misconfigured
from service.settings import PREFIX, Settings, from_environment


class _Server(Application):  # type: ignore[misc]
    """gunicorn with the configuration that the container uses too."""

    def __init__(self, configuration: Path, settings: Settings) -> None:
        self._configuration = configuration
        self._settings = settings
        super().__init__(prog="osteohooks serve")

    def load_config(self) -> None:
        self.load_config_from_file(str(self._configuration))
        self.cfg.set("when_ready", self._announce)

    def load(self) -> Any:
        """Called in each worker process, after it was started."""
        return importlib.import_module("service.wsgi").app

    def _announce(self, _arbiter: object) -> None:
        click.echo(f"osteohooks serves {self._settings.discovery_url} (Ctrl-C stops it)")


@click.command()
@click.option("--host", help="The address to listen on; OSTEOHOOKS_HOST without it.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on; OSTEOHOOKS_PORT without it.")
def command(host: str | None, port: int | None) -> None:
    """Run the service until it is stopped.

    It listens on loopback unless told otherwise. SIGTERM or Ctrl-C lets requests in flight finish and ends it within
    five seconds.
    """
    given = {f"{PREFIX}HOST": host, f"{PREFIX}PORT": port}
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value is not None}}
    try:
        settings = from_environment(environment)
    except Misconfigured as refused:
        click.echo(f"osteohooks does not start. {refused}", err=True)
        sys.exit(2)
    quiet = {topic: stage for topic, stage in settings.site.stages.items() if stage != ON and topic in CRITICAL_TOPICS}
    if quiet:
        named = ", ".join(f"{topic} ({stage})" for topic, stage in sorted(quiet.items()))
        click.echo(f"osteohooks keeps back advice that can be critical, as the site's file says: {named}.", err=True)
    os.environ.update(
        {
            **environment,
            f"{PREFIX}HOST": settings.host,
            f"{PREFIX}PORT": str(settings.port),
            f"{PREFIX}WORKERS": str(settings.workers),
        }
    )
    try:
        _Server(configuration(), settings).run()
    except HaltServer as halted:
        click.echo(f"osteohooks does not start. {halted.reason} The reason stands above.", err=True)
        sys.exit(halted.exit_status)


def configuration() -> Path:
    """deploy/gunicorn.conf.py of the checkout, or where an installed wheel puts it."""
    checkout = Path(service.__file__).resolve().parent.parent / "deploy" / "gunicorn.conf.py"
    installed = Path(sys.prefix) / "share" / "osteohooks" / "gunicorn.conf.py"
    return checkout if checkout.is_file() else installed
