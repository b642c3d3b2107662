"""The runner's own page shows every note anyway, so there is nothing to do and nothing can fail."""

from __future__ import annotations

from datetime import datetime

from plugin.ports import ActivityDetail, ChannelName, Message, Runner, Settings
from plugin.translations.voice import marked


class Page:
    """Always open; the last to fall back to."""

    name = ChannelName.PAGE
    title = marked("this page only")
    hint = marked("Nothing is sent or written. You read your notes on your overview here.")
    is_offered = True
    is_public = False
    needs_public_ok = False
    is_on_activity = False
    is_editable = True
    needs_setting: str | None = None
    missing = ""
    set_up_at: str | None = None
    is_left_to_worker = False
    falls_back_to: ChannelName | None = None

    def can_tell(self, runner: Runner) -> bool:
        return True

    def closed_for(self, settings: Settings) -> Settings:
        return settings

    def text_on(self, activity: ActivityDetail) -> str | None:
        return None

    def tell(self, message: Message, now: datetime) -> None:
        """The page shows the record of the run."""
