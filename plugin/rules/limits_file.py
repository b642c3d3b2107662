"""`config/rules.toml` to the rules' `Limits`, every key checked, all problems named at once.

A `Limits` is a frozen dataclass; the types of its fields say what the file must hold. How far a number may go follows
from its name (a `…ratio` is at least 1, a `…share` from 0 to 1, anything else not negative), unless the field's
metadata says otherwise: `{"min": 1, "max": 7}`, and `{"lengths": (0, 2)}` for a list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from plugin.errors import BadSettings

LimitsOf = TypeVar("LimitsOf")
RANGES = {"ratio": (Decimal(1), None), "share": (Decimal(0), Decimal(1))}


def build_all(tables: Mapping[str, Any], wanted: Mapping[str, type], where: str) -> dict[str, Any]:
    """Table name to its `Limits`, for each of `wanted`; raises BadSettings with everything wrong in the tables."""
    problems = [f"{where} [{name}]: is no table known here; take it out." for name in tables if name not in wanted]
    limits: dict[str, Any] = {}
    for name, kind in wanted.items():
        if not isinstance(tables.get(name), dict):
            problems.append(f"{where} [{name}]: is missing; copy the table from the file that came with Footnote.")
            continue
        try:
            limits[name] = build(kind, tables[name], f"{where} [{name}]")
        except BadSettings as wrong:
            problems += wrong.problems
    if problems:
        raise BadSettings(problems)
    return limits


def build(kind: type[LimitsOf], table: Mapping[str, Any], where: str) -> LimitsOf:
    """An instance of the dataclass `kind` from one table; BadSettings names `where`, the key, and what it must be."""
    hints = get_type_hints(kind)
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]  # a dataclass, by the promise above
    problems = [
        f"{where} {key}: is no key known here; known are {', '.join(known)}." for key in table if key not in known
    ]
    values = {}
    for name, one in known.items():
        if name not in table:
            if one.default is MISSING and one.default_factory is MISSING:
                problems.append(f"{where} {name}: is missing; must be {_wanted(hints[name], one)}.")
            continue
        try:
            values[name] = _value(table[name], hints[name], one)
        except ValueError:
            problems.append(f"{where} {name}: must be {_wanted(hints[name], one)}, not {_shown(table[name])}.")
    if problems:
        raise BadSettings(problems)
    return kind(**values)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file, its fractions as exact decimals; BadSettings names the file."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except OSError as wrong:
        raise BadSettings([f"{path}: cannot be read ({wrong.strerror}); put the file there."]) from wrong
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadSettings([f"{path}: is not written as TOML: {wrong}."]) from wrong


def _value(given: Any, kind: Any, field: Field[Any]) -> Any:
    """`given` as `kind`; ValueError where it is none."""
    if kind is bool or kind is str:
        return _of_type(given, kind)
    if kind is int or kind is Decimal:
        return _in_range(_number(given, kind), field)
    if get_origin(kind) is tuple:
        lengths = field.metadata.get("lengths")
        if not isinstance(given, list) or (lengths and len(given) not in lengths):
            raise ValueError
        return tuple(_value(one, get_args(kind)[0], field) for one in given)
    if get_origin(kind) is not None and issubclass(get_origin(kind), Mapping):
        return MappingProxyType(
            {key: _value(one, get_args(kind)[1], field) for key, one in _of_type(given, dict).items()}
        )
    raise TypeError(f"{field.name}: a limit of type {kind} cannot stand in a file")


def _of_type(given: Any, kind: type) -> Any:
    if not isinstance(given, kind):
        raise ValueError
    return given


def _number(given: Any, kind: type) -> int | Decimal:
    # A bool is an int to Python, and not to a reader.
    if isinstance(given, bool) or not isinstance(given, int if kind is int else (int, Decimal)):
        raise ValueError
    return given if kind is int else Decimal(given)


def _in_range(number: int | Decimal, field: Field[Any]) -> int | Decimal:
    least, most = _range(field)
    if not (Decimal(number).is_finite() and number >= least and (most is None or number <= most)):
        raise ValueError
    return number


def _range(field: Field[Any]) -> tuple[Decimal, Decimal | None]:
    named = [RANGES[part] for part in field.name.split("_") if part in RANGES]
    least, most = named[0] if named else (Decimal(0), None)
    return field.metadata.get("min", least), field.metadata.get("max", most)


def _wanted(kind: Any, field: Field[Any]) -> str:
    if kind is bool:
        return "true or false"
    if kind is str:
        return "a text in quotes"
    if get_origin(kind) is tuple:
        lengths = field.metadata.get("lengths")
        many = f"{' or '.join(map(str, lengths))} " if lengths else ""
        return f"a list of {many}numbers of at least {_range(field)[0]}"
    if get_origin(kind) is not None:
        return f"a table, each key of it {_wanted(get_args(kind)[1], field)}"
    least, most = _range(field)
    number = "a whole number" if kind is int else "a number"
    return f"{number} of at least {least}" if most is None else f"{number} from {least} to {most}"


def _shown(given: Any) -> str:
    if isinstance(given, str):
        return f'"{given[:80]}"'
    return str(given).lower() if isinstance(given, bool) else str(given)[:80]
