"""One refresh per runner at a time, and no tokens lost, whoever asks at once and whatever breaks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plugin.errors import Disconnected, Refused, StoreBroken, StravaTrouble
from plugin.ports import ChannelName, Runner, Store, Tokens
from plugin.settings.encryption import Keyring
from plugin.stores.memory import MemoryStore
from plugin.stores.postgres import Database, PostgresStore
from plugin.stores.tiny import TinyStore
from plugin.strava.client import StravaClient
from tests.promises.strava_stages import LiveStage, clock
from tests.strava.sandbox_process import HERE, sandbox_process
from tests.strava.scripted import Scripted, answer, cut, scripted

REFRESH = "POST /oauth/token"


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with sandbox_process() as url:
        yield url


@pytest.fixture
def stage(sandbox_url: str) -> LiveStage:
    return LiveStage(sandbox_url, call_s=8)


def runner(stage: LiveStage) -> Runner:
    kept = stage.store.runner(stage.runner_id)
    assert kept is not None
    return kept


def tokens(stage: LiveStage) -> Tokens:
    kept = runner(stage).tokens
    assert kept is not None
    return kept


def let_them_end(stage: LiveStage, *, in_minutes: float) -> None:
    ends = clock() + timedelta(minutes=in_minutes)
    stage.store.change_runner(stage.runner_id, lambda one: replace(one, tokens=replace(tokens(stage), expires_at=ends)))


def test_tokens_with_time_left_are_used_as_they_are(stage: LiveStage) -> None:
    let_them_end(stage, in_minutes=6)
    stage.strava.recent(stage.runner_id)
    assert REFRESH not in stage.counts()


def test_tokens_about_to_end_are_renewed_and_kept_before_they_are_used(stage: LiveStage) -> None:
    let_them_end(stage, in_minutes=4)
    before = tokens(stage)
    stage.fault("unavailable", path="/athlete/activities")
    with pytest.raises(StravaTrouble):
        stage.strava.recent(stage.runner_id)
    after = tokens(stage)
    assert (after.access != before.access, after.refresh != before.refresh) == (True, True)
    assert after.expires_at > clock() + timedelta(hours=5)
    stage.mend()
    stage.strava.recent(stage.runner_id)
    assert stage.counts()[REFRESH] == 1


def test_tokens_that_strava_refuses_are_renewed_once(stage: LiveStage) -> None:
    stage.expire()
    stage.strava.recent(stage.runner_id)
    assert stage.counts() == {"GET /api/v3/athlete/activities": 2, REFRESH: 1}


def test_eight_threads_with_tokens_that_end_make_one_refresh(stage: LiveStage) -> None:
    let_them_end(stage, in_minutes=-1)
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(stage.strava.recent, stage.runner_id) for _ in range(8)]
        assert [one.result().reaches is None for one in asked] == [True] * 8
    assert stage.counts() == {"GET /api/v3/athlete/activities": 8, REFRESH: 1}


def test_eight_threads_with_tokens_that_strava_refuses_make_one_refresh(stage: LiveStage) -> None:
    stage.expire()
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(stage.strava.recent, stage.runner_id) for _ in range(8)]
        assert [one.result().reaches is None for one in asked] == [True] * 8
    assert stage.counts()[REFRESH] == 1


def books_at(place: str) -> Store:
    """A folder, or a database."""
    keyring = Keyring("a secret key that is only for tests, and long enough")
    if place.startswith("postgres"):
        return PostgresStore(Database(place), keyring)
    return TinyStore(Path(place), keyring)


ANOTHER_PROCESS = """
import sys
from datetime import UTC, datetime
from plugin.strava.client import StravaClient
from tests.strava.test_tokens import books_at

place, url, runner_id = sys.argv[1:]
strava = StravaClient(
    client_id="12345", client_secret="sandbox-secret", api_url=url + "/api/v3", oauth_url=url + "/oauth",
    store=books_at(place), clock=lambda: datetime.now(UTC),
)
strava.budget()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(3):
    strava.recent(int(runner_id))
