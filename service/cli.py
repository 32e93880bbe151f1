"""The `osteohooks` command: one module of `service.commands` a subcommand, loaded when it is called."""

from __future__ import annotations

import importlib
import pkgutil

import click

from service import commands


class _Subcommands(click.Group):
    """Each module of `service.commands` holds its click command under the name `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}")
        found = module.command
        if not isinstance(found, click.Command):
            raise TypeError(f"{module.__name__}.command is no click command")
        return found


@click.command(cls=_Subcommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="osteohooks")
def main() -> None:
    """Osteoporosis decision support for electronic health records."""
