"""`footnote doctor --probe`: how Strava behaves towards one connected account, the operator's own.

Some ten reads: how long lists take, which headers and fields come, what was granted, who holds the subscription. With
`--write RUN` a block is put into that run's private note, read back and taken out again. What was found is kept,
without anything of a run, and shown by `footnote doctor`.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from plugin.cli.findings import Finding, bad, good
from plugin.cli.subscription import callback_of
from plugin.errors import FootnoteError, StoreBroken, StravaClosed, StravaError
from plugin.jobs.subscription import ForeignSubscription
from plugin.notes.block import block_in, same_text, with_block, without_block
from plugin.ports import LAST_EVENT, SUBSCRIPTION, Runner
from plugin.web.connect import SCOPES

if TYPE_CHECKING:
    from plugin.strava.client import Inspection
    from plugin.wiring import Application

PROBE = "probe"
"""A key: {"at", "findings"}: what the last probe found."""
SIZES = (30, 100, 200)
FITS_S = 7.0
"""A page that takes longer is too close to the end of a call's time."""
HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Usage", "X-ReadRateLimit-Limit", "X-ReadRateLimit-Usage")
NUMBER, TEXT = (int, float), (str,)
FIELDS: dict[str, tuple[type, ...]] = {
    "id": (int,),
    "name": TEXT,
    "sport_type": TEXT,
    "distance": NUMBER,
    "moving_time": (int,),
    "elapsed_time": (int,),
    "start_date": TEXT,
    "start_date_local": TEXT,
    "timezone": TEXT,
    "utc_offset": NUMBER,
    "private": (bool,),
    "manual": (bool,),
    "trainer": (bool,),
    "flagged": (bool,),
}
OPTIONAL: dict[str, tuple[type, ...]] = {
    "workout_type": (int,),
    "average_cadence": NUMBER,
    "gear_id": TEXT,
    "description": TEXT,
    "private_note": TEXT,
}
"""Fields that may be missing or null."""
GEAR: dict[str, tuple[type, ...]] = {"id": TEXT, "name": TEXT, "distance": NUMBER}
NEXT_HOST = "api-v3.strava.com"
"""Strava's announced API host, from January 2027."""
TEXT_PUT = "A test of `footnote doctor --probe --write`: it is taken out again at once."
EVENT_S = 6.0


@dataclass(frozen=True)
class _Answers:
    """What earlier steps read, for later ones."""

    newest_run: int | None
    headers: Mapping[str, str]


def probe(
    application: Application, now: datetime, *, write: int | None, pause: Callable[[float], None] = time.sleep
) -> Iterator[Finding]:
    """Findings as they are made; all are kept at the end."""
    runner = _own_account(application)
    if runner is None:
        yield bad(
            "probe",
            "needs an account of your own: connect it on the site and put its id into OPERATOR_ATHLETES "
            "(`footnote runners list` shows it)",
        )
        return
    found: list[Finding] = []
    for finding in _steps(application, runner, write, pause):
        found.append(finding)
        yield finding
    kept = [[one.what, one.is_well, one.said] for one in found]
    application.store.change_key_value(PROBE, lambda _: {"at": now.isoformat(), "findings": kept})


def remembered(application: Application) -> Iterator[Finding]:
    """What the last probe found."""
    try:
        kept = application.store.key_value(PROBE)
    except StoreBroken:
        return
    for what, is_well, said in kept.get("findings", ()):
        yield Finding(what=f"{what}, on {kept['at'][:10]}", is_well=bool(is_well), said=str(said))


def _own_account(application: Application) -> Runner | None:
    ids = application.store.runner_ids()
    operators = [one for one in ids if one in application.settings.operator_athletes]
    chosen = operators or (ids if len(ids) == 1 else [])
    return application.store.runner(chosen[0]) if chosen else None


def _steps(
    application: Application, runner: Runner, write: int | None, pause: Callable[[float], None]
) -> Iterator[Finding]:
    strava = application.strava
    lists, answers = _lists(application, runner)
    yield lists
    yield _headers(answers)
    yield from _newest(application, runner, answers)
    yield _scopes(application, runner)
    try:
        there = strava.subscription()
    except FootnoteError as error:
        yield bad("probe subscription", str(error))
    else:
        callback = callback_of(application)
        if there is None:
            yield bad("probe subscription", "there is none: the running site makes it")
        elif not callback.is_ours(there, application.store.key_value(SUBSCRIPTION)):
            yield bad("probe subscription", str(ForeignSubscription(there)))
        else:
            yield good("probe subscription", "it is ours")
    yield _next_host(application)
    yield _signature(application)
    if write is not None:
        yield _write(application, runner, write, pause)


