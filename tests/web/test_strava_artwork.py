"""Strava's own button and logo stand where the operator has put them, and only they are served."""

from __future__ import annotations

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


def test_without_the_artwork_it_is_said_in_words(tmp_path: Path) -> None:
    for given in (None, tmp_path / "not-there"):
        more = {} if given is None else {"strava_artwork": str(given)}
        page = Application(settings=settings(**more)).browser().get("/").text
        assert "/artwork/" not in page
        assert "Powered by Strava" in page
