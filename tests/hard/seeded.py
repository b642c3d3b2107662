"""Many runners at once, as connecting leaves them: tokens from the sandbox, kept in the folder before a site starts."""

from __future__ import annotations

from datetime import UTC, datetime

from plugin.ports import ChannelName, Runner, Settings, Tokens
from tests.e2e.harness import Application
from tests.e2e.strava import midday_zone

SCOPES = frozenset({"read", "activity:read", "activity:read_all", "activity:write"})


def address_of(runner: int) -> str:
    return f"r{runner}@example.org"


def seed(application: Application, many: int, *, by_mail: int = 0, weeks: int = 6) -> list[int]:
    """Connected runners; every `by_mail`-th gets mail, the others a private note."""
    now = datetime.now(UTC)
    runners = []
    for number in range(many):
        runner = application.strava.runner(f"Runner {number}", weeks=weeks)
        answer = application.strava.ask("POST", f"/athletes/{runner}/tokens")
        has_mail = bool(by_mail) and number % by_mail == 0
        settings = Settings(channel=ChannelName.PRIVATE_NOTE)
        if has_mail:
            settings = Settings(channel=ChannelName.EMAIL, email=address_of(runner), email_confirmed=True, digest=False)
        kept = Runner(
            id=runner,
            name=f"Runner {number}",
            connected_at=now,
            consent_at=now,
            scopes=SCOPES,
            tokens=Tokens(
                access=answer["access_token"],
                refresh=answer["refresh_token"],
                expires_at=datetime.fromtimestamp(answer["expires_at"], UTC),
            ),
            settings=settings,
            timezone=midday_zone(now),
        )
        assert application.store.enrol(kept, limit=many)
        runners.append(runner)
    return runners
