"""procrastinate's tables, from an earlier version with jobs in them to the present one, while old workers still run."""

from __future__ import annotations

import shutil

import pytest
from procrastinate.schema import SchemaManager, migrations_path
from psycopg.rows import dict_row

from plugin.errors import StoreBroken
from plugin.stores.postgres.liveness import Wire
from plugin.stores.postgres.queue_schema import bring_up

FUNCTIONS = """
    SELECT p.proname AS name, pg_get_functiondef(p.oid) AS text FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' ORDER BY 1, 2
"""
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
    WHERE table_name LIKE 'procrastinate%' ORDER BY 1, 2
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'procrastinate%' ORDER BY 1"
TRIGGERS = "SELECT tgname, pg_get_triggerdef(oid) AS text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"


@pytest.fixture
def wire(postgres_server):
    name = postgres_server.new_database()
    with Wire.connect(postgres_server.url(name), autocommit=True, row_factory=dict_row) as wire:
        yield wire
    postgres_server.drop_database(name)


@pytest.fixture
def earlier(tmp_path):
    """The files of procrastinate 3.1, as its own release brought them; 3.2 and later are to come."""
    for file in migrations_path.glob("*.sql"):
        if file.name < "03.02":
            shutil.copy(file, tmp_path)
    return tmp_path


def installed_earlier(wire, earlier):
    # Written down as applied, then applied: each in its own transaction, as enumerations want it.
    assert bring_up(wire, folder=earlier, whole="SELECT 1", version="3.1.2") == ["procrastinate 3.1.2"]
    for file in sorted(earlier.glob("*.sql")):
        wire.execute(file.read_text().encode())
    wire.execute("SELECT procrastinate_defer_job_v1('q', 'task', 0, NULL, NULL, '{\"delivery_id\": \"d1\"}', NULL)")


def shape(wire):
    return [list(wire.execute(question)) for question in (FUNCTIONS, COLUMNS, INDEXES, TRIGGERS)]


def test_an_empty_database_gets_the_whole_schema_once(wire):
    assert bring_up(wire, version="3.10.0") == ["procrastinate 3.10.0"]
    before = shape(wire)
    assert bring_up(wire, version="3.10.0") == []
    assert shape(wire) == before


def test_from_an_earlier_version_every_job_and_every_function_the_old_workers_call_is_still_there(wire, earlier):
    installed_earlier(wire, earlier)
    applied = bring_up(wire, version="3.10.0")
    assert applied
    assert not [name for name in applied if "_post_" in name]
    # what the old version calls, and what the new one calls
    assert wire.execute("SELECT (procrastinate_fetch_job_v2(NULL, NULL)).args ->> 'delivery_id' AS id").fetchone() == {
        "id": "d1"
    }
    wire.execute("SELECT procrastinate_defer_job_v1('q', 'task', 0, NULL, NULL, '{}', NULL)")
    job = "ROW('q', 'task', 0, NULL, NULL, '{}', NULL)::procrastinate_job_to_defer_v1"
    wire.execute(f"SELECT procrastinate_defer_jobs_v1(ARRAY[{job}])")
    assert wire.execute("SELECT count(*) AS jobs FROM procrastinate_jobs").fetchone() == {"jobs": 3}


def test_what_only_the_old_version_needed_goes_with_the_release_after_the_next(wire, earlier, postgres_server):
    installed_earlier(wire, earlier)
    bring_up(wire, version="3.10.0")
    applied = bring_up(wire, version="3.10.0")
    assert applied
    assert all("_post_" in name for name in applied)
    assert bring_up(wire, version="3.10.0") == []
    name = postgres_server.new_database()
    with Wire.connect(postgres_server.url(name), autocommit=True, row_factory=dict_row) as fresh:
        bring_up(fresh, version="3.10.0")
        assert [row["name"] for row in shape(wire)[0]] == [row["name"] for row in shape(fresh)[0]]
        assert shape(wire)[2:] == shape(fresh)[2:]
        assert shape(wire)[1] == shape(fresh)[1]
    postgres_server.drop_database(name)


def test_a_step_that_fails_is_taken_back_whole_and_taken_again_later(wire, earlier):
    installed_earlier(wire, earlier)
    (earlier / "03.05.00_01_pre_torn.sql").write_text("CREATE TABLE half (id int); SELECT 1 / 0;")
    with pytest.raises(Exception, match="division by zero"):
        bring_up(wire, folder=earlier, version="3.5.0")
    assert wire.execute("SELECT to_regclass('half') AS half").fetchone() == {"half": None}
    (earlier / "03.05.00_01_pre_torn.sql").write_text("CREATE TABLE half (id int);")
    assert bring_up(wire, folder=earlier, version="3.5.0") == ["03.05.00_01_pre_torn"]


def test_a_stranger_s_queue_in_the_database_is_left_alone(wire):
    wire.execute(SchemaManager.get_schema().encode())
    with pytest.raises(StoreBroken, match="database of its own"):
        bring_up(wire)
