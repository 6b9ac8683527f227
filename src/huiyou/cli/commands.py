"""All commands by name; what a command needs is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

from huiyou import __version__

__all__ = ["main"]

_ROOMS = {
    "day": ("run", "demo", "new"),
    "judging": ("verify",),
    "seats": ("select", "explain"),
    "site": ("serve", "worker", "backup", "restore", "user", "import"),
}


class _Commands(click.Group):
    """Finds commands in their modules: a site that starts need not wait for the solvers."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give all names."""
        del ctx
        return sorted(name for names in _ROOMS.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the module that has a command."""
        del ctx
        for room, names in _ROOMS.items():
            if cmd_name in names:
                found: click.Command = import_module(f"huiyou.cli.{room}").COMMANDS[cmd_name]
                return found
        return None


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="huiyou")
def main() -> None:
    """会友 Huiyou：从报名到抽奖，每个决定都能查证。 Gatherings whose every decision can be checked."""
