"""The runner's own page: every note stands there anyway, so there is nothing to do and nothing can fail."""

from __future__ import annotations

from datetime import datetime

from plugin.ports import ChannelName, Message, Runner


class Page:
    """Always open; the last to fall back to."""

    name = ChannelName.PAGE

    def can_tell(self, runner: Runner) -> bool:
        """Always."""
        return True

    def tell(self, message: Message, now: datetime) -> None:
        """The page shows what the books keep."""
