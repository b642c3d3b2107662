"""The calendar feed: off until asked for, at an address that nobody can guess, made anew or taken away at any time."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from flask import Flask, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from plugin.ports import CalendarFeed, Runner
from plugin.web.dependencies import Dependencies, parts
from plugin.web.login import digest_of, runner_only, to_page
from plugin.web.security import may_poll
from plugin.web.template_filters import today_of
from plugin.web.wording import _

TOKEN = re.compile(r"([0-9a-f]{1,15})-[A-Za-z0-9_-]{43}")
"""The runner's number, so that one record is read, and 256 bits of chance."""


def register(app: Flask) -> None:
    """The feed, and the form that makes and ends it."""
    app.add_url_rule("/me/calendar/<token>.ics", "calendar_feed", feed)
    app.add_url_rule("/me/calendar", "calendar", runner_only(choose), methods=["POST"])


def feed(token: str) -> ResponseReturnValue:
    """What the week allows and the pairs due. The address is the proof; an unknown or ended one is 404."""
    have, now = parts(), parts().clock()
    runner = _whose(have, token)
    if runner is None:
        abort(404)
    if not may_poll(runner.id):
        abort(429)
    # iCalendar is imported by whoever asks for it: most installations never do.
    from plugin.web.calendar_feed import Feed, as_ics

    snapshot, voice = have.store.snapshot(runner.id), have.voice_of(runner)
    summary = have.summary(runner, snapshot, now) if snapshot is not None and not runner.settings.paused else None
    content = as_ics(
        Feed(
            summary=summary,
            voice=voice,
            today=today_of(runner, now),
            as_of=snapshot.fetched_at if snapshot is not None else runner.connected_at,
            page=f"{have.settings.public_url}/me",
            host=urlsplit(have.settings.public_url).hostname or "footnote",
        )
    )
    answer = make_response(content)
    answer.content_type = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'inline; filename="footnote.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.set_etag(hashlib.sha256(content).hexdigest()[:32])
    return answer.make_conditional(request)


def choose(runner: Runner) -> ResponseReturnValue:
    """Make a new address, shown this once, or end the one there is. What is kept is its digest."""
    have = parts()
    if request.form.get("do") == "stop":
        have.store.change_runner(runner.id, lambda was: _with(was, None))
        flash(_("The calendar's address no longer works."))
        return to_page("/me/settings")
    token = f"{runner.id:x}-{secrets.token_urlsafe(32)}"
    kept = CalendarFeed(digest=digest_of(token), made_at=have.clock())
    have.store.change_runner(runner.id, lambda was: _with(was, kept))
    address = f"{have.settings.public_url}/me/calendar/{token}.ics"
    # The scheme that calendar programs answer to, instead of a browser.
    webcal = f"webcal://{address.partition('://')[2]}"
    return render_template("calendar.html", runner=runner, address=address, webcal=webcal)


def _whose(have: Dependencies, token: str) -> Runner | None:
    match = TOKEN.fullmatch(token)
    runner = have.store.runner(int(match[1], 16)) if match else None
    kept = runner.settings.calendar if runner is not None else None
    # Compared in any case, so that the time tells nobody who has a calendar.
    is_right = hmac.compare_digest(digest_of(token), kept.digest if kept is not None else "")
    return runner if is_right else None


def _with(was: Runner, kept: CalendarFeed | None) -> Runner:
    return replace(was, settings=replace(was.settings, calendar=kept))
