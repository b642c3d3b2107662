"""`/me/settings`: what the runner chose, shown, read, and kept; wrong input is answered beside its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from babel import Locale
from flask import Flask, flash, render_template, request
from flask.typing import ResponseReturnValue

from plugin.errors import FootnoteError
from plugin.notice import Family
from plugin.ports import ChannelName, Look, Runner, Telling, Why
from plugin.recall import later_look
from plugin.rules import BY_NAME
from plugin.spelled import WEEKDAYS
from plugin.standing import FIELDS
from plugin.training import Kind
from plugin.translations import languages
from plugin.web import confirming
from plugin.web.choice import Offer, Read, read_choices
from plugin.web.parts import Parts, parts
from plugin.web.sample import sample_note
from plugin.web.shown import today_of
from plugin.web.who import runner_only, to_page
from plugin.web.words import _
from plugin.wording import UNITS

ON_ACTIVITY = (ChannelName.PRIVATE_NOTE, ChannelName.DESCRIPTION, ChannelName.COMMENT)


def register(app: Flask) -> None:
    """One page."""
    app.add_url_rule("/me/settings", "settings", runner_only(settings), methods=["GET", "POST"])


def offer_of(have: Parts, runner: Runner) -> Offer:
    """What this runner may choose here."""
    can_write = "activity:write" in runner.scopes
    channels = [name for name in ON_ACTIVITY if name is not ChannelName.COMMENT or have.settings.comments]
    if have.post is not None:
        channels.append(ChannelName.EMAIL)
    return Offer(channels=(*channels, ChannelName.PAGE), can_write=can_write, has_post=have.post is not None)


def settings(runner: Runner) -> ResponseReturnValue:
    """The form; a POST saves everything or, with one field wrong, nothing."""
    have = parts()
    offer = offer_of(have, runner)
    if request.method != "POST":
        return _form(have, runner, offer)
    read = read_choices(request.form, runner, offer)
    if read.errors:
        return _form(have, runner, offer, read), 400
    after = have.books.change_runner(runner.id, read.change)
    if after is None:
        return to_page("/")
    if runner.settings.reads_soreness and not after.settings.reads_soreness:
        forget_words(have, runner, have.clock())
    flash(_("Saved."))
    address = after.settings.email
    is_new = address is not None and address != runner.settings.email
    if address is not None and not after.settings.email_confirmed and (is_new or "resend" in request.form):
        _ask_to_confirm(have, after, address)
    return to_page("/me/settings")


def _ask_to_confirm(have: Parts, runner: Runner, address: str) -> None:
    if not confirming.may_send(have, runner, address):
        flash(_("Three mails an hour to one address are enough: try again later."), "wrong")
        return
    try:
        confirming.send(have, runner, address)
    except FootnoteError:
        flash(_("The confirmation could not be sent to that address. Check it, or try again later."), "wrong")
    else:
        flash(_("A mail with a link is on its way. Nothing else goes to that address before you follow it."))


def forget_words(have: Parts, runner: Runner, now: datetime) -> None:
    """The consent is withdrawn: everything that was read from the runner's own words goes, at once, and what our notes
    said of it. A note that stands on an activity is looked at again, so that it is written anew or taken out."""
    have.books.change_runner(runner.id, lambda was: replace(was, soreness=()))
    for look in have.books.looks(runner.id):
        have.books.change_look(runner.id, look.run_id, _without_words)
        if _spoke(look) and look.channel in FIELDS and look.telling in (Telling.TOLD, Telling.SENDING):
            have.inbox.keep(later_look(runner.id, look.run_id, Why.SAID, now, now))
    have.wake()


def _spoke(look: Look) -> bool:
    return any(one.told and one.family == Family.SORENESS for one in look.found)


def _without_words(look: Look | None) -> Look | None:
    if look is None:
        return None
    kept = tuple(one for one in look.found if one.family != Family.SORENESS)
    facts = replace(look.facts, words="") if look.facts else None
    # One that is just being written is known by its text alone; the look that follows takes that out.
    goes = _spoke(look) and look.telling is not Telling.SENDING
    return replace(look, found=kept, facts=facts, text="" if goes else look.text)


def _form(have: Parts, runner: Runner, offer: Offer, read: Read | None = None) -> str:
    shown_in = read.shown_in if read else runner.settings.units
    today = today_of(runner, have.clock())
    return render_template(
        "settings.html",
        runner=runner,
        offer=offer,
        typed=read.typed if read else None,
        errors=read.errors if read else {},
        metres_in=UNITS[shown_in],
        shown_in=shown_in,
        rules=[name for name in BY_NAME if name != "soreness"],
        kinds=[kind.value for kind in Kind],
        weekdays=WEEKDAYS,
        languages=[(name, Locale(name).get_display_name(name) or name) for name in languages()],
        house=have.settings,
        sample=sample_note(),
        snoozed={name: day for name, day in runner.settings.snoozed.items() if day >= today},
        worn=sorted(runner.pairs.values(), key=lambda pair: (pair.shoe.is_retired, pair.shoe.name, pair.shoe.id)),
    )
