"""Numbers of activities that nobody knows cost Strava little: at most one list, and nothing for a deletion."""

from plugin.ports import JobKind


def calls(stage):
    return len(stage.strava.calls)


def test_a_change_of_what_the_list_does_not_show_costs_one_list(stage):
    stage.history()
    before = calls(stage)
    stage.happens(987_654_321)
    assert [name for name, *_ in stage.strava.calls[before:]] == ["recent"]
    assert stage.waiting(JobKind.EVENT) == []


def test_a_deletion_of_what_nothing_is_kept_of_costs_nothing(stage):
    stage.history()
    before = calls(stage)
    stage.happens(987_654_321, JobKind.DELETED)
    assert calls(stage) == before
