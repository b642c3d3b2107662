"""A note by mail. The address is the runner's own and confirmed; after a bounce the channel is closed until the runner
gives another address."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from plugin.notes.block import as_note
from plugin.ports import ActivityDetail, ChannelName, Message, Runner, Settings
from plugin.translations.voice import marked


class SendsNotes(Protocol):
    """What is needed of the mailer."""

    def note(self, message: Message, now: datetime) -> None:
        """Send a note to the runner's confirmed address; raises NotTold."""


class Email:
    """Open where the operator has a mail server and the runner a confirmed address. `mailer`: None without a server."""

    name = ChannelName.EMAIL
    title = marked("by email")
    hint = marked("To your address, once you have confirmed it by a link.")
    is_public = False
    needs_public_ok = False
    is_on_activity = False
    is_editable = False
    needs_setting: str | None = "email"
    missing = marked("Notes by email need an address.")
    set_up_at: str | None = None
    is_left_to_worker = False
    falls_back_to: ChannelName | None = ChannelName.PAGE

    def __init__(self, mailer: SendsNotes | None) -> None:
        self._mailer = mailer
        self.is_offered = mailer is not None

    def can_tell(self, runner: Runner) -> bool:
        """A confirmed address that has not bounced, and no failure for good before."""
        settings = runner.settings
        has_address = bool(settings.email) and settings.email_confirmed and not settings.email_bounced
        return self.is_offered and has_address and self.name not in runner.failed_channels

    def closed_for(self, settings: Settings) -> Settings:
        return replace(settings, email_bounced=True)

    def text_on(self, activity: ActivityDetail) -> str | None:
        return None

    def tell(self, message: Message, now: datetime) -> None:
        """Send it; what has left cannot be taken back, so an empty note sends nothing."""
        if self._mailer is not None and as_note(message.text):
            self._mailer.note(message, now)
