"""`/me/settings`: what the runner chose, shown, read, and kept; wrong input is answered beside its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from flask import Flask, flash, render_template, request
from flask.typing import ResponseReturnValue

from plugin.activities.note_state import is_in_field
from plugin.activities.rewrite_notes import ask_to_rewrite_notes
from plugin.errors import FootnoteError
from plugin.notes.hurts import is_said
from plugin.ports import WRITE_SCOPE, HowMuch, NoteStatus, Runner, RunRecord
from plugin.rules import CAN_BE_TURNED_OFF, worn_shoe
from plugin.rules.notice import Family
from plugin.settings.formats import WEEKDAYS
from plugin.training.calendar import zone_names
from plugin.training.runs import Shoe, ShoeKind
from plugin.translations import named_languages, spoken
from plugin.translations.voice import UNITS
from plugin.web import address_confirmation as confirming
from plugin.web.dependencies import Dependencies, judge_again, parts
from plugin.web.example_note import sample_note
from plugin.web.leaving import notes_on_activities
from plugin.web.login import runner_only, to_page
from plugin.web.runner_answers import silent_by_dismissals
from plugin.web.settings_form import Offer, Read, read_choices
from plugin.web.template_filters import today_of
from plugin.web.wording import _, some

SECTIONS: Mapping[str, frozenset[str]] = {
    "notes": frozenset({"channel", "public_ok", "email", "push"}),
    "about": frozenset({"how_much"}),
    "week": frozenset({"units", "language", "week_starts", "timezone", "digest_day", "check_hour"}),
    "pairs": frozenset(),
    "quiet": frozenset(),
}
"""Sections of the page to the fields in which something can be wrong; those of pairs carry the pair's id."""


def register(app: Flask) -> None:
    """One page."""
    app.add_url_rule("/me/settings", "settings", runner_only(settings), methods=["GET", "POST"])


def offer_of(have: Dependencies, runner: Runner) -> Offer:
    """What this runner may choose here."""
    return Offer(
        channels=tuple(channel for channel in have.channels.values() if channel.is_offered),
        can_write=WRITE_SCOPE in runner.scopes,
        has_mailer=have.mailer is not None,
    )


def settings(runner: Runner) -> ResponseReturnValue:
    """The form; a POST saves everything or, with one field wrong, nothing."""
    have = parts()
    offer = offer_of(have, runner)
    if request.method != "POST":
        return _form(have, runner, offer)
    read = read_choices(request.form, runner, offer)
    if read.errors:
        return _form(have, runner, offer, read), 400
    after = have.store.change_runner(runner.id, read.change)
    if after is None:
        return to_page("/")
    if runner.settings.reads_soreness and not after.settings.reads_soreness:
        forget_words(have, runner, have.clock())
    flash(_("Saved."))
    if _reads_otherwise(runner, after) and (
        anew := ask_to_rewrite_notes(have.store, have.inbox, runner.id, have.clock())
    ):
        have.wake()
        flash(
            some(
                "One note of the last week is being rewritten.",
                "%(num)s notes of the last week are being rewritten.",
                anew,
            )
        )
    address = after.settings.email
    is_new = address is not None and address != runner.settings.email
    if address is not None and not after.settings.email_confirmed and (is_new or "resend" in request.form):
        _ask_to_confirm(have, after, address)
    section = request.form.get("section")
    return to_page(f"/me/settings#{section}" if section in SECTIONS else "/me/settings")


def _reads_otherwise(before: Runner, after: Runner) -> bool:
    """Whether notes are worded otherwise from now on."""

    def worded(runner: Runner) -> tuple[str, str]:
        return runner.settings.units, spoken(runner.settings.language)

    return worded(before) != worded(after)


def _ask_to_confirm(have: Dependencies, runner: Runner, address: str) -> None:
    if not confirming.may_send(have, runner, address):
        flash(_("Three mails an hour to one address are enough: try again later."), "wrong")
        return
    try:
        confirming.send(have, runner, address)
    except FootnoteError:
        flash(_("The confirmation could not be sent to that address. Check it, or try again later."), "wrong")
    else:
        flash(_("A mail with a link is on its way. Nothing else goes to that address before you follow it."))


def forget_words(have: Dependencies, runner: Runner, now: datetime) -> None:
    """The consent is withdrawn: everything that was read from the runner's own words goes, at once, and what our notes
    said of it. The run of a note that is on an activity is judged again, so that the note is rewritten or taken out."""
    asked = {one.run_id for one in runner.soreness if one.mentioned}
    have.store.change_runner(
        runner.id, lambda was: replace(was, soreness=tuple(one for one in was.soreness if is_said(one)))
    )
    for run_record in have.store.run_records(runner.id):
        spoke = _spoke(run_record) or str(run_record.run_id) in asked
        have.store.change_run_record(runner.id, run_record.run_id, partial(_without_words, spoke=spoke))
        if (
            spoke
            and is_in_field(have.channels.get(run_record.channel) if run_record.channel else None)
            and run_record.telling in (NoteStatus.TOLD, NoteStatus.SENDING)
        ):
            judge_again(have, runner, run_record.run_id, now)


def _spoke(run_record: RunRecord) -> bool:
    return any(one.told and one.family == Family.SORENESS for one in run_record.found)


def _without_words(run_record: RunRecord | None, *, spoke: bool) -> RunRecord | None:
    if run_record is None:
        return None
    kept = tuple(one for one in run_record.found if one.family != Family.SORENESS)
    facts = replace(run_record.facts, words="") if run_record.facts else None
    # One that is just being written is known by its text alone; the look that follows takes that out.
    goes = spoke and run_record.telling is not NoteStatus.SENDING
    return replace(run_record, found=kept, facts=facts, text="" if goes else run_record.text)


def _sections_of(fields: Iterable[str]) -> set[str]:
    """The sections of the page that these fields are in."""
    return {next((section for section, own in SECTIONS.items() if name in own), "pairs") for name in fields}


def _usual(have: Dependencies, kind: ShoeKind) -> dict[str, Decimal | None]:
    """The limits that go with a kind of shoe."""
    look_m, replace_m = worn_shoe.shoe_limits(Shoe(id="", kind=kind), have.rulebook.limits[worn_shoe.NAME])
    return {"look": look_m, "replace": replace_m}


def _form(have: Dependencies, runner: Runner, offer: Offer, read: Read | None = None) -> str:
    shown_in = read.shown_in if read else runner.settings.units
    today = today_of(runner, have.clock())
    return render_template(
        "settings.html",
        runner=runner,
        offer=offer,
        typed=read.typed if read else None,
        errors=read.errors if read else {},
        wrong_sections=_sections_of(read.errors if read else ()),
        metres_in=UNITS[shown_in],
        shown_in=shown_in,
        rules=CAN_BE_TURNED_OFF,
        how_much=[one.value for one in HowMuch],
        kinds=[kind.value for kind in ShoeKind],
        usual={kind: _usual(have, kind) for kind in ShoeKind},
        weekdays=WEEKDAYS,
        zones=zone_names(),
        languages=named_languages(),
        application=have.settings,
        sample=sample_note(),
        snoozed={name: day for name, day in runner.settings.snoozed.items() if day >= today},
        silent={
            rule.NAME: until
            for rule in CAN_BE_TURNED_OFF
            if (until := silent_by_dismissals(runner, rule.NAME, today, have.rulebook.limits["choose"]))
        },
        notes_on_activities=notes_on_activities(have, runner.id),
        worn=sorted(runner.pairs.values(), key=lambda pair: (pair.shoe.is_retired, pair.shoe.name, pair.shoe.id)),
    )
