"""Whom the clockwork visits: nobody is missed, whoever keeps the books; and Postgres does not wake the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.promises.samples import NOON, a_runner

HOUR = timedelta(hours=1)


def visited(store, now, *, until=None, anew=False):
    seen = []

    def visit(runner):
        seen.append(runner.id)
        return until or now

    store.visit_due(now, visit, anew=anew)
    return seen


def test_who_is_new_is_visited(store):
    store.enrol(a_runner(7), limit=2)
    store.enrol(a_runner(8), limit=2)
    assert visited(store, NOON) == [7, 8]


def test_whose_time_has_come_is_visited_again(store):
    store.enrol(a_runner(7), limit=1)
    visited(store, NOON, until=NOON + HOUR)
    assert visited(store, NOON + HOUR) == [7]


def test_who_changed_is_visited_though_their_time_has_not_come(store):
    store.enrol(a_runner(7), limit=1)
    visited(store, NOON, until=NOON + HOUR)
    store.change_runner(7, lambda was: replace(was, timezone="Europe/Berlin"))
    assert visited(store, NOON) == [7]


def test_who_connects_again_is_visited(store):
    store.enrol(a_runner(7), limit=1)
    visited(store, NOON, until=NOON + HOUR)
    store.enrol(a_runner(7, name="Ada"), limit=1)
    assert visited(store, NOON) == [7]


def test_anew_everybody_is_visited(store):
    store.enrol(a_runner(7), limit=1)
    visited(store, NOON, until=NOON + HOUR)
    assert visited(store, NOON, anew=True) == [7]


def test_a_visit_that_fails_is_made_again(store):
    store.enrol(a_runner(7), limit=1)

    def fail(runner):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.visit_due(NOON, fail)
    assert visited(store, NOON) == [7]


def test_in_postgres_nobody_else_is_visited(postgres_books):
    for runner_id in (7, 8, 9):
        postgres_books.enrol(a_runner(runner_id), limit=3)
    visited(postgres_books, NOON, until=NOON + HOUR)
    assert visited(postgres_books, NOON + HOUR / 2) == []
    postgres_books.change_runner(8, lambda was: was)
    assert visited(postgres_books, NOON + HOUR / 2) == []
    postgres_books.change_runner(9, lambda was: replace(was, name="Zoë"))
    assert visited(postgres_books, NOON + HOUR / 2) == [9]


def test_in_postgres_more_than_a_page_of_runners_are_each_visited_once(postgres_books, database):
    postgres_books.enrol(a_runner(1), limit=1)
    with database.transaction() as wire:
        wire.execute("INSERT INTO runners (id, doc) SELECT n, doc FROM runners, generate_series(2, 1203) n")
    assert len(visited(postgres_books, NOON, until=NOON + HOUR)) == 1203
