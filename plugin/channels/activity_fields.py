"""A note in a field of the activity: the private note (only its runner reads it) or the description (everybody does).

Strava replaces the field whole and has no ETag, so the text is the one read just before (`Message.before`), only our
block in it is changed, and the answer is compared. An answer that does not show the note decides nothing: the activity
is read once, some seconds later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from plugin.channels.note_check import NoteCheck
from plugin.errors import NotTold, Refused
from plugin.notes.block import block_in, same_text, with_block, without_block
from plugin.ports import MOST_TEXT, WRITE_SCOPE, ActivityDetail, ChannelName, Message, Runner, Settings, Strava, Texts
from plugin.translations.voice import marked

NOT_KEPT = {
    ChannelName.PRIVATE_NOTE: marked("Strava took the private note and did not keep it."),
    ChannelName.DESCRIPTION: marked("Strava took the description and did not keep it."),
}

TOO_LONG = marked("The text on the activity is longer than we read, so we write nothing into it.")


class _Field:
    """What both fields have in common."""

    name: ChannelName
    is_offered = True
    is_on_activity = True
    is_editable = True
    needs_setting: str | None = None
    missing = ""
    set_up_at: str | None = None
    is_left_to_worker = False

    def __init__(self, strava: Strava, check: NoteCheck) -> None:
        self._strava, self._check = strava, check

    def can_tell(self, runner: Runner) -> bool:
        return WRITE_SCOPE in runner.scopes and self.name not in runner.failed_channels

    def closed_for(self, settings: Settings) -> Settings:
        return settings

    def _write(self, message: Message, field: Callable[[Texts], str], now: datetime) -> None:
        if message.before is None:
            raise ValueError("a field is only written over a text that was read just before")
        before = field(message.before.texts)
        if self.name in message.before.texts.cut:
            raise NotTold(TOO_LONG, for_good=True)
        wanted = with_block(before, message.text, was=message.was)
        if len(wanted) > MOST_TEXT:
            raise NotTold(TOO_LONG, for_good=True)
        if wanted == before:
            return
        try:
            after = self._strava.write(message.runner.id, message.run_id, field=self.name, text=wanted)
        except Refused as refused:
            reason = f"Strava does not let us write the {_words(self.name)}: {refused}"
            raise NotTold(reason, for_good=True) from refused
        is_shown = _stuck(after, wanted, message.text)
        is_first = self.name == ChannelName.PRIVATE_NOTE and bool(message.text) and self._check.is_due()
        if is_shown and not is_first:
            return
        self._check.wait()
        held = field(self._strava.activity(message.runner.id, message.run_id).texts)
        is_kept = _stuck(held, wanted, message.text)
        if self.name == ChannelName.PRIVATE_NOTE and message.text:
            self._check.note(is_shown=is_shown, is_kept=is_kept, now=now)
        if not is_kept:
            raise NotTold(NOT_KEPT[self.name], for_good=True)


class PrivateNote(_Field):
    """Seen by the runner alone. Strava does not document that apps may write it, so the answer is compared."""

    name = ChannelName.PRIVATE_NOTE
    title = marked("private note on the activity")
    hint = marked("On the activity. Only you can read it.")
    is_public = False
    needs_public_ok = False
    falls_back_to: ChannelName | None = ChannelName.EMAIL

    def text_on(self, activity: ActivityDetail) -> str | None:
        return activity.texts.private_note

    def tell(self, message: Message, now: datetime) -> None:
        """Put our block in, change it or take it out; no call where that changes nothing."""
        self._write(message, lambda texts: texts.private_note, now)


class Description(_Field):
    """Read by whoever sees the activity: only after the runner's yes, and never with soreness in it."""

    name = ChannelName.DESCRIPTION
    title = marked("description of the activity")
    hint = marked(
        "At the end of the activity's description. Everyone who sees the activity can read it; notes about soreness "
        "never go there."
    )
    is_public = True
    needs_public_ok = True
    falls_back_to: ChannelName | None = ChannelName.PRIVATE_NOTE

    def can_tell(self, runner: Runner) -> bool:
        """Open while we may write, the runner said that everyone may read it, and the field has not failed."""
        return super().can_tell(runner) and runner.settings.public_ok

    def text_on(self, activity: ActivityDetail) -> str | None:
        return activity.texts.description

    def tell(self, message: Message, now: datetime) -> None:
        """Like the private note; taking out is always allowed, putting in only what is meant for everybody."""
        if message.text and not message.runner.settings.public_ok:
            raise NotTold("The runner has not said that everyone may read their notes.", for_good=False)
        if message.text and not message.is_public_safe:
            raise NotTold("This note speaks of soreness and may not stand where others read it.", for_good=False)
        self._write(message, lambda texts: texts.description, now)


def _stuck(after: str | None, wanted: str, note: str) -> bool:
    """Whether the answer shows what we wrote. An empty field may be missing from an answer altogether."""
    if after is None:
        return not wanted.strip()
    if same_text(after, wanted):
        return True
    # Strava changed something outside our block (trimmed a line, say): what counts is that the note is whole.
    if not note:
        return same_text(without_block(after, was=None), after)
    return same_text(block_in(after, was=note) or "", block_in(wanted, was=note) or note)


def _words(name: ChannelName) -> str:
    return name.value.replace("_", " ")
