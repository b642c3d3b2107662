"""Links in mails. GET shows one button, for scanners and people; POST acts. The token is the proof, nothing else is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from plugin.notes.choose_note import ALL
from plugin.ports import Runner
from plugin.settings.encryption import BadLink
from plugin.soreness import MENTIONED
from plugin.web import runner_answers as say
from plugin.web.dependencies import Dependencies, parts
from plugin.web.error_pages import page
from plugin.web.hurts import heard_words, keep_hurt, read_hurt
from plugin.web.mentions import is_mentioned, keep_answer
from plugin.web.template_filters import today_of
from plugin.web.wording import _, heard, mentioned, rule_name

AGES = {
    "confirm": timedelta(hours=48),
    "unsubscribe": timedelta(days=365),
    "snooze": timedelta(days=30),
    "race": timedelta(days=30),
    "no-run": timedelta(days=30),
    "hurts": timedelta(days=30),
    "not-for-me": timedelta(days=30),
    "part-sore": timedelta(days=30),
    "part-fine": timedelta(days=30),
    "undo": timedelta(days=30),
}
"""How long each kind of link works; that of a confirmation is named in its mail (`plugin.channels.mail`)."""


def register(app: Flask) -> None:
    """The one address for all of them."""
    app.add_url_rule("/mail/<action>/<token>", "mail_link", mail_link, methods=["GET", "POST"])


def mail_link(action: str, token: str) -> ResponseReturnValue:
    """GET: a page with one button. POST: act, and say what has changed."""
    have = parts()
    if action not in AGES:
        abort(404)
    try:
        max_age_s = int(AGES[action].total_seconds())
        payload, signed_at = have.keyring.read_dated_link(action, token, max_age_s=max_age_s)
        runner_id, run_id = int(payload["r"]), int(payload.get("u") or 0)
    except (BadLink, KeyError, ValueError, TypeError):
        return page(
            403,
            _("This link does not work"),
            _("It is too old, or part of it got lost on the way. Your settings page has everything it could do."),
        )
    runner = have.store.runner(runner_id)
    if runner is None or signed_at < runner.connected_at.replace(microsecond=0):
        # Links of an earlier connection ended when the runner left.
        return page(410, _("No longer here"), _("Whoever this link was for has left, and nothing of them is kept."))
    if action == "hurts":
        return _hurts(have, runner, run_id)
    if request.method != "POST":
        title, button = _ask(action, payload)
        return render_template("link.html", title=title, button=button)
    return _act(have, action, runner, run_id, payload)


def _ask(action: str, payload: dict[str, Any]) -> tuple[str, str]:
    if action in ("part-sore", "part-fine"):
        part = str(payload.get("k", ""))
        return mentioned(part) if part in MENTIONED else "", _("It's sore") if action == "part-sore" else _("It's fine")
    rule = rule_name(str(payload.get("k", "")))
    return {
        "undo": (_("Take your answer back?"), _("Undo")),
        "confirm": (_("Is this address yours?"), _("Yes, send my notes to this address")),
        "unsubscribe": (
            (_("No more weekly mail?"), _("Stop the digest"))
            if payload.get("k") == "digest"
            else (_("No more mail from Footnote?"), _("Stop all mail"))
        ),
        "snooze": (
            _("A week of quiet about %(rule)s?", rule=rule) if rule else _("A week of quiet?"),
            _("Snooze for a week"),
        ),
        "race": (_("Was it a race?"), _("Yes, it was a race")),
        "no-run": (_("Was this no run?"), _("This was no run")),
        "not-for-me": (_("Not for you?"), _("This note was not for me")),
    }[action]


def _act(have: Dependencies, action: str, runner: Runner, run_id: int, payload: dict[str, Any]) -> ResponseReturnValue:
    now = have.clock()
    rule = str(payload.get("k", ""))
    if action == "confirm":
        if not say.confirm(have, runner, str(payload.get("e", ""))):
            return page(
                410, _("Another address by now"), _("Since this mail was sent a different address was entered.")
            )
        return page(200, _("Confirmed"), _("This address is yours. What you chose to get by mail comes here from now."))
    if action == "unsubscribe" and rule == "digest":
        say.no_more_digest(have, runner)
        return page(200, _("No more digest"), _("The weekly mail is off. Notes come as you chose in the settings."))
    if action == "unsubscribe":
        say.no_more_mail(have, runner)
        return page(
            200,
            _("No more mail"),
            _("Nothing will come to your address. Notes stand on your page; the settings turn mail on again."),
        )
    if action == "snooze":
        say.snooze(have, runner, rule or ALL, now)
        return _heard(have, runner, run_id, action, _("Quiet"), heard(action, rule), rule)
    if action == "undo":
        return _undo(have, runner, run_id, str(payload.get("a", "")), rule)
    return _act_on_run(have, action, runner, run_id, rule)


def _act_on_run(have: Dependencies, action: str, runner: Runner, run_id: int, rule: str) -> ResponseReturnValue:
    """What is said of one run; `rule` is the part of the body where the runner answers about that."""
    now = have.clock()
    if action in ("part-sore", "part-fine"):
        if not is_mentioned(runner, str(run_id), rule):
            return _no_longer_here()
        keep_answer(have, runner, str(run_id), rule, is_sore=action == "part-sore")
        return page(200, _("Noted"), _("It counts like your own words on that run."))
    if action == "race":
        if not say.it_was_a_race(have, runner, run_id, now):
            return _no_longer_here()
        return _heard(have, runner, run_id, action, _("A race it was"), heard(action, rule))
    if action == "no-run":
        if not say.it_was_no_run(have, runner, run_id, now):
            return _no_longer_here()
        return _heard(have, runner, run_id, action, _("Not a run"), heard(action, rule))
    if not say.not_for_me(have, runner, run_id, rule, now):
        return _no_longer_here()
    after = have.store.runner(runner.id) or runner
    until = say.silent_by_dismissals(after, rule, today_of(after, now), have.rulebook.limits["choose"])
    return _heard(have, runner, run_id, action, _("Noted"), heard(action, rule, until))


def _heard(
    have: Dependencies, runner: Runner, run_id: int, answer: str, title: str, text: str, rule: str = ""
) -> ResponseReturnValue:
    """The effect of an answer, with a button that takes it back: as signed as the link that gave it."""
    token = have.keyring.sign_link("undo", {"r": runner.id, "u": run_id, "k": rule, "a": answer})
    return page(200, title, text, undo=url_for("mail_link", action="undo", token=token))


def _undo(have: Dependencies, runner: Runner, run_id: int, answer: str, rule: str) -> ResponseReturnValue:
    """Take back one answer that was given by a link."""
    if answer not in say.UNDONE:
        abort(404)
    if answer == "snooze":
        say.end_snooze(have, runner, rule or ALL, have.clock())
    elif not say.undo(have, runner, run_id, have.clock(), (answer,)):
        return _no_longer_here()
    return page(200, _("Taken back"), _("Your answer no longer counts."))


def _hurts(have: Dependencies, runner: Runner, run_id: int) -> ResponseReturnValue:
    """The drawn foot; a POST keeps what it says."""
    if have.store.run_record(runner.id, run_id) is None:
        return _no_longer_here()
    errors: dict[str, str] = {}
    said = read_hurt(request.form, errors) if request.method == "POST" else None
    if said is None:
        text = render_template("link_hurts.html", errors=errors, typed=request.form)
        return (text, 400) if errors else text
    keep_hurt(have, runner, said, run_id, have.clock())
    return _heard(have, runner, run_id, "hurts", _("Noted"), heard_words(said))


def _no_longer_here() -> ResponseReturnValue:
    return page(410, _("No longer here"), _("That run is no longer on record, and neither is its note."))
