"""How every command ends: 0 if it did what was asked, 1 with a sentence if not, 2 for wrong usage. No traceback."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback

import click

from plugin.errors import FootnoteError

INTERRUPTED = 128 + signal.SIGINT


def end_well(command: click.Command) -> None:
    """Run the command of this process and leave with its exit code."""
    _fill_closed_streams()
    try:
        code = command.main(prog_name="footnote", standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        code = wrong.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = INTERRUPTED
    except FootnoteError as known:
        code = _say(str(known))
    except BrokenPipeError:
        # The reader of our output has closed it; the rest is discarded.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
    except Exception as unknown:  # our own bug, told without a traceback unless asked for
        if os.environ.get("LOG_LEVEL", "").lower() == "debug":
            traceback.print_exc()
        code = _say(
            f"Something went wrong in Footnote itself ({type(unknown).__name__}); nothing more was done. "
            "Run the command again with LOG_LEVEL=debug to see where, and please tell us."
        )
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentences: str) -> int:
    with contextlib.suppress(OSError):
        click.echo(sentences, err=True)
    return 1


def _fill_closed_streams() -> None:
    """Started with stdout closed, the next file opened would be number 1, and every print would go into it."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", closefd=False))  # noqa: SIM115
