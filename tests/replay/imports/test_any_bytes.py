"""Whatever a file holds, reading it ends in an archive or in BadSource."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.errors import BadSource
from plugin.replay.imports import read
from tests.replay.imports.samples import BERLIN, ENGLISH, PLACES, cells, table

CELLS = st.text(max_size=30) | st.sampled_from(
    ["Run", "1", "9,44", "May 4, 2019, 2:15:35 PM", "nan", "-1", "\x00", '"']
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "start_date", "start_date_local", "type", "distance", "gear_id", "utc_offset"]),
            inner,
        )
    ),
    max_leaves=12,
)


def attempt(content: bytes, name: str = "activities.csv") -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            archive = read(path, zone=BERLIN)
        except BadSource as error:
            assert str(error)  # noqa: PT017 - either end is fine
            assert "\n" not in str(error)  # noqa: PT017
        else:
            assert all(run.start.tzinfo is not None and run.duration is not None for run in archive.runs)


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_arbitrary_bytes(content: bytes) -> None:
    attempt(content)


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"[", b"{", b"\xff\xfe", b"id,", b"\x1f\x8b"]),
)
def test_bytes_that_begin_like_something(content: bytes, head: bytes) -> None:
    attempt(head + content)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(list(PLACES)), CELLS), max_size=6))
def test_exports_with_anything_in_their_cells(rows: list[dict[str, str]]) -> None:
    text = table(cells(ENGLISH, filler="column"), *(cells(row) for row in rows))
    attempt(text.encode("utf-8", errors="replace"))


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=6))
def test_tables_with_anything_in_their_cells(rows: list[list[str]]) -> None:
    header = ["id", "start_date_local", "type", "distance_m", "moving_time_s", "elapsed_time_s"]
    attempt(table(header, *rows).encode("utf-8", errors="replace"))


@settings(deadline=None)
@given(JSON)
def test_any_json(value: object) -> None:
    attempt(json.dumps(value).encode(), "list.json")


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_zips_with_damage(content: bytes, place: int, damage: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("activities.csv", content)
        file.seek(0)
        whole = file.read()
    attempt(whole[:place] + damage + whole[place + len(damage) :], "export.zip")
