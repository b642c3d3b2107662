"""The pairs of an export: the text's rules by hand, and two readings of them over many exports."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.replay.imports import read
from tests.oracle.pairs import Row, pair_of
from tests.paths import SHARED
from tests.replay.imports.samples import export

FIRST = datetime(2024, 3, 1, 7, tzinfo=UTC)
EXPORTS = [
    path
    for path in sorted([*SHARED.glob("exports/*activities*.csv"), *SHARED.glob("reports/*export*.csv")])
    if "Activity Gear" in (head := next(csv.reader(path.open(encoding="utf-8-sig")))) and "Gear" in head
]


def rows(*pairs: str) -> list[Row]:
    """A row a day: `name/number`, either may be empty."""
    return [
        Row(FIRST + timedelta(days=day), *(pair.split("/") if "/" in pair else (pair,)))
        for day, pair in enumerate(pairs)
    ]


def pairs(*given: str) -> list[str | None]:
    made = rows(*given)
    return [pair_of(row, made) for row in made]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["  Ghost   15 ", "ghost 15"], ["Ghost 15", "ghost 15"]),
        (["", "/7.0"], [None, "#7"]),
        (["Ghost/7.0", "Ghost/7", "/7"], ["Ghost", "Ghost", "Ghost"]),
        # No name stands more often beside the number than the one name.
        (["/7", "/7", "Ghost/7"], ["#7", "#7", "Ghost"]),
        (["Ghost/7", "Ghost/8"], ["Ghost", "Ghost"]),
        (["Ghost/20", "Ghost/7", "Ghost/7", "Ghost"], ["Ghost", "Ghost (2)", "Ghost (2)", "Ghost (2)"]),
        (["Ghost/7", "Ghost/9", "Ghost/8"], ["Ghost", "Ghost", "Ghost"]),
        # The seven belongs to the Pegasus: the one row beside Ghost has no number of its own.
        (["Ghost/3", "Ghost/3", "Ghost/7", "/7", "Ghost/7", "Ghost"], ["Ghost"] * 2 + ["Ghost (2)"] * 4),
        (["Pegasus/7", "Pegasus/7", "Ghost/7", "Ghost/3"], ["Pegasus", "Pegasus", "Ghost", "Ghost"]),
    ],
)
def test_pairs_by_hand(given: list[str], expected: list[str | None]) -> None:
    assert pairs(*given) == expected


def when(text: str) -> datetime:
    """An export's date in English, as either half of the world writes it."""
    layout = "%b %d, %Y, %I:%M:%S %p" if text.endswith("M") else "%d %b %Y, %H:%M:%S"
    return datetime.strptime(text, layout)


def of_the_product(path: Path) -> dict[str, str]:
    """Activity to pair, whatever the sport."""
    return {one.id: one.shoe for one in read(path, zone=None).wear}


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_real_exports_mean_the_same_pairs(path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    name, number = table[0].index("Activity Gear"), table[0].index("Gear")
    dated = {row[0]: row for row in reversed(table[1:]) if len(row) > number}
    made = {id_: Row(when(row[1]), row[name], row[number]) for id_, row in dated.items()}
    rows = list(made.values())
    # A row means the same pair as any other row of its name and number: asked once for each of these.
    answers = {kind: pair_of(Row(FIRST, *kind), rows) for kind in {(row.name, row.number) for row in rows}}
    expected = {id_: pair for id_, row in made.items() if (pair := answers[row.name, row.number])}
    assert of_the_product(path) == expected


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_made_up_exports_mean_the_same_pairs(seed: int) -> None:
    draw = Random(seed)
    names, numbers = draw.sample(["", "Ghost", "Ghost 15", "Pegasus"], 3), draw.sample(range(5, 12), 4)
    made = [
        Row(
            FIRST + timedelta(days=day),
            draw.choice(names),
            draw.choice(["", *(f"{number}.0" for number in numbers)]),
        )
        for day in range(draw.randint(1, 20))
    ]
    lines = [
        {"id": str(place), "date": f"{row.start:%b %d, %Y, %I:%M:%S %p}", "gear": row.name, "gear_number": row.number}
        for place, row in enumerate(made, 1)
    ]
    expected = {str(place): pair for place, row in enumerate(made, 1) if (pair := pair_of(row, made))}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "activities.csv"
        path.write_text(export(*lines))
        assert of_the_product(path) == expected
