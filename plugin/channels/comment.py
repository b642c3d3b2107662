"""A comment in the activity's thread: only for the few Strava apps that may post there (`COMMENTS=on`)."""

from __future__ import annotations

from datetime import datetime

from plugin.channels.activity_fields import WRITE
from plugin.errors import NotTold, Refused, StravaTrouble
from plugin.notes.block import as_note
from plugin.ports import ChannelName, Message, Runner, Strava


class Comment:
    """Everybody who sees the activity reads it; once posted it is neither changed nor taken back by us."""

    name = ChannelName.COMMENT

    def __init__(self, strava: Strava, *, enabled: bool) -> None:
        self._strava = strava
        self._enabled = enabled

    def can_tell(self, runner: Runner) -> bool:
        """Open where the operator turned it on, while we may write and it has not failed before."""
        return self._enabled and WRITE in runner.scopes and self.name not in runner.failed_channels

    def tell(self, message: Message, now: datetime) -> None:
        """Post it once. Where Strava's answer is lost nobody knows whether it stands there: never posted again."""
        text = as_note(message.text)
        if not text or message.was:
            return
        if not self._enabled:
            raise NotTold("Comments are off for this Strava app (COMMENTS).", for_good=True)
        if not message.is_public_safe:
            raise NotTold("This note speaks of soreness and may not stand where others read it.", for_good=False)
        try:
            self._strava.comment(message.runner.id, message.run_id, text)
        except Refused as refused:
            raise NotTold(f"This Strava app may not post comments: {refused}", for_good=True) from refused
        except StravaTrouble as lost:
            raise NotTold(f"The comment may have been posted: {lost}", for_good=False, may_have_left=True) from lost