def _lists(application: Application, runner: Runner) -> tuple[Finding, _Answers]:
    said: list[str] = []
    got: dict[int, int] = {}
    fitting, newest_run, is_well = 0, None, True
    headers: Mapping[str, str] = {}
    for rows in SIZES:
        try:
            answer = application.strava.inspect(runner.id, "/athlete/activities", {"per_page": rows})
        except StravaError as error:
            said.append(f"{rows}: {error}")
            is_well = is_well and rows > SIZES[0] and "too long" in str(error)
            if isinstance(error, StravaClosed):
                break
            continue
        headers = answer.headers
        body = answer.body if isinstance(answer.body, list) else []
        got[rows] = len(body)
        said.append(f"{rows} in {answer.seconds:.1f} s")
        if answer.seconds <= FITS_S:
            fitting = rows
        newest_run = newest_run or next(
            (row.get("id") for row in body if isinstance(row, dict) and "Run" in str(row.get("sport_type"))), None
        )
    most = max(got.values(), default=0)
    if any(count < min(rows, most) for rows, count in got.items()):
        said.append("pages are shorter than asked although more follow, which is lived with")
    if got and most == 0:
        is_well = False
        said.append("no activity at all: none is recorded, or the scopes are too narrow")
    if fitting:
        said.append(f"pages of {fitting} fit")
    return (good if is_well else bad)("probe lists", "; ".join(said)), _Answers(newest_run, headers)


def _headers(answers: _Answers) -> Finding:
    names = {name.casefold() for name in answers.headers}
    missing = [name for name in HEADERS if name.casefold() not in names]
    if missing:
        return bad("probe headers", f"{', '.join(missing)} did not come: how much may be called is not known")
    return good("probe headers", f"{', '.join(HEADERS)} came")


def _newest(application: Application, runner: Runner, answers: _Answers) -> Iterator[Finding]:
    if answers.newest_run is None:
        yield bad("probe fields", "there is no run in the lists to look at")
        return
    try:
        run = application.strava.inspect(runner.id, f"/activities/{answers.newest_run}")
    except StravaError as error:
        yield bad("probe fields", f"the newest run: {error}")
        return
    body = run.body if isinstance(run.body, dict) else {}
    odd = _odd(body, FIELDS) + _odd({name: value for name, value in body.items() if value is not None}, OPTIONAL, False)
    note = "has" if "private_note" in body else "has no"
    breaks = "; texts have CR LF" if any("\r\n" in str(body.get(name)) for name in OPTIONAL) else ""
    unexpected = f"; unexpected: {', '.join(odd)}" if odd else ""
    took = f" in {run.seconds:.1f} s"
    yield (bad if odd else good)("probe fields", f"the newest run{took} {note} private_note{breaks}{unexpected}")
    gear_id = body.get("gear_id")
    if not isinstance(gear_id, str):
        yield good("probe gear", "the newest run has none")
        return
    try:
        gear = application.strava.inspect(runner.id, f"/gear/{gear_id}")
    except StravaError as error:
        yield bad("probe gear", str(error))
        return
    yield _gear(gear, body.get("gear"))


def _gear(gear: Inspection, in_run: Any) -> Finding:
    body = gear.body if isinstance(gear.body, dict) else {}
    odd = _odd(body, GEAR)
    if odd:
        return bad("probe gear", f"unexpected: {', '.join(odd)}")
    in_run_m = in_run.get("distance") if isinstance(in_run, dict) else None
    late = "" if in_run_m == body["distance"] else "; its mileage in the run is another, which is lived with"
    return good("probe gear", f"read in {gear.seconds:.1f} s{late}")


def _scopes(application: Application, runner: Runner) -> Finding:
    missing = [scope for scope in SCOPES if scope not in runner.scopes]
    if missing:
        return bad("probe scopes", f"{', '.join(missing)} is missing: connect again and leave every box ticked")
    try:
        athlete = application.strava.inspect(runner.id, "/athlete")
    except StravaError as error:
        return bad("probe scopes", str(error))
    units = "units" if isinstance(athlete.body, dict) and "measurement_preference" in athlete.body else "no units"
    return good("probe scopes", f"all four are granted; the athlete's answer has {units}")


