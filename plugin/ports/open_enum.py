"""Enums of which a newer version may have more members than this one."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A word without a member here becomes one and stays as it is, so that what a newer version kept can be read."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or not value.isidentifier():
            return None
        added = str.__new__(cls, value)
        added._name_, added._value_ = value.upper(), value
        cls._value2member_map_[value] = added
        return added
