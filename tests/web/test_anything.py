"""Whatever is typed, posted or followed, the site answers; it never breaks and never lets anything through."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.ports import Pair
from plugin.training.runs import Shoe
from tests.web.application import Application

FIELDS = [
    "channel", "public_ok", "email", "units", "shown_in", "week_starts", "digest_day", "check_hour", "language",
    "soreness", "listed", "rule", "pair-g1-kind", "pair-g1-look", "pair-g1-replace", "pair-g1-start", "resend",
]  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TYPED = st.dictionaries(
    st.sampled_from(FIELDS), TEXT | st.sampled_from(["email", "mi", "rules", "pairs", "1e400", "-0", "١٢", "²", "NaN"])
)
HOUSE = Application()
BROWSER = HOUSE.browser().connect()
HOUSE.store.change_runner(
    7001, lambda was: replace(was, pairs={"g1": Pair(shoe=Shoe(id="g1", name="Ghost"), odometer_m=Decimal(1))})
)
TOKEN = BROWSER.token("/me/settings")


@settings(max_examples=150, deadline=None)
@given(TYPED)
def test_no_settings_form_breaks_the_site(typed: dict[str, str]) -> None:
    before = HOUSE.runner()
    answer = BROWSER.client.post("/me/settings", data={**typed, "csrf_token": TOKEN})
    assert answer.status_code in (303, 400)
    if answer.status_code == 400:
        assert HOUSE.runner() == before
    chosen = HOUSE.runner().settings
    assert chosen.email is None or (chosen.email.isascii() and chosen.email.count("@") == 1)
    assert not chosen.email_confirmed
    assert BROWSER.get("/me/settings").status_code == 200
    assert BROWSER.get("/me").status_code == 200


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["confirm", "unsubscribe", "snooze", "race", "not-for-me"]), st.booleans(), TEXT)
def test_no_made_up_link_does_anything(action: str, is_post: bool, token: str) -> None:
    before = HOUSE.runner()
    client = HOUSE.app.test_client()
    answer = client.open(f"/mail/{action}/{token}", method="POST" if is_post else "GET")
    assert 300 <= answer.status_code < 500
    assert HOUSE.runner() == before


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["r", "u", "k", "e"]), TEXT | st.integers()), st.booleans())
def test_a_link_of_ours_with_odd_contents_never_breaks_the_site(payload: dict[str, str | int], is_known: bool) -> None:
    if is_known:
        payload = {**payload, "r": 7001}
    for action in ("confirm", "unsubscribe", "snooze", "race", "not-for-me"):
        token = HOUSE.keyring.sign_link(action, payload)
        for method in ("GET", "POST"):
            assert HOUSE.app.test_client().open(f"/mail/{action}/{token}", method=method).status_code < 500


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_post_to_the_hook_breaks_it(body: bytes) -> None:
    assert HOUSE.app.test_client().post(HOUSE.hook(), data=body).status_code in (200, 400)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["state", "code", "scope", "error"]), TEXT))
def test_no_made_up_answer_from_strava_connects_anybody(query: dict[str, str]) -> None:
    browser = HOUSE.browser()
    asked = len(HOUSE.strava.codes)
    answer = browser.get("/connect/callback", query_string=query)
    assert answer.status_code == 400
    assert len(HOUSE.strava.codes) == asked
