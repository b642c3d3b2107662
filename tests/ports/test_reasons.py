"""Reasons are codes with words beside; what earlier versions kept as sentences is understood."""

from __future__ import annotations

import pytest

from plugin.ports import NoteStatus, Reason
from plugin.ports.reasons import WORDS, as_kept, in_words, read_reason


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("detail", ["", "502", "Strava takes too long: 9.0 s", "a: b: c"])
def test_a_kept_reason_is_read_again(reason: Reason, detail: str) -> None:
    if reason is Reason.NONE and detail:
        return
    assert read_reason(as_kept(reason, detail)) == (reason, detail)


def test_every_code_has_words_and_no_code_stands_in_them() -> None:
    assert set(WORDS) == set(Reason) - {Reason.NONE, Reason.OTHER}
    for reason, words in WORDS.items():
        assert in_words(reason) == words
        assert "_" not in words
    assert in_words("") == ""


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        (
            "Strava says that the app is inactive: its owner needs a paid Strava subscription and switches the app on "
            "again at https://www.strava.com/settings/api; what waits then goes on by itself.",
            Reason.APP_INACTIVE,
        ),
        ("Strava's rate window is full; what waits goes on by itself when it turns.", Reason.WINDOW_FULL),
        ("The runner must connect to Strava again; then this goes on by itself.", Reason.DISCONNECTED),
        (
            "The process ended while this was handed over: it may have arrived and is not sent again.",
            Reason.CUT_OFF,
        ),
        ("unexpected: KeyError; see the log", Reason.BUG),
        ("Strava takes too long.", Reason.OTHER),
        ("The mail server puts us off: 451 try later.", Reason.OTHER),
    ],
)
def test_sentences_of_earlier_versions_are_understood(sentence: str, reason: Reason) -> None:
    assert read_reason(sentence)[0] is reason
    if reason is Reason.OTHER:
        assert in_words(sentence) == sentence


def test_words_of_earlier_versions_for_how_far_a_note_got_are_understood() -> None:
    assert NoteStatus("removed by the runner") is NoteStatus.REMOVED
    assert NoteStatus("taken out") is NoteStatus.TAKEN_OUT
    with pytest.raises(ValueError, match="no such"):
        NoteStatus("no such")
