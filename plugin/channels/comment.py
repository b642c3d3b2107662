"""A comment in the activity's thread: only for the few Strava apps that may post there (`COMMENTS=on`)."""

from __future__ import annotations

from datetime import datetime

from plugin.errors import NotTold, Refused, StravaTrouble
from plugin.notes.block import as_note
from plugin.ports import WRITE_SCOPE, ActivityDetail, ChannelName, Message, Runner, Settings, Strava
from plugin.translations.voice import marked


class Comment:
    """Everybody who sees the activity reads it; once posted we can neither change nor delete it."""

    name = ChannelName.COMMENT
    title = marked("comment on the activity")
    hint = marked("In the activity's comments. Everyone who sees the activity can read it.")
    is_public = True
    needs_public_ok = False
    is_on_activity = True
    is_editable = False
    needs_setting: str | None = None
    missing = ""
    set_up_at: str | None = None
    is_left_to_worker = False
    falls_back_to: ChannelName | None = ChannelName.PRIVATE_NOTE

    def __init__(self, strava: Strava, *, enabled: bool) -> None:
        self._strava = strava
        self.is_offered = enabled

    def can_tell(self, runner: Runner) -> bool:
        """Open where the operator turned it on, while we may write and it has not failed before."""
        return self.is_offered and WRITE_SCOPE in runner.scopes and self.name not in runner.failed_channels

    def closed_for(self, settings: Settings) -> Settings:
        return settings

    def text_on(self, activity: ActivityDetail) -> str | None:
        return None

    def tell(self, message: Message, now: datetime) -> None:
        """Post it once. If Strava's answer is lost, the comment may be there, so it is never posted again."""
        text = as_note(message.text)
        if not text or message.was:
            return
        if not self.is_offered:
            raise NotTold("Comments are off for this Strava app (COMMENTS).", for_good=True)
        if not message.is_public_safe:
            raise NotTold("This note speaks of soreness and may not stand where others read it.", for_good=False)
        try:
            self._strava.comment(message.runner.id, message.run_id, text)
        except Refused as refused:
            raise NotTold(f"This Strava app may not post comments: {refused}", for_good=True) from refused
        except StravaTrouble as lost:
            raise NotTold(f"The comment may have been posted: {lost}", for_good=False, may_have_left=True) from lost
