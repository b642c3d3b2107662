"""One line of `footnote doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was looked at, whether it is well, and what was seen or is to do."""

    what: str
    is_well: bool
    said: str


def good(what: str, said: str) -> Finding:
    return Finding(what=what, is_well=True, said=said)


def bad(what: str, said: str) -> Finding:
    return Finding(what=what, is_well=False, said=said)
