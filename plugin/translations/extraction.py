"""For `make words`: the tips of config/tips.toml as sentences to translate. Named in pyproject.toml, `[tool.babel]`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any


def tips(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Line, no function, sentence, a comment for whoever translates: as Babel asks of an extractor."""
    text = file.read().decode("utf-8")
    lines = text.splitlines()
    for tip in tomllib.loads(text)["tip"]:
        line = next(number for number, one in enumerate(lines, 1) if one.startswith("words") and tip["words"] in one)
        yield line, None, tip["words"], [f"tip {tip['id']}: {tip['article']}"]