def _next_host(application: Application) -> Finding:
    host = urlsplit(application.settings.strava_api_url).hostname
    if host != "www.strava.com":
        return good("probe host", f"not asked: STRAVA_API_URL names {host}")
    try:
        socket.getaddrinfo(NEXT_HOST, 443)
    except OSError:
        return good("probe host", f"{NEXT_HOST} has no address yet; {host} answers")
    return good("probe host", f"{NEXT_HOST} has an address now: STRAVA_API_URL may name it from January 2027")


def _signature(application: Application) -> Finding:
    last = application.store.key_value(LAST_EVENT)
    if "at" not in last:
        return good("probe events", "none has come yet")
    return good("probe events", f"the last one {'carried a' if last.get('signed') else 'had no'} signature")


def _write(application: Application, runner: Runner, run_id: int, pause: Callable[[float], None]) -> Finding:
    """Our block into the private note and out again. If anything fails in between, the note is restored."""
    what = "probe write"
    try:
        first = _note(application, runner, run_id)
        if block_in(first) not in (None, TEXT_PUT):
            return bad(what, "that run carries a note of Footnote's: choose one without")
        own = without_block(first, was=TEXT_PUT)
        events = application.inbox.counts()
        said, is_well = _put_and_look(application, runner, run_id, own, pause)
        back, is_back = _take_out(application, runner, run_id, own, pause)
    except StravaError as error:
        return bad(what, str(error))
    came = _event_came(application, events, pause)
    said += [back, f"an event {'came' if came else 'did not come'} back within {EVENT_S:.0f} s"]
    return (good if is_well and is_back else bad)(what, "; ".join(said))


def _put_and_look(
    application: Application, runner: Runner, run_id: int, own: str, pause: Callable[[float], None]
) -> tuple[list[str], bool]:
    wanted = with_block(own, TEXT_PUT, was="")
    said: list[str] = []
    try:
        answer = application.strava.inspect(runner.id, f"/activities/{run_id}", body={"private_note": wanted})
    except StravaError as error:
        said.append(f"the write: {error}")
        shown = None
    else:
        shown = answer.body.get("private_note") if isinstance(answer.body, dict) else None
        said.append("the answer shows the note" if shown is not None else "the answer does not show the note")
    pause(5.0)
    held = _note(application, runner, run_id)
    if held == wanted:
        said.append("it was kept to the letter")
    elif same_text(held, wanted):
        said.append("it was kept with other line breaks or ends")
    else:
        said.append("it was not kept, or the API does not show it: look at the run on Strava")
    return said, same_text(held, wanted)


def _take_out(
    application: Application, runner: Runner, run_id: int, own: str, pause: Callable[[float], None]
) -> tuple[str, bool]:
    for wait_s in (2.0, 10.0, 0.0):
        try:
            application.strava.inspect(runner.id, f"/activities/{run_id}", body={"private_note": own})
            held = _note(application, runner, run_id)
        except StravaClosed:
            raise
        except StravaError as error:
            if not wait_s:
                return f"it could not be taken out ({error}): run this again", False
            pause(wait_s)
            continue
        if held == own:
            return "taken out again, the note is as it was to the letter", True
        if same_text(held, own):
            return "taken out again, the note is as it was but for line breaks or ends", True
    return "it could not be taken out: look at the run on Strava, and run this again", False


def _note(application: Application, runner: Runner, run_id: int) -> str:
    return application.strava.activity(runner.id, run_id).texts.private_note


def _event_came(application: Application, before: Mapping[str, int], pause: Callable[[float], None]) -> bool:
    for _ in range(int(EVENT_S)):
        counts = application.inbox.counts()
        if any(counts[name] > before[name] for name in ("kept", "joined")):
            return True
        pause(1.0)
    return False


def _odd(body: Mapping[str, Any], expected: Mapping[str, tuple[type, ...]], is_required: bool = True) -> list[str]:
    """Fields that are missing or of another type; a bool is no number."""
    odd = []
    for name, kinds in expected.items():
        if name not in body:
            odd += [f"no {name}"] if is_required else []
        elif type(body[name]) not in kinds:
            odd.append(f"{name} is {_kind(body[name])}")
    return odd


def _kind(value: Any) -> str:
    return re.sub(r"[^a-z]", "", type(value).__name__.lower())
