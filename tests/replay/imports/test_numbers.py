"""Numbers, exactly as written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.replay.imports.numbers import LARGEST, LONGEST, decimal_mark, exact, localised

AMOUNTS = st.decimals(min_value=0, max_value=999_999, places=2)


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("9,44", ",", "9.44"),
        ("9.44", ".", "9.44"),
        ("1,234.5", ".", "1234.5"),
        ("1.234,5", ",", "1234.5"),
        ("1,234.5", ",", "1234.5"),
        ("1 234,5", ",", "1234.5"),
        ("1\u202f234,5", ",", "1234.5"),
        ("1’234.5", ".", "1234.5"),
        ("1.000", ",", "1000"),
        ("1,000", ".", "1000"),
        ("0", ",", "0"),
    ],
)
def test_localised_numbers_mean_what_their_reader_sees(text: str, mark: str, number: str) -> None:
    assert localised(text, mark) == Decimal(number)


@pytest.mark.parametrize("text", ["", " ", "-", "nan", "inf", "-Infinity", "1e999", "9" * 50, "ten", "1_0_0_0_x"])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert exact(text) is None


def test_no_digit_is_lost() -> None:
    assert str(exact("4045.0440982812024")) == "4045.0440982812024"


@settings(deadline=None)
@given(AMOUNTS, st.sampled_from([(".", ","), (",", "."), (",", " "), (",", "\u202f"), (".", "’")]))
def test_a_written_number_comes_back(number: Decimal, marks: tuple[str, str]) -> None:
    mark, thousands = marks
    text = f"{number:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", thousands)
    assert localised(text, mark) == number


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-LARGEST + 1, max_value=LARGEST - 1))
def test_plain_numbers_come_back_as_they_are(number: Decimal) -> None:
    text = str(number)
    is_plain = len(text) <= LONGEST and abs(number.adjusted()) < LONGEST
    assert exact(text) == (number if is_plain else None)


def test_two_decimals_tell_the_mark_and_three_digits_do_not() -> None:
    assert decimal_mark(["9,44", "10", "1.000"], otherwise=".") == ","
    assert decimal_mark(["9.44", "1,000"], otherwise=",") == "."
    assert decimal_mark(["10", "1,000"], otherwise=".") == "."
