"""kill -9 at each step between accepting an event and having told, once; `make crash` does it by the hundred."""

import random

from tests.hard.crash import EVENTS_OF_A_ROUND, PLACES, RANDOM, CrashHouse, broken_promises


def test_killed_at_every_step_each_run_is_told_once_and_the_counts_agree(tmp_path):
    places = [*PLACES, RANDOM, RANDOM]
    application = CrashHouse(tmp_path, len(places) * EVENTS_OF_A_ROUND)
    try:
        application.start()
        for number, place in enumerate(places):
            application.round(place, random.Random(number))
        application.deliver(seconds=120)
        figures = application.figures()
        assert broken_promises(figures) == [], (figures, application.said()[-5000:])
        assert figures["kills"] == len(places)
    finally:
        application.close()
