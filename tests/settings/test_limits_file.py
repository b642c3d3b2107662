"""The rules' thresholds are read exactly, and a bad one is refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from plugin.errors import BadSettings
from plugin.rules.limits_file import build, build_all, read_toml


@dataclass(frozen=True, kw_only=True)
class Long:
    quiet_days: int
    ratio: Decimal
    strict: bool


@dataclass(frozen=True, kw_only=True)
class Worn:
    kinds: Mapping[str, tuple[Decimal, ...]] = field(metadata={"lengths": (0, 2)})
    named_share: Decimal
    least: int = field(default=4, metadata={"min": 1, "max": 7})


GOOD = {"quiet_days": 7, "ratio": Decimal("1.10"), "strict": False}


def problems(kind, table):
    with pytest.raises(BadSettings) as wrong:
        build(kind, table, "rules.toml [long_run]")
    return wrong.value.problems


def read_limits(path, wanted):
    return build_all(read_toml(path), wanted, path.name)


def write(folder, text):
    path = folder / "rules.toml"
    path.write_text(text)
    return path


def test_a_table_becomes_limits_with_exact_decimals(tmp_path):
    path = write(tmp_path, "[long_run]\nquiet_days = 7\nratio = 1.10\nstrict = true\n")
    limits = read_limits(path, {"long_run": Long})["long_run"]
    assert limits == Long(quiet_days=7, ratio=Decimal("1.1"), strict=True)
    assert limits.ratio * 14000 == 15400


def test_a_whole_number_will_do_where_a_decimal_is_wanted():
    ratio = build(Long, {**GOOD, "ratio": 2}, "x").ratio
    assert isinstance(ratio, Decimal)


def test_lists_in_a_nested_table_are_read_and_cannot_be_changed():
    limits = build(Worn, {"kinds": {"daily": [500, 800], "minimalist": []}, "named_share": Decimal("0.8")}, "x")
    assert limits.kinds == {"daily": (500, 800), "minimalist": ()}
    assert limits.least == 4
    with pytest.raises(TypeError):
        limits.kinds["daily"] = ()


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("ratio", "x", 'rules.toml [long_run] ratio: must be a number of at least 1, not "x".'),
        ("ratio", Decimal("0.9"), "rules.toml [long_run] ratio: must be a number of at least 1, not 0.9."),
        ("ratio", Decimal("nan"), "rules.toml [long_run] ratio: must be a number of at least 1, not NaN."),
        ("quiet_days", True, "rules.toml [long_run] quiet_days: must be a whole number of at least 0, not true."),
        ("quiet_days", -1, "rules.toml [long_run] quiet_days: must be a whole number of at least 0, not -1."),
        (
            "quiet_days",
            Decimal("7.5"),
            "rules.toml [long_run] quiet_days: must be a whole number of at least 0, not 7.5.",
        ),
        ("strict", 1, "rules.toml [long_run] strict: must be true or false, not 1."),
    ],
)
def test_a_bad_value_is_refused_by_name(key, value, told):
    assert problems(Long, {**GOOD, key: value}) == (told,)


def test_a_share_is_no_percentage():
    told = problems(Worn, {"kinds": {}, "named_share": 80})
    assert told == ("rules.toml [long_run] named_share: must be a number from 0 to 1, not 80.",)


@pytest.mark.parametrize("kinds", [{"daily": [500]}, {"daily": 500}, {"daily": [500, "x"]}, [500, 800]])
def test_a_kind_of_shoe_has_two_limits_or_none(kinds):
    (told,) = problems(Worn, {"kinds": kinds, "named_share": 1})
    assert told.startswith("rules.toml [long_run] kinds: must be a table, each key of it a list of 0 or 2 numbers")


def test_every_problem_of_a_file_is_told_at_once(tmp_path):
    path = write(tmp_path, "[long_run]\nratoi = 1.1\nratio = 0\nquiet_days = 7\n[sleep]\nhours = 8\n")
    with pytest.raises(BadSettings) as wrong:
        read_limits(path, {"long_run": Long, "worn_shoe": Worn})
    told = "\n".join(wrong.value.problems)
    for place in ("[sleep]", "[long_run] ratoi: is no key", "[long_run] ratio:", "[long_run] strict: is missing"):
        assert place in told
    assert "[worn_shoe]: is missing" in told


@pytest.mark.parametrize("text", ["[long_run", "ratio = \n", "long_run = 3\n"])
def test_a_file_that_is_no_toml_or_no_table_is_refused_with_its_name(tmp_path, text):
    with pytest.raises(BadSettings, match=r"rules\.toml"):
        read_limits(write(tmp_path, text), {"long_run": Long})


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_bytes(b"# caf\xe9\n")
    with pytest.raises(BadSettings, match="not written as TOML"):
        read_limits(path, {})


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadSettings, match=r"nowhere\.toml: cannot be read"):
        read_limits(tmp_path / "nowhere.toml", {})