print("asked", flush=True)
"""


@pytest.mark.parametrize("store", ["tiny", "postgres"])
def test_two_processes_on_one_store_make_one_refresh(
    stage: LiveStage, sandbox_url: str, tmp_path: Path, store: str, request: pytest.FixtureRequest
) -> None:
    place = str(tmp_path / "var") if store == "tiny" else request.getfixturevalue("postgres_url")
    store = books_at(place)
    over = replace(tokens(stage), expires_at=clock())
    store.enrol(Runner(id=stage.runner_id, connected_at=clock(), tokens=over), limit=1)
    asking = [sys.executable, "-c", ANOTHER_PROCESS, place, sandbox_url, str(stage.runner_id)]
    running = [
        subprocess.Popen(asking, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    try:
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in running:
            assert one.stdin is not None
            one.stdin.write("now\n")
            one.stdin.flush()
        assert [one.communicate(timeout=30)[0] for one in running] == ["asked\n"] * 2
    finally:
        for one in running:
            one.kill()
            one.wait(10)
    assert stage.counts() == {"GET /api/v3/athlete/activities": 6, REFRESH: 1}
    kept = store.runner(stage.runner_id)
    assert kept is not None
    assert kept.tokens is not None
    assert kept.tokens.refresh != over.refresh


def test_a_runner_who_left_costs_one_refresh_and_then_no_call(stage: LiveStage) -> None:
    stage.part()
    for _ in range(3):
        with pytest.raises(Disconnected):
            stage.strava.recent(stage.runner_id)
    assert stage.counts() == {"GET /api/v3/athlete/activities": 1, REFRESH: 1}
    assert runner(stage).must_reconnect


def test_asking_whether_a_runner_left_asks_strava_each_time(stage: LiveStage) -> None:
    # a refresh token may have died of our own mishap: that must not make a forged event true for ever
    stage.store.change_runner(stage.runner_id, lambda one: replace(one, must_reconnect=True))
    assert stage.strava.is_authorised(stage.runner_id)
    assert stage.counts() == {"GET /api/v3/athlete": 1}


def test_a_missing_scope_costs_no_refresh_and_is_no_leaving(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.let_in(frozenset({"activity:read_all"}))
    assert stage.strava.is_authorised(stage.runner_id)
    with pytest.raises(Refused):
        stage.strava.write(stage.runner_id, run_id, field=ChannelName.PRIVATE_NOTE, text="x")
    assert REFRESH not in stage.counts()


def test_a_refused_comment_is_refused_after_one_refresh(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    with pytest.raises(Refused):
        stage.strava.comment(stage.runner_id, run_id, "x")
    assert stage.counts() == {"POST /api/v3/activities/{id}/comments": 2, REFRESH: 1}
    assert not runner(stage).must_reconnect


# --- with a server that answers to the letter ---------------------------------------------------------------------

OLD = Tokens(access="a1", refresh="r1", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NEW = {"access_token": "a2", "refresh_token": "r2", "expires_at": 1_795_363_200, "expires_in": 21_600}
DEAD = {"message": "Bad Request", "errors": [{"resource": "RefreshToken", "field": "refresh_token", "code": "invalid"}]}


class FullDisk(MemoryStore):
    """Nothing can be changed, as often as said; `looks_well` hides it from `is_there`."""

    broken = 0
    looks_well = False

    def change_runner(self, runner_id: int, change: Callable[[Runner], Runner]) -> Runner | None:
        if self.broken:
            self.broken -= 1
            raise StoreBroken("the disk is full")
        return super().change_runner(runner_id, change)

    def is_there(self) -> None:
        if self.broken and not self.looks_well:
            raise StoreBroken("the disk is full")


def alone(server: Scripted, store: MemoryStore) -> StravaClient:
    store.enrol(Runner(id=7, connected_at=NOW, tokens=OLD), limit=1)
    return StravaClient(
        client_id="12345",
        client_secret="client-s3cret",
        api_url=server.url,
        oauth_url=server.url,
        store=store,
        clock=lambda: NOW,
        call_s=8,
    )


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(answer(200, [])) as server:
        yield server


def kept_by(store: MemoryStore) -> Runner:
    kept = store.runner(7)
    assert kept is not None
    return kept


def test_the_refresh_goes_in_a_form(server: Scripted) -> None:
    store = MemoryStore()
    server.acts = [answer(200, NEW)]
    alone(server, store).recent(7)
    refresh, listing = server.asked
    assert (refresh.method, refresh.target) == ("POST", "/token")
    assert refresh.body == b"client_id=12345&client_secret=client-s3cret&grant_type=refresh_token&refresh_token=r1"
    assert "authorization" not in refresh.headers
    assert listing.headers["authorization"] == "Bearer a2"
    assert kept_by(store).tokens == Tokens(access="a2", refresh="r2", expires_at=NOW + timedelta(hours=6))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"refresh_token": None}, None),
        ({"access_token": 5}, None),
        ({"access_token": ""}, None),
        ({"expires_in": None}, datetime(2026, 11, 22, 16, 0, tzinfo=UTC)),
        ({"expires_in": None, "expires_at": "soon"}, NOW + timedelta(hours=6)),
        ({"expires_in": 10**30}, NOW + timedelta(hours=6)),
    ],
)
def test_odd_tokens_are_refused_and_an_odd_end_is_guessed(
    server: Scripted, changes: dict[str, Any], expected: datetime | None
) -> None:
    store = MemoryStore()
    server.acts = [answer(200, {**NEW, **changes})]
    strava = alone(server, store)
    if expected is None:
        with pytest.raises(StravaTrouble):
            strava.recent(7)
        assert kept_by(store).tokens == OLD
    else:
        strava.recent(7)
        kept = kept_by(store).tokens
        assert kept is not None
        assert kept.expires_at == expected


def test_where_no_new_refresh_token_comes_the_old_one_stands(server: Scripted) -> None:
    store = MemoryStore()
    server.acts = [answer(200, {"access_token": "a2", "expires_in": 21_600})]
    alone(server, store).recent(7)
    kept = kept_by(store).tokens
    assert kept is not None
    assert (kept.access, kept.refresh) == ("a2", "r1")


@pytest.mark.parametrize("status", [400, 401])
def test_a_dead_refresh_token_disconnects(server: Scripted, status: int) -> None:
    store = MemoryStore()
    server.acts = [answer(status, DEAD)]
    with pytest.raises(Disconnected):
        alone(server, store).recent(7)
    assert kept_by(store).must_reconnect
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "act",
    [
        answer(401, {"errors": [{"resource": "Application", "field": "client_secret", "code": "invalid"}]}),
        answer(400, {"errors": [{"resource": "Application", "field": "client_id", "code": "invalid"}]}),
        answer(401, {"message": "Authorization Error", "errors": []}),
        answer(404, {}),
        answer(400, {"message": "Bad Request"}),
        answer(429, {"errors": "Rate Limit Exceeded"}),
        answer(500, {}),
        answer(200, raw=b"<html>"),
        cut,
    ],
)
def test_whatever_else_goes_wrong_with_a_refresh_is_not_held_against_the_runner(server: Scripted, act: Any) -> None:
    store = MemoryStore()
    server.acts = [act]
    strava = alone(server, store)
    with pytest.raises(StravaTrouble):
        strava.recent(7)
    assert not kept_by(store).must_reconnect
    server.acts = [answer(200, NEW)]
    strava.recent(7)


def test_a_runner_who_connected_again_meanwhile_keeps_the_newer_tokens(server: Scripted) -> None:
    newer = Tokens(access="a9", refresh="r9", expires_at=NOW + timedelta(hours=6))
    for act in (answer(200, NEW), answer(400, DEAD)):
        store = MemoryStore()

        def connect_again(connection: Any, act: Any = act, store: MemoryStore = store) -> bool:
            store.change_runner(7, lambda one: replace(one, tokens=newer))
            return bool(act(connection))

        server.acts = [connect_again]
        alone(server, store).recent(7)
        assert kept_by(store).tokens == newer
        assert not kept_by(store).must_reconnect
        assert server.asked[-1].headers["authorization"] == "Bearer a9"


def test_a_runner_who_was_forgotten_meanwhile_stays_forgotten(server: Scripted) -> None:
    store = MemoryStore()

    def forget(connection: Any) -> bool:
        store.forget(7)
        return answer(200, NEW)(connection)

    server.acts = [forget]
    with pytest.raises(Disconnected):
        alone(server, store).recent(7)
    assert store.runner(7) is None
    assert len(server.asked) == 1


def test_where_nothing_can_be_written_nothing_is_refreshed(server: Scripted) -> None:
    store = FullDisk()
    strava = alone(server, store)
    store.broken = 1
    with pytest.raises(StoreBroken):
        strava.recent(7)
    assert server.asked == []


def test_new_tokens_survive_a_disk_that_fills_up_at_the_wrong_moment(server: Scripted) -> None:
    store = FullDisk()
    strava = alone(server, store)
    store.looks_well, store.broken = True, 2
    server.acts = [answer(200, NEW)]
    for _ in range(2):
        with pytest.raises(StoreBroken):
            strava.recent(7)
    strava.recent(7)
    assert [one.target.split("?")[0] for one in server.asked] == ["/token", "/athlete/activities"]
    kept = kept_by(store).tokens
    assert kept is not None
    assert kept.refresh == "r2"
