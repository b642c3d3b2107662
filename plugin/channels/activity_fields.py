"""A note in a field of the activity: the private note (only its runner reads it) or the description (everybody does).

Strava replaces the field whole and has no ETag, so the text is the one read just before (`Message.before`), only our
block in it is changed, and the answer is compared: a field that Strava did not take over is no channel at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from plugin.errors import NotTold, Refused
from plugin.notes.block import block_in, same_text, with_block, without_block
from plugin.ports import ChannelName, Message, Runner, Strava, Texts
from plugin.translations.voice import marked

WRITE = "activity:write"
NOT_KEPT = {
    ChannelName.PRIVATE_NOTE: marked("Strava took the private note and did not keep it."),
    ChannelName.DESCRIPTION: marked("Strava took the description and did not keep it."),
}


class PrivateNote:
    """Seen by the runner alone. Strava does not document that apps may write it: hence the look at the answer."""

    name = ChannelName.PRIVATE_NOTE

    def __init__(self, strava: Strava) -> None:
        self._strava = strava

    def can_tell(self, runner: Runner) -> bool:
        """Open while we may write and the field has not failed before."""
        return WRITE in runner.scopes and self.name not in runner.failed_channels

    def tell(self, message: Message, now: datetime) -> None:
        """Put our block in, change it or take it out; no call at all where that changes nothing."""
        _tell(self._strava, self.name, message, lambda texts: texts.private_note)


class Description:
    """Read by whoever sees the activity: only after the runner's yes, and never with soreness in it."""

    name = ChannelName.DESCRIPTION

    def __init__(self, strava: Strava) -> None:
        self._strava = strava

    def can_tell(self, runner: Runner) -> bool:
        """Open while we may write, the runner said that everyone may read it, and the field has not failed."""
        return WRITE in runner.scopes and runner.settings.public_ok and self.name not in runner.failed_channels

    def tell(self, message: Message, now: datetime) -> None:
        """Like the private note; taking out is always allowed, putting in only what is meant for everybody."""
        if message.text and not message.runner.settings.public_ok:
            raise NotTold("The runner has not said that everyone may read their notes.", for_good=False)
        if message.text and not message.is_public_safe:
            raise NotTold("This note speaks of soreness and may not stand where others read it.", for_good=False)
        _tell(self._strava, self.name, message, lambda texts: texts.description)


def _tell(strava: Strava, name: ChannelName, message: Message, field: Callable[[Texts], str]) -> None:
    if message.before is None:
        raise ValueError("a field is only written over a text that was read just before")
    before = field(message.before.texts)
    wanted = with_block(before, message.text, was=message.was)
    if wanted == before:
        return
    try:
        after = strava.write(message.runner.id, message.run_id, field=name, text=wanted)
    except Refused as refused:
        raise NotTold(f"Strava does not let us write the {_words(name)}: {refused}", for_good=True) from refused
    if not _stuck(after, wanted, message.text):
        raise NotTold(NOT_KEPT[name], for_good=True)


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
