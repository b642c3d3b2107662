"""Strava's own button and logo stand where the operator has put them, and only they are served."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.web.application import Application, settings

BUTTON, LOGO = "btn_strava_connect_with_orange.svg", "api_logo_pwrdBy_strava_horiz_orange.png"


def test_with_the_artwork_the_button_is_stravas_48_px_high_and_so_is_the_logo(tmp_path: Path) -> None:
    (tmp_path / BUTTON).write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / LOGO).write_bytes(b"\x89PNG")
    (tmp_path / "secret.txt").write_text("x")
    browser = Application(settings=settings(strava_artwork=str(tmp_path))).browser()
    page = browser.get("/").text
    assert f'<img src="/artwork/{BUTTON}" height="48" alt="Connect with Strava">' in page
    assert f'<img src="/artwork/{LOGO}"' in page
    assert browser.get(f"/artwork/{BUTTON}").content_type.startswith("image/svg+xml")
    assert browser.get(f"/artwork/{LOGO}").data == b"\x89PNG"
    for name in ("secret.txt", "..%2fsecret.txt", "nothing"):
        assert browser.get(f"/artwork/{name}").status_code == 404


def test_without_the_artwork_button_and_mark_are_drawn_in_stravas_orange_and_wording(tmp_path: Path) -> None:
    for given in (None, tmp_path / "not-there"):
        more = {} if given is None else {"strava_artwork": str(given)}
        application = Application(settings=settings(**more))
        browser = application.browser()
        page = browser.get("/").text
        assert "/artwork/" not in page
        assert page.count('class="strava"') == 2, "at the top and in the form"
        assert '<button class="strava" type="submit">Connect with Strava</button>' in page
        assert '<strong class="powered">Powered by Strava</strong>' in page
        browser.connect()
        assert 'class="strava"' not in browser.get("/me").text
        application.store.change_runner(7001, lambda was: replace(was, must_reconnect=True, tokens=None))
        assert '<button class="strava">Connect with Strava</button>' in browser.get("/me").text


def test_with_the_artwork_the_banner_and_the_top_show_it_too(tmp_path: Path) -> None:
    (tmp_path / BUTTON).write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    application = Application(settings=settings(strava_artwork=str(tmp_path)))
    browser = application.browser()
    assert browser.get("/").text.count(f'<img src="/artwork/{BUTTON}" height="48" alt="Connect with Strava">') == 2
    browser.connect()
    application.store.change_runner(7001, lambda was: replace(was, must_reconnect=True, tokens=None))
    page = browser.get("/me").text
    assert f'<button class="artwork"><img src="/artwork/{BUTTON}"' in page
    assert 'class="strava"' not in page
