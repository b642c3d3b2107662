"""`footnote replay`: read, play, write. Results go to standard output or a file, every word about them to stderr."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from plugin.errors import BadSettings, BadSource, FootnoteError
from plugin.notes.rulebook import read_rulebook
from plugin.ports import HowMuch
from plugin.replay.as_json import as_json
from plugin.replay.as_text import as_text
from plugin.replay.imports import Archive, quoted, read
from plugin.replay.output import print_whole, without_marks, write_whole
from plugin.replay.play import Replay, play
from plugin.training.history import Soreness
from plugin.translations import languages
from plugin.translations.voice import Voice, voice_in

DONE, FAILED, MISUSED = 0, 1, 2
STEP = 50
"""Runs between two looks at the progress bar, which cost more than a run does."""
NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})
"""Files beside the zones that stand for the machine's own, or for none."""
NIGHT_HOURS = range(5)
SHOWN_SPORTS = 6
FEW = 3
"""So many runs by night are worth a line."""
UTC_ONLY = "Times in an export are UTC: without --timezone (like Europe/Berlin) some days may be off by one."


def run_replay(
    source: str | Path,
    timezone: str | None = None,
    format: str = "text",
    output: str | Path | None = None,
    config: str | Path | None = None,
    runs: str = "",
    language: str = "en",
    units: str = "km",
    injuries: Collection[date] = (),
    how_much: str = HowMuch.WARNINGS_AND_TIPS.value,
) -> int:
    """Play the history in `source` and print it, or write it whole to `output`. Returns the exit code.

    `runs`: further sport words that are runs, comma-separated. `injuries`: days on which the runner got hurt.
    `how_much`: a value of `HowMuch`.
    """
    write = _formats().get(format)
    if write is None:
        return _complain(f"--format must be {', '.join(_formats())}, not {format}.", MISUSED)
    try:
        if not str(source).strip():
            raise BadSource("Name the export to read: a zip, a folder, a table or a list.")
        zone = None if timezone is None else zone_named(timezone)
        rulebook = read_rulebook(None if config is None else Path(config))
        archive = read(Path(source), zone=zone, runs=[word for word in runs.split(",") if word.strip()])
        if archive.times_are_utc and zone is None:
            _tell(UTC_ONLY)
        elif archive.times_are_utc and zone is not None and (sentence := nights_sentence(archive, zone)):
            _tell(sentence)
        for sentence in archive.left_out:
            _tell(sentence)
        refuse_unusable(archive)
        with _progress(archive) as after_run:
            replay = play(
                archive,
                rulebook,
                voice=voice_of(language, units),
                readings=_readings(archive),
                injuries=injuries,
                how_much=HowMuch(how_much),
                after_run=after_run,
            )
        content = write(replay)
        if output is None:
            print_whole(content)
        else:
            write_whole(content, Path(output))
    except BadSettings as wrong:
        return _complain("\n".join(wrong.problems), FAILED)
    except FootnoteError as wrong:
        return _complain(str(wrong), FAILED)
    return DONE


def refuse_unusable(archive: Archive) -> None:
    """Raise BadSource where nothing, or hardly anything, of the source can be played."""
    rows = archive.rows_read
    if not rows:
        raise BadSource(f"{archive.source} holds no activities: export them again.")
    if 2 * archive.rows_left_out > rows:
        raise BadSource(
            f"{archive.source}: {archive.rows_left_out} of {rows} rows had to be left out, so nothing can be said: "
            "give the file as Strava sent it."
        )
    if not archive.runs:
        met = sorted(archive.other_sports.items(), key=lambda one: (-one[1], one[0]))
        words = ", ".join(f"{quoted(word)} ({number})" for word, number in met[:SHOWN_SPORTS]) or "none"
        raise BadSource(
            f"{archive.source}: none of its {rows} rows is a run. Its sports are {words}. "
            'If one of them is running, name it, as in --runs "Bieg,Corrida".'
        )


def nights_sentence(archive: Archive, zone: ZoneInfo) -> str:
    """A trip abroad shows as runs by night: then their days may be off. Empty where there are few."""
    by_night = [
        run for run in archive.runs if run.start.astimezone(zone).hour in NIGHT_HOURS and not run.hour_is_hidden
    ]
    if len(by_night) < FEW:
        return ""
    return (
        f"{len(by_night)} runs between {by_night[0].day} and {by_night[-1].day} begin between midnight and 5 in the "
        "morning by this time zone: if you ran them abroad, their days may be off by one."
    )


def voice_of(language: str, units: str) -> Voice:
    """How the replay speaks. BadSource names the languages there are where this one is none of them."""
    if language not in languages():
        raise BadSource(f"There is no language {language[:20]!r} here: take one of {', '.join(languages())}.")
    return voice_in(language, units)


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; BadSource with a likely one where there is none."""
    try:
        if name in NO_ZONES:
            raise ValueError(name)
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadSource(f"There is no time zone called {name[:60]!r}: {_suggestion(name)}.") from error


def _suggestion(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    zones = {zone.lower(): zone for zone in available_timezones()}
    close = get_close_matches(name.lower().replace(" ", "_"), zones, n=1, cutoff=0.6)
    return f"did you mean {zones[close[0]]}" if close else "give a name like Europe/Berlin"


def _readings(archive: Archive) -> Mapping[str, Soreness]:
    """Tables have no words, and then the phrases need not be loaded."""
    if not archive.words:
        return {}
    from plugin.notes.rulebook import read_lexicon
    from plugin.replay.soreness_readings import readings_of

    return readings_of(archive, read_lexicon())


def _formats() -> dict[str, Callable[[Replay], bytes]]:
    return {"text": _text, "json": as_json, "html": _html}


def _text(replay: Replay) -> bytes:
    return as_text(replay).encode("utf-8", errors="replace")


def _html(replay: Replay) -> bytes:
    # Templates take a while to load, and only this format needs them.
    from plugin.replay.as_html import as_html

    return as_html(replay).encode("utf-8", errors="replace")


@contextlib.contextmanager
def _progress(archive: Archive) -> Iterator[Callable[[], object] | None]:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Playing", total=len(archive.runs))
        played = count(1)

        def after_run() -> None:
            if (number := next(played)) % STEP == 0:
                bar.update(task, completed=number)

        yield after_run


def _tell(sentence: str) -> None:
    print(without_marks(sentence), file=sys.stderr)


def _complain(sentence: str, code: int) -> int:
    _tell(sentence)
    return code
