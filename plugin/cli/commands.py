"""The command `footnote`. Nothing is imported before it is asked for: `--help` is quick and `serve` stays small."""

from __future__ import annotations

from datetime import datetime

import click

from plugin.cli.exit_code import end_well

NOW = ("sweep", "look", "digest", "reread", "purge")


def _say_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked and not context.resilient_parsing:
        from plugin.settings.build import build_id

        click.echo(f"footnote, version {build_id()}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say_version, help="Show it.")
def footnote() -> None:
    """A note on your run, before your feet complain: a plugin for Strava."""


@footnote.command()
def serve() -> None:
    """The site, on $HOST:$PORT; without DATABASE_URL it does the background work too."""
    from plugin.cli import run as running

    running.serve()


@footnote.command()
def worker() -> None:
    """Background work and schedule, for DATABASE_URL."""
    from plugin.cli import run as running

    running.worker()


@footnote.command()
def release() -> None:
    """Bring the database up to date."""
    from plugin.cli import run as running

    running.release()


@footnote.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1024, 65532), help="and the next three")
@click.option("--check", is_flag=True, help="Play it through once without a browser, then end.")
@click.option("--faults", is_flag=True, help="With the faults that are told of the real Strava.")
def demo(port: int, check: bool, faults: bool) -> None:
    """The whole product against a look-alike of Strava: no account, no keys."""
    from plugin.sandbox.demo import play

    play(port, check=check, with_faults=faults)


@footnote.command()
@click.argument("source")
@click.option("--timezone", help="Where you ran, like Europe/Berlin: the times in an export are UTC.")
@click.option("--language", default="en", show_default=True, help="Of text and page, like de.")
@click.option("--units", type=click.Choice(["km", "mi"]), default="km", show_default=True)
@click.option(
    "--injury",
    "injuries",
    multiple=True,
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="A day you got hurt (may be repeated): what came in the 28 days before.",
)
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False), help="Write there instead of the terminal.")
@click.option("--runs", default="", help="Sport words that are runs, like 'Bieg,Corrida', where yours are not known.")
@click.option(
    "--how-much",
    type=click.Choice(["warnings", "warnings and tips", "a line on every run"]),
    default="warnings and tips",
    show_default=True,
    help="How much is said.",
)
@click.option("--config", type=click.Path(dir_okay=False), help="Thresholds of your own beside config/rules.toml.")
def replay(
    source: str,
    timezone: str | None,
    language: str,
    units: str,
    injuries: tuple[datetime, ...],
    form: str,
    output: str | None,
    runs: str,
    how_much: str,
    config: str | None,
) -> int:
    """What it would have said over a history: an export from Strava, a table or a list. No account needed."""
    from plugin.replay import run_replay

    return run_replay(
        source, timezone, form, output, config, runs, language, units, [injury.date() for injury in injuries], how_much
    )


@footnote.command()
@click.option("--probe", is_flag=True, help="Also ask Strava as your own connected account: some ten reads.")
@click.option("--write", metavar="RUN", type=click.IntRange(min=1), help="With --probe: try this run's private note.")
@click.option("--mail", "mail_to", metavar="ADDRESS", help="Also send a test mail there.")
@click.option("--push", is_flag=True, help="Also push a test note to each of OPERATOR_ATHLETES who set a service up.")
def doctor(probe: bool, write: int | None, mail_to: str | None, push: bool) -> None:
    """Check settings, database, mail, Strava app, subscription and public URL; say what to do."""
    from plugin.cli import doctor_command as health

    if write is not None and not probe:
        raise click.UsageError("--write goes with --probe.")
    health.check(probes=probe, write=write, mail_to=mail_to, pushes=push)


@footnote.group()
def subscription() -> None:
    """The push subscription, by which Strava tells us of runs."""


@subscription.command("show")
def subscription_show() -> None:
    """Its id and where it points."""
    from plugin.cli import subscription as pushing

    pushing.show()


@subscription.command("create")
@click.option("--take-over", is_flag=True, help="Take it from another program that uses the same Strava app.")
def subscription_create(take_over: bool) -> None:
    """Make it, if it is not there. The site must answer at PUBLIC_URL meanwhile."""
    from plugin.cli import subscription as pushing

    pushing.create(takes_over=take_over)


@subscription.command("delete")
def subscription_delete() -> None:
    """Take it away: no more events until it is made again."""
    from plugin.cli import subscription as pushing

    pushing.delete()


@footnote.command()
@click.argument("work", type=click.Choice(NOW))
def now(work: str) -> None:
    """Do a piece of scheduled work at once."""
    from plugin.cli import run as running

    running.do_now(work)


@footnote.group()
def inbox() -> None:
    """Deliveries waiting, taken, parked."""


@inbox.command("list")
def inbox_list() -> None:
    """All of them, with reasons and ages."""
    from plugin.cli import inbox as deliveries

    deliveries.show()


@inbox.command("retry")
@click.argument("delivery_id", metavar="ID")
def inbox_retry(delivery_id: str) -> None:
    """Make a parked or waiting delivery due at once."""
    from plugin.cli import inbox as deliveries

    deliveries.retry(delivery_id)


@inbox.command("drop")
@click.argument("delivery_id", metavar="ID")
def inbox_drop(delivery_id: str) -> None:
    """Throw a delivery away."""
    from plugin.cli import inbox as deliveries

    deliveries.drop(delivery_id)


@footnote.command()
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535))
@click.option("--faults", is_flag=True, help="With the faults that are told of the real Strava.")
@click.option("--guide", default="", hidden=True, help="The demo's own page, linked from every page of the sandbox.")
def sandbox(port: int, faults: bool, guide: str) -> None:
    """The look-alike of Strava alone, on this machine only."""
    from plugin.cli import run as running

    running.sandbox(port, with_faults=faults, guide=guide)


@footnote.command()
@click.argument("to", type=click.Choice(("postgres", "files")))
def move(to: str) -> None:
    """Carry everything from DATA_DIR into DATABASE_URL, or back into files; stop the servers before."""
    from plugin.cli import move as moving

    moving.carry(to)


@footnote.command()
def reseal() -> None:
    """Seal everything anew with SECRET_KEY; afterwards the earlier keys may go."""
    from plugin.cli import reseal as resealing

    resealing.run()


@footnote.group()
def runners() -> None:
    """Those who connected."""


@runners.command("list")
def runners_list() -> None:
    """Ids, names, since when, how they are told."""
    from plugin.cli import runners as roster

    roster.show()


@runners.command("export")
@click.argument("runner_id", metavar="ID", type=int)
def runners_export(runner_id: int) -> None:
    """Everything held of a runner, as JSON."""
    from plugin.cli import runners as roster

    roster.export(runner_id)


@runners.command("forget")
@click.argument("runner_id", metavar="ID", type=int)
def runners_forget(runner_id: int) -> None:
    """Revoke at Strava and delete everything held of a runner."""
    from plugin.cli import runners as roster

    roster.forget(runner_id)


def main() -> None:
    """The console script."""
    end_well(footnote)
