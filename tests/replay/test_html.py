"""The page of a replay: whole by itself, safe to open, the same facts in words."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from plugin.replay.as_html import as_html
from plugin.rules import RULES
from tests.browser import serious, width_of
from tests.replay.histories import jump, replay_of, run

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"
VOID = {"meta", "br", "link", "img", "rect", "path", "line", "input"}


class Balanced(HTMLParser):
    """Notes tags that are closed in another order than they were opened, and ids that come twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def page() -> str:
    weeks = [run(7 * week + day, 6 + week % 3, shoe="Ghost 15") for week in range(60) for day in (0, 2, 4)]
    return as_html(replay_of(*weeks, run(100, 25), run(300, 30, shoe="Vaporfly"), run(301, None)))


def test_the_page_is_whole_and_well_formed() -> None:
    parser = Balanced()
    parser.feed(page())
    assert (parser.open, parser.wrong) == ([], [])
    assert len(parser.ids) == len(set(parser.ids))
    assert "script" not in parser.tags


def test_the_page_asks_nobody_for_anything() -> None:
    text = page()
    assert not re.search(r"https?://|src=|@import|url\(", text)
    assert "default-src 'none'" in text


def test_names_from_the_source_are_escaped() -> None:
    facts = {"source": f"{HOSTILE}.csv", "left_out": (HOSTILE,)}
    text = as_html(replay_of(*jump(HOSTILE), **facts))
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


def test_each_note_stands_where_it_happened_and_what_was_kept_back_with_its_reason() -> None:
    text = as_html(replay_of(run(0, 14), run(9, 20), run(11, 24)))
    assert "Wed 10 Jan 2024 <span>20.0 km" in text
    assert "43 % longer" in text
    assert "said not long before" in text


def test_every_picture_has_words_beside_it() -> None:
    text = page()
    charts = text.count('<svg class="picture"')
    assert charts == 4
    assert text.count("<desc") == text.count("<figcaption>") == charts
    assert "Notes: " in text


def test_the_figure_beside_a_picture_stands_where_nothing_is_drawn(tmp_path: Path, chromium: Browser) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(), encoding="utf-8")
    tab = chromium.new_page(viewport={"width": 360, "height": 740}, bypass_csp=True)
    tab.goto(path.as_uri())
    figures = tab.evaluate(
        """[...document.querySelectorAll('.picture')].map(chart => {
            const words = chart.querySelector('.axis').getBoundingClientRect()
            return [words.left, words.right, chart.querySelector('.ground').getBoundingClientRect().left]
        })"""
    )
    tab.close()
    assert figures
    for left, right, drawn in figures:
        assert 0 <= left < right <= drawn


def test_every_rule_has_a_name_for_people_whether_it_found_something_or_not() -> None:
    text = page()
    named = {rule.NAME for rule in RULES if f'<th scope="row">{rule.TITLE}</th>' in text}
    (silent,) = re.findall(r"Found nothing: ([^<]*)\.<", text)
    assert {"long_run", "new_shoe"} <= named
    assert {rule.TITLE for rule in RULES} == {rule.TITLE for rule in RULES if rule.NAME in named} | set(
        silent.split(", ")
    )


def test_the_verdict_comes_first_then_what_mattered_most() -> None:
    text = page()
    order = ["notes a month", "What mattered most", "What was found, what was told", "Shoes over time", "Year by year"]
    assert sorted(order, key=text.index) == order


def test_what_came_before_an_injury_stands_beside_what_is_usual() -> None:
    runs = [run(day, 8) for day in range(0, 120, 2)]
    text = as_html(replay_of(*runs, run(121, 20), injuries=[date(2024, 5, 3)]))
    assert "Before you got hurt" in text
    assert "The 28 days before 2024-05-03" in text
    assert "usual for you in 28 days" in text
    assert "explains nothing for one person" in text


def test_notes_can_be_picked_by_rule_without_a_script(tmp_path: Path, chromium: Browser) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(), encoding="utf-8")
    tab = chromium.new_page(bypass_csp=True)
    tab.goto(path.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    all_shown = tab.locator(".year article:visible").count()
    tab.check("#f-long_run")
    shown = tab.locator(".year article:visible")
    assert 0 < shown.count() < all_shown
    assert all("of-long_run" in (one.get_attribute("class") or "") for one in shown.all())
    tab.close()


def test_a_dot_leads_to_its_note_in_a_folded_year(tmp_path: Path, chromium: Browser) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(), encoding="utf-8")
    tab = chromium.new_page(bypass_csp=True)
    tab.goto(path.as_uri())
    dot = tab.locator(".year .picture a").first
    target = dot.get_attribute("href") or ""
    assert not tab.locator(target).is_visible()
    dot.click()
    assert tab.locator(target).is_visible()
    tab.close()


def test_ten_years_of_running_are_a_page_of_a_few_screens(tmp_path: Path, chromium: Browser) -> None:
    years = [run(day, 24 if day % 36 == 0 else 8 + day % 5, shoe=f"pair {day // 180}") for day in range(0, 3650, 3)]
    path = tmp_path / "page.html"
    path.write_text(as_html(replay_of(*years)), encoding="utf-8")
    for width in (360, 1280):
        tab = chromium.new_page(viewport={"width": width, "height": 740})
        tab.goto(path.as_uri())
        assert tab.locator(".year").count() == 10
        assert tab.evaluate("document.documentElement.scrollHeight") < 20_000
        tab.close()


def test_one_of_a_thing_is_named_in_the_singular() -> None:
    text = as_html(replay_of(run(0, 14)))
    assert "One run from Mon 1 Jan 2024 to Mon 1 Jan 2024, out of one activity" in text
    assert "14 km · one run · 0 notes" in text


def test_an_empty_history_is_a_page_too() -> None:
    assert "no run among them" in as_html(replay_of())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_and_a_screen_reader_get_along_with_it(tmp_path: Path, chromium: Browser, scheme: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(), encoding="utf-8")
    tab = chromium.new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True)
    tab.goto(path.as_uri())
    assert width_of(tab) <= 360
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert width_of(tab) <= 360
    found = serious(tab)
    tab.close()
    assert found == []
