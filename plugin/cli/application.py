"""The application as a command needs it: complete settings, quiet logs on stderr, everything wired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from plugin.errors import StoreBroken, Unreadable
from plugin.monitoring.logs import set_up_logs
from plugin.settings.environment import OperatorSettings, read_settings

if TYPE_CHECKING:
    from plugin.wiring import Application


def settings_for_command() -> OperatorSettings:
    """The settings, with logs of warnings and worse on stderr. Raises BadSettings if anything is wrong or missing."""
    settings = read_settings()
    level = settings.log_level if settings.log_level in ("debug", "error", "critical") else "warning"
    set_up_logs(settings.model_copy(update={"log_level": level}))
    settings.need()
    return settings


def application_for_command() -> Application:
    """The wired application, nothing started."""
    settings = settings_for_command()
    from plugin.wiring import build

    return build(settings)


def nothing_kept(application: Application, words: str) -> str:
    """`words` for an empty table; where the folder does not exist, a hint about DATA_DIR is added."""
    folder = application.settings.data_dir
    if application.settings.database_url or folder.exists():
        return words
    return f"{words} There is no folder {folder.absolute()}, so nothing was ever kept there: is DATA_DIR right?"


def tell_apart(apart: Sequence[Unreadable]) -> None:
    """Who could not be read, on stderr: a line each."""
    for one in apart:
        click.echo(
            f"Runner {one.runner_id} cannot be read and was left out: {one} "
            f"(`footnote runners forget {one.runner_id}` deletes what is kept.)",
            err=True,
        )


def raise_if_all_sealed(apart: Sequence[Unreadable], many: int) -> None:
    """Raises a sentence about SECRET_KEY where nothing at all opens with it."""
    if apart and len(apart) == many and all(one.by_key for one in apart):
        raise StoreBroken(f"Nothing can be read. {apart[0]}")


def utc_now() -> datetime:
    """The one clock of the commands."""
    return datetime.now(UTC)
