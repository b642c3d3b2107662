"""`footnote doctor --probe` against the sandbox: it finds every fault that is switched on and that reading can meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.cli.doctor_probe import PROBE, TEXT_PUT, probe, remembered
from plugin.notes.block import block_in
from plugin.ports import JobKind, new_delivery
from plugin.sandbox import KINDS
from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings, read_settings
from plugin.stores.memory import MemoryInbox
from plugin.web.webhook import LAST_EVENT
from tests.fakes.strava import ALL_SCOPES
from tests.promises.strava_stages import LiveStage, clock
from tests.strava.sandbox_process import sandbox_process

KEY = "0123456789abcdef0123456789abcdef-and-more"
NOW = datetime(2026, 11, 28, tzinfo=UTC)
OWN = "Felt fine.\r\n\r\nNew socks. "
WRITES = {"note_ignored", "note_hidden", "put_without_field", "not_applied", "reshaped", "echo", "crlf"}
UNSEEN = {
    # Only somebody who connects meets these.
    "young_code", "old_scopes", "athlete_limit_page",
    # Only who makes the subscription, and it is there or another's.
    "callback_refused", "callback_not_verifiable",
    # What does not arrive, or arrives twice or late, cannot be seen from here; the id's type does not matter to us.
    "lost_event", "twice", "out_of_order", "id_in_words",
    # Comments are never tried: everybody would read them.
    "partner",
    # With all scopes the list is the same.
    "empty_list",
}  # fmt: skip


@dataclass
class Application:
    stage: LiveStage
    settings: OperatorSettings
    inbox: Any = field(default_factory=MemoryInbox)
    clock: Any = clock

    @property
    def store(self) -> Any:
        return self.stage.store

    @property
    def strava(self) -> Any:
        return self.stage.strava

    @property
    def keyring(self) -> Keyring:
        return Keyring(KEY)


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with sandbox_process() as url:
        yield url


@pytest.fixture
def application(sandbox_url: str) -> Iterator[Application]:
    stage = LiveStage(sandbox_url, call_s=2.5)
    shoe = stage.add_pair("Ghost 15", km=400)
    stage.record_many([clock() - timedelta(days=number) for number in range(2, 210)])
    stage.run = stage.record(km="10", at=clock() - timedelta(minutes=50), shoe=shoe, private_note=OWN)  # type: ignore[attr-defined]
    stage.store.change_runner(stage.runner_id, lambda was: replace(was, scopes=ALL_SCOPES))
    four = {"STRAVA_CLIENT_ID": "12345", "STRAVA_CLIENT_SECRET": "x", "SECRET_KEY": KEY}
    four |= {"PUBLIC_URL": "http://localhost:1", "STRAVA_API_URL": f"{sandbox_url}/api/v3"}
    yield Application(stage, read_settings(four, env_file=None))
    stage.mend()


def found(application: Application, *, write: bool = False, pause: Any = lambda seconds: None) -> dict[str, tuple]:
    run = application.stage.run if write else None
    return {one.what: (one.is_well, one.said) for one in probe(application, NOW, write=run, pause=pause)}


def words(told: dict[str, tuple]) -> str:
    return "\n".join(f"{what} {is_well} {said}" for what, (is_well, said) in told.items())


def without_times(text: str) -> str:
    return " ".join(word for word in text.split() if not word.replace(".", "").isdigit())


def test_where_nothing_is_wrong_only_the_missing_subscription_is_told(application: Application) -> None:
    told = found(application, write=True)
    assert [what for what, (is_well, _) in told.items() if not is_well] == ["probe subscription"]
    assert "pages of 200 fit" in told["probe lists"][1]
    assert "to the letter" in told["probe write"][1]
    assert application.stage.text(application.stage.run, "private_note") == OWN
    reads, writes = application.stage.counted()
    assert (reads <= 11, writes) == (True, 2)


def test_what_was_found_is_kept_without_anything_of_a_run_and_shown_later(application: Application) -> None:
    told = found(application, write=True)
    kept = application.store.key_value(PROBE)
    assert str(application.stage.run) not in repr(kept)
    assert "socks" not in repr(kept)
    shown = {one.what: (one.is_well, one.said) for one in remembered(application)}
    assert shown == {f"{what}, on 2026-11-28": finding for what, finding in told.items()}


def prepared(application: Application, kind: str) -> None:
    run = application.stage.run
    match kind:
        case "slow_lists":
            application.stage.fault(kind, seconds=6.0)
        case "slow":
            application.stage.fault(kind, seconds=4.0, path="/athlete/activities")
        case "signed":
            application.store.change_key_value(LAST_EVENT, lambda _: {"at": NOW.isoformat(), "signed": True})
        case "crlf":
            application.stage.fault(kind)
            application.stage._tell("PUT", f"activities/{run}", {"description": "a\nb", "private_note": "x"})
        case "not_found_yet":
            application.stage.fault(kind, seconds=1e9)
        case "odometer_late":
            application.stage.fault(kind, seconds=1e9)
        case _:
            application.stage.fault(kind)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - UNSEEN))
def test_every_fault_that_is_switched_on_is_found(application: Application, kind: str) -> None:
    is_write = kind in WRITES
    if kind == "crlf":
        application.stage._tell("PUT", f"activities/{application.stage.run}", {"private_note": "x"})
    before = without_times(words(found(application, write=is_write)))
    prepared(application, kind)
    if kind == "echo":
        # The sandbox has nobody to send its event to here: it is handed in as the site would.
        def pause(seconds: float) -> None:
            if seconds == 1.0:
                runner = application.stage.runner_id
                application.inbox.keep(new_delivery(runner, 1, JobKind.EVENT, NOW, NOW))

        after = words(found(application, write=True, pause=pause))
    else:
        after = words(found(application, write=is_write))
    assert without_times(after) != before


def test_a_probe_that_was_broken_off_is_cleared_away_by_the_next(application: Application) -> None:
    run = application.stage.run
    application.stage.fault("unavailable", method="PUT", skip=1)
    told = found(application, write=True)
    assert told["probe write"][0] is False
    assert block_in(application.stage.text(run, "private_note")) == TEXT_PUT
    application.stage.mend()
    assert found(application, write=True)["probe write"][0] is True
    assert application.stage.text(run, "private_note") == OWN


def test_a_write_whose_answer_is_lost_is_taken_out_all_the_same(application: Application) -> None:
    application.stage.fault("lost_answer", method="PUT", path="/activities/", count=1)
    assert "taken out again" in found(application, write=True)["probe write"][1]
    assert application.stage.text(application.stage.run, "private_note") == OWN


def test_a_run_with_a_note_of_ours_is_left_alone(application: Application) -> None:
    note = "— Footnote —\nToday's 20.0 km\n— end of footnote —"
    application.stage._tell("PUT", f"activities/{application.stage.run}", {"private_note": note})
    assert found(application, write=True)["probe write"] == (
        False,
        "that run carries a note of Footnote's: choose one without",
    )
    assert application.stage.text(application.stage.run, "private_note") == note


def test_without_an_account_of_the_operators_it_says_what_to_do(application: Application) -> None:
    application.store.forget(application.stage.runner_id)
    (is_well, said) = found(application)["probe"]
    assert not is_well
    assert "OPERATOR_ATHLETES" in said
