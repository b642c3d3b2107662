"""One key a purpose; old keys still open; nothing opens for another use."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.settings.encryption import BadLink, BadSeal, Keyring

OLD, NEW = "an-old-secret-key-of-forty-characters-000", "the-new-secret-key-of-forty-characters-00"


def test_the_path_secret_is_long_fits_a_url_and_is_not_the_key_itself():
    secret = Keyring(NEW).webhook_secret
    assert re.fullmatch(r"[A-Za-z0-9_-]{40,}", secret)
    assert NEW not in secret
    assert secret not in NEW


def test_the_same_key_gives_the_same_secrets_after_a_restart():
    assert Keyring(NEW).webhook_secret == Keyring(NEW).webhook_secret
    assert Keyring(NEW).session_key == Keyring(NEW).session_key


def test_every_use_has_a_key_of_its_own():
    keys = Keyring(NEW)
    assert len({keys.webhook_secret, keys.session_key, NEW}) == 3
    assert keys.webhook_secret != Keyring(OLD).webhook_secret


def test_after_a_rotation_old_secrets_stand_behind_the_new_one():
    keys = Keyring(NEW, [OLD])
    assert keys.webhook_secrets == (Keyring(NEW).webhook_secret, Keyring(OLD).webhook_secret)
    assert keys.session_keys_old == [Keyring(OLD).session_key]


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_again(plain):
    keys = Keyring(NEW)
    sealed = keys.seal(plain, purpose="tokens")
    assert keys.unseal(sealed, purpose="tokens") == plain


def test_a_seal_shows_nothing_and_opens_only_for_its_purpose():
    keys = Keyring(NEW)
    sealed = keys.seal(b"refresh-token", purpose="tokens")
    assert "refresh-token" not in sealed
    with pytest.raises(BadSeal):
        keys.unseal(sealed, purpose="soreness")


def test_what_the_old_key_sealed_opens_after_a_rotation_and_not_without_the_fallback():
    sealed = Keyring(OLD).seal(b"x", purpose="tokens")
    assert Keyring(NEW, [OLD]).unseal(sealed, purpose="tokens") == b"x"
    with pytest.raises(BadSeal, match="SECRET_KEY_FALLBACKS"):
        Keyring(NEW).unseal(sealed, purpose="tokens")


def test_after_a_rotation_the_new_key_seals():
    sealed = Keyring(NEW, [OLD]).seal(b"x", purpose="tokens")
    assert Keyring(NEW).unseal(sealed, purpose="tokens") == b"x"


@pytest.mark.parametrize("sealed", ["", "ü", "gAAAAA", "not a seal at all", "\x00"])
def test_what_was_never_sealed_is_refused(sealed):
    with pytest.raises(BadSeal):
        Keyring(NEW).unseal(sealed, purpose="tokens")


def test_a_link_tells_what_was_put_in_and_fits_a_url():
    keys = Keyring(NEW)
    token = keys.sign_link("snooze", {"r": 7, "u": 32500000000, "k": "ramp"})
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", token)
    assert keys.read_link("snooze", token, max_age_s=60) == {"r": 7, "u": 32500000000, "k": "ramp"}


def test_a_link_for_one_action_is_no_link_for_another():
    keys = Keyring(NEW)
    token = keys.sign_link("snooze", {"r": 7})
    with pytest.raises(BadLink):
        keys.read_link("unsubscribe", token, max_age_s=60)
    with pytest.raises(BadLink):
        keys.read_state(token, max_age_s=60)


def test_a_link_is_good_to_its_last_second_and_then_too_old():
    at = 1_700_000_000.0
    token = Keyring(NEW, seconds_now=lambda: at).sign_link("confirm", {"r": 7, "e": "a@example.org"})
    assert Keyring(NEW, seconds_now=lambda: at + 60).read_link("confirm", token, max_age_s=60)["r"] == 7
    with pytest.raises(BadLink, match="too old"):
        Keyring(NEW, seconds_now=lambda: at + 61).read_link("confirm", token, max_age_s=60)


def test_links_in_mails_already_sent_survive_a_rotation():
    token = Keyring(OLD).sign_link("unsubscribe", {"r": 7})
    assert Keyring(NEW, [OLD]).read_link("unsubscribe", token, max_age_s=60) == {"r": 7}
    with pytest.raises(BadLink):
        Keyring(NEW).read_link("unsubscribe", token, max_age_s=60)


@given(st.text(max_size=80))
def test_no_text_of_a_strangers_is_a_link(text):
    with pytest.raises(BadLink):
        Keyring(NEW).read_link("confirm", text, max_age_s=60)


def test_a_changed_link_is_refused():
    keys = Keyring(NEW)
    token = keys.sign_link("confirm", {"r": 7})
    body, rest = token.split(".", 1)
    forged = keys.sign_link("confirm", {"r": 8}).split(".", 1)[0]
    assert body != forged
    with pytest.raises(BadLink):
        keys.read_link("confirm", f"{forged}.{rest}", max_age_s=60)


def test_a_state_comes_back_as_it_was():
    keys = Keyring(NEW)
    assert keys.read_state(keys.sign_state({"n": "nonce", "c": "email"}), max_age_s=60) == {"n": "nonce", "c": "email"}


def test_a_keyring_shows_no_key():
    assert NEW not in repr(Keyring(NEW, [OLD]))


def test_there_is_no_keyring_without_a_key():
    with pytest.raises(ValueError, match="secret key"):
        Keyring("")
