"""What the documentation points at is there: pages, files, make targets; and every page is reached from an index."""

from __future__ import annotations

import re

import pytest

from tests.paths import ROOT

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "plugin").rglob("*.md"),
    ]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:plugin|tests|docs|config)/[\w./-]+)`")
TARGET = re.compile(r"`?make ([a-z][a-z-]*)\b")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
HEADING = re.compile(r"^#+ (.*)$", re.M)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings as code hosts make them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_files_that_a_page_names_are_there(page):
    text = page.read_text(encoding="utf-8")
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.read_text(encoding="utf-8")), link
    for name in NAMED.findall(text):
        found = name.rstrip("/.")
        assert (ROOT / found).exists() or "<" in found or list(ROOT.glob(found)), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_that_a_page_names_are_there(page):
    text = page.read_text(encoding="utf-8")
    code = "\n".join([*re.findall(r"`[^`]+`", text), *re.findall(r"^    .*$", text, re.M)])
    assert set(TARGET.findall(code)) <= TARGETS


def test_every_page_of_the_docs_is_in_the_index():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in LINK.findall(index)}
    pages = {page.resolve() for page in (ROOT / "docs").rglob("*.md")} - {(ROOT / "docs" / "README.md").resolve()}
    assert pages <= linked
