"""Which language a runner is spoken to in: their setting, else what their browser speaks, else English."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from plugin.errors import Unreadable
from plugin.ports import Settings, StoredNotice
from plugin.stores.memory import MemoryStore
from plugin.translations import languages
from tests.web.application import Application, change
from tests.web.test_me import TOLD, remember

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def connected(application: Application, accept: str) -> Settings:
    browser = application.browser()
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = accept
    browser.connect()
    return application.runner().settings


@pytest.mark.parametrize(
    ("accept", "kept"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-GB,en;q=0.9,de;q=0.5", None),
        ("tlh", None),
        ("sv,de;q=0.5", "de"),
        ("fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("pt-BR,pt;q=0.9", "pt_BR"),
        ("pt-PT,pt;q=0.9,en;q=0.5", "pt_BR"),
        ("", None),
    ],
)
def test_notes_speak_what_the_browser_spoke_at_connecting_if_there_is_a_catalogue(accept, kept):
    assert connected(Application(), accept).language == kept


def test_a_visitor_chooses_a_language_on_the_front_page_and_keeps_it_at_connecting():
    application = Application()
    browser = application.browser()
    assert browser.get("/?language=xx").status_code == 200
    answer = browser.get("/?language=it", headers=GERMAN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert '<html lang="it">' in browser.get("/", headers=GERMAN).text
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    browser.connect()
    assert application.runner().settings.language == "it"
    page = browser.get("/").text
    assert "?language=" not in page


def test_who_comes_again_keeps_the_language_they_chose():
    application = Application()
    assert connected(application, "en").language is None
    change(application, language="de")
    assert connected(application, "en").language == "de"


@pytest.mark.parametrize("path", ["/", "/privacy", "/nothing-here"])
def test_pages_follow_the_browser_before_anybody_has_chosen(path):
    page = Application().browser().get(path, headers=GERMAN).text
    assert '<html lang="de">' in page
    assert "Datenschutz" in page
    assert '<html lang="en">' in Application().browser().get(path).text


def test_a_setting_goes_before_the_browser():
    application = Application()
    browser = application.browser().connect()
    change(application, language="en")
    assert '<html lang="en">' in browser.get("/me", headers=GERMAN).text
    change(application, language="de")
    assert '<html lang="de">' in browser.get("/me", headers={"Accept-Language": "en"}).text


def test_a_language_whose_catalogue_is_gone_is_english_throughout():
    application = Application()
    browser = application.browser().connect()
    change(application, language="xx")
    page = browser.get("/me/settings", headers=GERMAN).text
    assert '<html lang="en">' in page
    assert "Where notes go" in page


def test_no_page_mixes_languages():
    application = Application()
    browser = application.browser().connect()
    application.keep_list()
    application.inbox.forget(7001)
    change(application, language="de")
    remember(application, text="Heute 24,0 km.\nTipp: ein lockerer Tag.", found=(replace(TOLD, text="Heute 24,0 km."),))
    application.seen = replace(application.seen, said=())
    english = re.compile(r"\b(the|your|you|and|week|runs?|notes?|settings|what|when|ceiling|kept)\b", re.IGNORECASE)
    names = re.compile(r"<[^>]+>|private_note|Footnote|footnote|(View on|Connect with|Powered by) Strava")
    for path in ("/", "/me", "/me/preview", "/me/settings", "/me/sheet", "/privacy", "/nothing-here"):
        page = re.sub(r'(?s)<(style|script).*?</\1>|<p class="delimiter".*?</p>', "", browser.get(path).text)
        found = english.findall(names.sub(" ", page))
        assert [word for word in found if word.lower() != "was"] == [], path


@pytest.mark.parametrize("language", languages()[1:])
def test_a_page_is_in_one_language_and_says_which(language):
    application = Application()
    browser = application.browser().connect()
    application.keep_list()
    application.inbox.forget(7001)
    change(application, language=language)
    application.seen = replace(application.seen, said=())
    english = re.compile(r"\b(the|your|you|and|settings|what|when|with|kept)\b", re.IGNORECASE)
    names = re.compile(r"<[^>]+>|private_note|(View on|Connect with|Powered by) Strava")
    for path in (
        "/",
        "/me",
        "/me/plan",
        "/me/hurts",
        "/me/settings",
        "/me/push",
        "/me/sheet",
        "/privacy",
        "/nothing-here",
    ):
        whole = browser.get(path).text
        assert f'<html lang="{language.replace("_", "-")}">' in whole
        page = re.sub(r'(?s)<(style|script).*?</\1>|<p class="delimiter".*?</p>|<(option|dt|a)\b.*?</\2>', "", whole)
        assert english.findall(names.sub(" ", page)) == [], path


def test_the_settings_show_the_note_as_each_way_would_carry_it():
    application = Application()
    browser = application.browser().connect()
    change(application, units="mi", language="de")
    page = browser.get("/me/settings").text
    note = "Heute 12,4 mi, 43 % länger als dein längster Lauf der letzten 30 Tage (8,7 mi)"
    assert page.count(note) == 4  # on the activity, on the page, in the mail and in its subject
    assert page.count("Tipp: Eine lockere halbe Stunde auf dem Rad") == 3
    assert '<p class="delimiter" lang="en">— Footnote —</p>' in page


def test_what_says_to_see_a_professional_cannot_be_silenced_from_the_page():
    application = Application()
    browser = application.browser().connect()
    application.inbox.forget(7001)
    strong = StoredNotice(
        rule="soreness", family="soreness", level=4, told=True, leads=True, text="Please stop running."
    )
    remember(application, found=(strong,))
    page = browser.get("/me").text
    assert "Please stop running." in page or "Today&#39;s 24.0 km" in page
    assert 'value="snooze"' not in page
    assert 'value="not-for-me"' not in page
    remember(application, found=(TOLD,))
    page = browser.get("/me").text
    assert 'value="snooze"' in page
    assert 'value="not-for-me"' in page


class Unreadable7001(MemoryStore):
    """Can be told that it cannot read somebody."""

    is_spoilt = False

    def runner(self, runner_id):
        if self.is_spoilt:
            raise Unreadable(runner_id, "torn")
        return super().runner(runner_id)


def test_who_cannot_be_read_is_told_so_in_their_language_without_the_store():
    store = Unreadable7001()
    application = Application(store=store)
    browser = application.browser()
    browser.connect()
    change(application, language="de")
    assert browser.get("/me").status_code == 200
    store.is_spoilt = True
    for path in ("/me", "/me/settings", "/"):
        page = browser.get(path)
        assert page.status_code == 503
        assert '<html lang="de">' in page.text
        assert "lässt sich gerade nicht lesen" in page.text
