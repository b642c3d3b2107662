"""A note by mail. The address is the runner's own and confirmed; a bounce closes it until they give another."""

from __future__ import annotations

from datetime import datetime

from plugin.channels.mail.mailer import Post
from plugin.notes.block import as_note
from plugin.ports import ChannelName, Message, Runner


class Mail:
    """Open where the operator has a mail server (`post`) and the runner a confirmed address."""

    name = ChannelName.EMAIL

    def __init__(self, post: Post | None) -> None:
        self._post = post

    def can_tell(self, runner: Runner) -> bool:
        """A confirmed address that has not bounced, and no failure for good before."""
        settings = runner.settings
        has_address = bool(settings.email) and settings.email_confirmed and not settings.email_bounced
        return self._post is not None and has_address and self.name not in runner.failed_channels

    def tell(self, message: Message, now: datetime) -> None:
        """Send it; what has left cannot be taken back, so an empty note sends nothing."""
        if self._post is not None and as_note(message.text):
            self._post.note(message, now)
