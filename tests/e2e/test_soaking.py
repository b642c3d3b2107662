"""Some hundred events at once with faults on; `make soak` does it for ten thousand and looks at memory too."""

from tests.hard.soak import broken_promises, soak


def test_hundreds_of_events_among_faults_are_all_accounted_for(tmp_path):
    soaked = soak(tmp_path, events=500, runners=10, minutes=3, seed_of_chance=1)
    try:
        figures = soaked.figures()
        assert broken_promises(figures, is_long=False) == [], (figures, soaked.application.said()[-5000:])
        assert figures["runs"] == 50
        assert figures["events sent and answered 200"] > 400
    finally:
        soaked.application.close()
