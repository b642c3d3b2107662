"""An installation of the first edition (commit 63e9427) starts on this one: its folder and its Postgres, as they are.

`written_by_63e9427/` was written by that commit's own stores from its own samples: a runner with something in every
field, one with little, a record in every status, deliveries of every kind, one that waits for an inactive app.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from plugin.jobs.resume import bring_forward
from plugin.ports import SUBSCRIPTION, ChannelName, Inbox, NoteStatus, Reason, State, Store
from plugin.settings.encryption import Keyring
from plugin.stores.postgres import Database, PostgresInbox, PostgresStore, migrate
from plugin.stores.postgres.jobs import Jobs
from plugin.stores.tiny import TinyInbox, TinyStore
from tests.postgres import Server, postgres_server
from tests.promises.samples import NOON, TODAY

__all__ = ["postgres_server"]

WRITTEN = Path(__file__).parent / "written_by_63e9427"
KEYRING = Keyring("a secret key that is only for tests, and long enough")
Kept = tuple[Store, Inbox]


@pytest.fixture
def files(tmp_path: Path) -> Kept:
    folder = tmp_path / "var"
    shutil.copytree(WRITTEN / "files", folder)
    for one in (folder, *folder.rglob("*")):
        one.chmod(0o700 if one.is_dir() else 0o600)
    return TinyStore(folder, KEYRING), TinyInbox(folder, KEYRING)


@pytest.fixture
def database(postgres_server: Server) -> Iterator[Kept]:
    name = postgres_server.new_database()
    url = postgres_server.url(name)
    with psycopg.connect(url, autocommit=True) as wire:
        wire.execute((WRITTEN / "database.sql").read_bytes())
    migrate(url)
    there = Database(url)
    yield PostgresStore(there, KEYRING), PostgresInbox(there, defer=Jobs().put)
    there.close()
    postgres_server.drop_database(name)


@pytest.fixture(params=["files", "database"])
def kept(request: pytest.FixtureRequest) -> Kept:
    return request.getfixturevalue(request.param)


def test_a_runner_is_read_whole(kept: Kept) -> None:
    store, _ = kept
    assert store.runner_ids() == [7, 8]
    runner = store.runner(7)
    assert runner is not None
    assert (runner.name, runner.timezone, runner.must_reconnect) == ("Zoë <b>Ünlü</b>", "America/New_York", True)
    assert runner.tokens is not None
    assert (runner.tokens.access, runner.tokens.refresh) == ("access-in-clear", "refresh-in-clear")
    chosen = runner.settings
    assert (chosen.channel, chosen.email, chosen.units) == (ChannelName.EMAIL, "zoe@in-clear.example", "mi")
    assert (chosen.rules_off, chosen.snoozed["ramp"], chosen.digest_day) == ({"cadence"}, TODAY, "friday")
    pair = runner.pairs["g1"]
    assert pair.shoe.name == "Ghost 15"
    assert (pair.shoe.look_m, pair.odometer_m) == (Decimal("400000.10"), Decimal("512345.70"))
    (sore,) = runner.soreness
    assert (sore.run_id, sore.labels, sore.cleared) == ("41", {"plantar_fasciitis", "red_flag"}, {"shin"})
    assert (runner.dismissals[0].rule, runner.told_once) == ("ramp", {"worn_shoe g1 500": 41})
    assert (runner.swept_on, runner.digested_on) == (TODAY, TODAY)
    kim = store.runner(8)
    assert kim is not None
    assert (kim.name, kim.tokens) == ("Kim", None)


def test_a_record_of_a_run_is_read_whole_whatever_its_status(kept: Kept) -> None:
    store, _ = kept
    full = store.run_record(7, 41)
    assert full is not None
    assert (full.telling, full.channel, full.text) == (
        NoteStatus.TOLD,
        ChannelName.PRIVATE_NOTE,
        "a note with heel words in clear",
    )
    assert full.facts is not None
    assert (full.facts.distance_m, full.facts.words) == (Decimal("20000.0"), "digest-of-words")
    told, withheld = full.found
    assert (told.rule, told.leads, told.numbers["longest_m"]) == ("long_run", True, Decimal("14000.00"))
    assert (withheld.told, withheld.withheld, withheld.text) == (False, "less important", "heel words in clear")
    statuses = [store.run_record(7, 50 + number) for number in range(6)]
    assert [one.telling.name for one in statuses if one is not None] == [
        "NOTHING", "SENDING", "TOLD", "UNKNOWN", "REMOVED", "TAKEN_OUT",
    ]  # fmt: skip


def test_the_cached_list_and_what_the_app_remembers_are_read(kept: Kept) -> None:
    store, _ = kept
    cached = store.snapshot(7)
    assert cached is not None
    assert (cached.fetched_at, cached.runs[0].distance_m, cached.wear[0].shoe) == (NOON, Decimal("10000.10"), "g1")
    assert store.key_value(SUBSCRIPTION) == {"id": 4711}


def test_every_delivery_is_there_and_taken(kept: Kept) -> None:
    _, inbox = kept
    waiting = {one.why for one in inbox.everything() if one.state == State.WAITING}
    kinds = {"event", "deleted", "deauthorised", "said", "reread", "sweep", "digest", "preview"}
    assert waiting == kinds  # those of that edition
    assert [one.id for one in inbox.everything() if one.state == State.PARKED] == ["parked"]
    later = NOON + timedelta(hours=1)
    taken = inbox.take(later)
    assert taken is not None
    assert taken.id == "d0"
    inbox.done("d0")
    assert inbox.take_this("d1", later) is not None


def test_what_waits_for_an_inactive_app_goes_on(kept: Kept) -> None:
    _, inbox = kept
    assert bring_forward(inbox, Reason.APP_INACTIVE, NOON) == 1
    (goes_on,) = [one for one in inbox.everything() if one.id == "inactive"]
    assert goes_on.due_at == NOON
