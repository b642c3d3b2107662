"""Zips, folders, plain files, and what is none of them."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from plugin.errors import BadSource
from plugin.replay.imports import read
from plugin.replay.imports.source import LIMIT
from tests.replay.imports.samples import UTC, export, read_text


def packed(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(BadSource) as caught:
        read(path, zone=UTC)
    return str(caught.value)


def test_the_first_activities_csv_of_a_zip_counts_at_any_depth(tmp_path: Path) -> None:
    members = {"shoes.csv": "x", "__MACOSX/._activities.csv": "x", "export_1/deep/activities.csv": export({"id": "1"})}
    path = packed(tmp_path / "e.zip", **members, **{"activities.csv": export({"id": "2"})})
    assert [run.id for run in read(path, zone=UTC).runs] == ["1"]


@pytest.mark.parametrize(
    "name", ["../../activities.csv", "/activities.csv", "..\\activities.csv", "C:\\x\\activities.csv"]
)
def test_a_zips_path_tricks_lead_nowhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = packed(folder / "e.zip", **{name: export({})})
    assert len(read(path, zone=UTC).runs) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [folder / "e.zip"]


def test_a_folder_is_read_as_its_activities_csv(tmp_path: Path) -> None:
    inner = tmp_path / "export" / "old"
    inner.mkdir(parents=True)
    (inner / "activities.csv").write_text(export({"id": "2"}))
    assert [run.id for run in read(tmp_path, zone=UTC).runs] == ["2"]
    (tmp_path / "export" / "activities.csv").write_text(export({"id": "1"}))
    assert [run.id for run in read(tmp_path, zone=UTC).runs] == ["1"]


def test_the_csv_may_have_any_name(tmp_path: Path) -> None:
    assert len(read_text(tmp_path, export({}), name="my runs.txt").runs) == 1


def test_a_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    with plain.open("wb") as hollow:
        hollow.truncate(LIMIT + 1)
    assert "larger than 200 MB" in refusal(plain)
    path = tmp_path / "e.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(plain, "activities.csv")
    assert path.stat().st_size < 2_000_000
    assert "larger than 200 MB" in refusal(path)


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "e.zip", **{"activities.csv": "x" * 3_000_000})
    size = (3_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    assert refusal(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.csv", b"", "is empty"),
        ("blank.csv", b" \r\n ", "is empty"),
        ("other.csv", b"a,b,c\n1,2,3\n", "begins with “a”, “b”, “c”"),
        ("half.csv", b"id,start_date_local,type\n1,2,3\n", "lacks the column distance_m and moving_time_s"),
        ("run.fit.gz", gzip.compress(b"x", mtime=0), "unpack it first"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture"),
        ("sheet.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as CSV first"),
        ("noise.bin", bytes(range(256)) * 4, "is no text"),
        ("noise.zip", bytes(range(255, -1, -1)) * 4, "is no zip"),
        ("words.zip", b"not a zip at all", "is no zip"),
        ("half.zip", b"PK\x03\x04" + b"\x00" * 40, "broken zip"),
        ("dates.csv", b"Activity ID,Activity Date,Activity Type,Distance\n1,soon,Run,3\n", "the first is “soon”"),
        ("open.csv", b'Activity ID,Activity Date,Activity Type\n1,"' + b"x" * 200_000, "never closed"),
        ("one.json", b'{"id": 1}', "put the activities into a list"),
        ("cut.json", b'[{"id": 1}, {"id', "no whole JSON"),
        ("deep.json", b"[" * 100_000, "no whole JSON"),
        ("numbers.json", b"[1, 2]", "no list of activities"),
        ("shoes.json", b'[{"id": "g1", "name": "Ghost"}]', "start_date"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    sentence = refusal(path)
    assert said in sentence
    assert "\n" not in sentence
    assert name in sentence


def test_paths_that_lead_to_nothing(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "gone.zip")
    assert "holds no activities.csv" in refusal(tmp_path)
    assert "no plain file" in refusal(Path("/dev/null"))
    assert "holds no activities.csv but shoes.csv …" in refusal(packed(tmp_path / "e.zip", **{"shoes.csv": "x"}))
    assert "nor anything else" in refusal(packed(tmp_path / "empty.zip"))


def test_a_zip_cut_off_or_damaged_is_refused(tmp_path: Path) -> None:
    whole = packed(tmp_path / "e.zip", **{"activities.csv": export({})}).read_bytes()
    for place in range(30, len(whole) - 22, 7):
        path = tmp_path / "damaged.zip"
        path.write_bytes(whole[:place] + b"\xff\xff" + whole[place + 2 :])
        try:
            read(path, zone=UTC)
        except BadSource as error:
            assert "\n" not in str(error)  # noqa: PT017 - some damage goes unnoticed, and that is fine


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "e.zip", **{"activities.csv": export({})})
    content = bytearray(path.read_bytes())
    central = content.rfind(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1
    path.write_bytes(content)
    assert "password" in refusal(path)
