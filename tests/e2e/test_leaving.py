"""Leaving with the notes taken out first, with the site killed in the middle of it."""

from tests.e2e.harness import until
from tests.e2e.leaving import play_leaving


def test_a_kill_while_notes_are_taken_out_loses_none_and_leaves_no_trace(application):
    play_leaving(application, application.kill, lambda: application.start(subscribed=False) and None)
    until(lambda: not application.traces("Zebulon"), "everything to be gone", seconds=60)
