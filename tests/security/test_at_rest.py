"""After a busy day everything that was written anywhere is searched for what must not stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from plugin.ports import ChannelName, JobKind
from plugin.settings.encryption import Keyring
from plugin.stores import record_json
from plugin.stores.postgres import Database, PostgresInbox, PostgresStore
from tests.e2e.harness import KEY, Application, until
from tests.e2e.strava import LONG_M
from tests.postgres import postgres_server, postgres_url
from tests.promises import samples
from tests.story.stage import DAY, Stage

__all__ = ["postgres_server", "postgres_url"]

ADDRESS = "ada.secret@example.org"
TITLE = "Zanzibar tempo, heel pain again"
WORDS = ("Zanzibar", "heel", "plantar", "soreness_labels", "achilles")
METRICS = "metrics-token-of-the-day"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, dict[str, int]]]:
    """Real processes: two runners connect, one by mail; runs with words about pain, a wrong post, a broken page."""
    application = Application(
        tmp_path_factory.mktemp("day"), metrics_token=METRICS, log_level="debug", operator_athletes="70000001"
    )
    try:
        application.open().start()
        ada, berta = application.strava.runner("Ada"), application.strava.runner("Berta")
        browser = application.connect(ada, soreness="yes")
        application.mailed(browser, ADDRESS)
        application.connect(berta, soreness="yes")
        run = application.strava.record(berta, LONG_M, name=TITLE)
        until(lambda: application.strava.has_note(run), "Berta's note")
        mailed = application.strava.record(ada, LONG_M, name=TITLE)
        until(lambda: application.mailbox.to(ADDRESS, "unsubscribe"), "Ada's mail")
        requests.post(application.hook, data=b"{", timeout=10)
        requests.post(f"{application.url}/strava/webhook/wrong", timeout=10)
        requests.get(f"{application.url}/mail/snooze/made-up-token", timeout=10)
        requests.get(f"{application.url}/connect/callback?state=made-up&code=my-secret-code", timeout=10)
        until(application.rests, "everything to be done")
        status = browser.get(f"{application.url}/status", timeout=20)
        assert status.status_code == 200
        application.folder.joinpath("status.html").write_text(status.text)
        yield application, {"ada": ada, "berta": berta, "run": run, "mailed": mailed}
    finally:
        application.close()


def secrets_of(application: Application, *runners: int) -> list[str]:
    """Everything that may stand nowhere in clear: keys, what is derived from them, tokens, the address."""
    tokens = [found.tokens for one in runners if (found := application.store.runner(one)) is not None]
    return [
        KEY, "sandbox-secret", METRICS, application.keyring.webhook_secret, application.keyring.session_key, ADDRESS,
        "my-secret-code",
        *(one.access for one in tokens if one), *(one.refresh for one in tokens if one),
        *(one.link(action).rsplit("/", 1)[1] for one in application.mailbox.mails for action in ("confirm",
        "unsubscribe")
          if one.link(action)),
    ]  # fmt: skip


def test_no_file_holds_a_secret_an_address_or_a_word_of_the_body(day: tuple[Application, dict[str, int]]) -> None:
    application, who = day
    sore = application.store.runner(who["berta"])
    assert sore is not None
    assert sore.soreness, "the day must have something to hide"
    labels = {label for one in sore.soreness for label in one.labels}
    assert application.traces("private_note"), "the search must find what is there"
    assert application.traces("Berta") == [], "names are sealed"
    assert application.traces(*secrets_of(application, who["ada"], who["berta"]), *WORDS, *labels, TITLE) == []


def test_no_log_line_holds_a_secret_an_address_or_a_title(day: tuple[Application, dict[str, int]]) -> None:
    application, who = day
    said = application.said()
    assert "POST /strava/webhook/" in said
    assert [
        one for one in (*secrets_of(application, who["ada"], who["berta"]), "Zanzibar", "plantar") if one in said
    ] == []


def test_metrics_status_and_error_pages_tell_nothing(day: tuple[Application, dict[str, int]]) -> None:
    application, who = day
    metrics = requests.get(
        f"{application.url}/metrics", headers={"Authorization": f"Bearer {METRICS}"}, timeout=10
    ).text
    wrong = "".join(
        requests.request(method, f"{application.url}{path}", timeout=10).text
        for method in ("GET", "POST", "PUT")
        for path in ("/nothing", "/strava/webhook/x", "/mail/x/y", "/metrics", "/status", "/connect/callback")
    )
    assert "footnote_deliveries" in metrics
    assert str(who["ada"]) not in metrics
    status = (application.folder / "status.html").read_text()
    for text in (metrics, wrong, status):
        held = [
            one for one in (*secrets_of(application, who["ada"], who["berta"]), "Zanzibar", "plantar") if one in text
        ]
        assert held == []
        assert "Traceback" not in text


def test_the_process_list_shows_no_secret(day: tuple[Application, dict[str, int]]) -> None:
    application, who = day
    assert application.site is not None
    shown = ""
    shown += Path(f"/proc/{application.site.pid}/cmdline").read_text()
    assert "serve" in shown
    assert [one for one in secrets_of(application, who["ada"]) if one in shown] == []


def test_when_the_runner_has_left_no_file_and_no_copy_knows_them(day: tuple[Application, dict[str, int]]) -> None:
    """Last in this file: it ends the day."""
    application, who = day
    tokens = secrets_of(application, who["berta"])
    assert application.command("runners", "forget", str(who["berta"])).returncode == 0
    traces = (str(who["berta"]), "Berta", str(who["run"]), *tokens)
    assert application.traces(*traces) == []
    assert application.traces(str(who["ada"])) != []


def dump(url: str) -> str:
    """Every row of every table of the database as text."""
    with psycopg.connect(url) as wire:
        tables = wire.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information)'")
        rows = [
            row[0]
            for schema, table in tables.fetchall()
            for row in wire.execute(f'SELECT t::text FROM "{schema}"."{table}" t').fetchall()
        ]
    return "\n".join(rows)


def test_a_dump_of_the_database_holds_nothing_secret_and_nobody_who_left(postgres_url: str) -> None:
    keyring = Keyring(KEY)
    database = Database(postgres_url)
    try:
        store, inbox = PostgresStore(database, keyring), PostgresInbox(database)
        runner = samples.a_full_runner()
        store.enrol(runner, limit=5)
        store.change_run_record(7, 41, lambda _: samples.a_full_look())
        store.keep_snapshot(samples.a_list())
        inbox.keep(samples.a_delivery())
        held = dump(postgres_url)
        assert runner.timezone in held, "what is no secret is kept as it is"
        assert runner.name not in held
        assert runner.tokens is not None
        for secret in (KEY, runner.tokens.access, runner.tokens.refresh, str(runner.settings.email), "heel",
                       "bot-token-in-clear", "4815162342",
                       "plantar", "digest-of-words", "red_flag"):  # fmt: skip
            assert secret not in held
        store.forget(7)
        inbox.forget(7)
        left = dump(postgres_url)
        for trace in (runner.name, "Ghost", '"runner_id": 7', "41,"):
            assert trace not in left
    finally:
        database.close()


def test_after_resealing_the_old_key_opens_nothing_and_is_not_needed(tmp_path: Path) -> None:
    from plugin.stores.tiny import TinyStore

    old, new = "an older key, long enough as well", "a newer key, long enough as well"
    TinyStore(tmp_path, Keyring(old)).enrol(samples.a_full_runner(), limit=1)
    TinyStore(tmp_path, Keyring(old)).change_run_record(7, 41, lambda _: samples.a_full_look())
    record_json.reseal(TinyStore(tmp_path, Keyring(new, [old])))
    assert TinyStore(tmp_path, Keyring(new)).runner(7) == samples.a_full_runner()
    assert TinyStore(tmp_path, Keyring(new)).run_record(7, 41) == samples.a_full_look()
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*.json*"))
    for sealed in re.findall(rb"gAAAAA[\w=-]+", raw):
        for purpose in ("tokens", "email", "push", "soreness", "look"):
            with pytest.raises(Exception, match="SECRET_KEY"):
                Keyring(old).unseal(sealed.decode(), purpose=purpose)


# --- Strava's policy --------------------------------------------------------------------------------------------------


def test_seven_days_later_no_figure_and_no_word_of_the_run_is_left(stage: Stage) -> None:
    run_id = stage.too_long()
    stage.happens(run_id)
    assert stage.run_record(run_id).text
    stage.later(7 * DAY + 2 * DAY)
    stage.purge()
    run_record = stage.run_record(run_id)
    assert (run_record.text, run_record.facts, run_record.start, run_record.remark) == ("", None, None, "")
    assert all(found.text == "" and not found.numbers for found in run_record.found)
    assert stage.store.snapshot(7) is None
    assert all(pair.odometer_m is None for pair in stage.runner().pairs.values())


def test_a_deleted_activity_leaves_no_word_and_no_number(stage: Stage) -> None:
    stage.choose(reads_soreness=True, channel=ChannelName.PRIVATE_NOTE)
    run_id = stage.too_long(title="heel pain")
    stage.happens(run_id)
    stage.strava.delete(run_id)
    stage.happens(run_id, JobKind.DELETED)
    kept = repr((stage.runner(), stage.store.run_records(7), stage.store.snapshot(7), stage.inbox.everything()))
    marks = repr([stage.store.key_value(key) for key in ("gone", "rounds", "last_event")])
    assert f"{run_id}," not in kept
    assert f"'{run_id}'" not in kept
    assert str(run_id) not in marks
