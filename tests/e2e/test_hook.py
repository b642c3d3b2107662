"""The webhook over the wire: what it answers, what it keeps, and what it does when nothing can be kept."""

import http.client
import json
import os
import resource
from urllib.parse import urlsplit

import pytest
import requests

from tests.e2e.harness import until

MOST = 65_536
SETTINGS = {"reread_hours": "0"}


@pytest.fixture(scope="module")
def runner(application):
    runner = application.strava.runner()
    application.connect(runner)
    return runner


@pytest.fixture
def event(application, runner):
    subscription = application.strava.ask("GET", "/subscription")["id"]
    return {
        "object_type": "activity",
        "object_id": 4711,
        "aspect_type": "create",
        "owner_id": runner,
        "subscription_id": subscription,
        "event_time": 1_700_000_000,
        "updates": {},
    }


def of_size(event, size):
    bare = len(json.dumps(event | {"updates": {"title": ""}}))
    return json.dumps(event | {"updates": {"title": "x" * (size - bare)}}).encode()


def raw(application, body, *, headers=(), chunks=0):
    """Posted as bytes; in chunks without an announced length where `chunks` says so."""
    where = urlsplit(application.hook)
    line = http.client.HTTPConnection(where.hostname, where.port, timeout=15)
    try:
        if chunks:
            parts = (body[at : at + chunks] for at in range(0, len(body), chunks))
            line.request("POST", where.path, parts, dict(headers), encode_chunked=True)
        else:
            line.request("POST", where.path, body, dict(headers))
        return line.getresponse().status
    finally:
        line.close()


def test_what_is_not_an_event_is_refused(application, event):
    for broken in (b"", b"no json", b"[]", b"null", b"{}", b'"x"', b"\xff\xfe", b"[" * 60_000):
        assert raw(application, broken) == 400
    for name in ("object_type", "object_id", "aspect_type", "owner_id"):
        assert application.post({key: value for key, value in event.items() if key != name}).status_code == 400
        assert application.post(event | {name: None}).status_code == 400
        assert application.post(event | {name: [1]}).status_code == 400
    assert application.post(event | {"owner_id": str(event["owner_id"])}).status_code == 400
    assert application.post(event | {"object_id": True}).status_code == 400


def test_unknown_words_and_strangers_are_none_of_our_business(application, event):
    kept = application.inbox.counts()["kept"]
    for stranger in ({"owner_id": 1}, {"subscription_id": 1}, {"object_type": "shoe"}, {"aspect_type": "kudos"}):
        assert application.post(event | stranger).status_code == 200
    assert application.post(event | {"owner_id": 10**30}).status_code == 400
    assert application.post(event | {"object_id": -5}).status_code == 200
    assert application.inbox.counts()["kept"] == kept


@pytest.mark.parametrize("chunks", [0, 1000, MOST + 10])
def test_the_limit_is_exact_however_the_body_comes(application, event, chunks):
    event |= {"owner_id": 1}
    assert raw(application, of_size(event, MOST), chunks=chunks) == 200
    assert raw(application, of_size(event, MOST + 1), chunks=chunks) == 413


def test_an_announced_giant_is_refused_without_being_read(application):
    where = urlsplit(application.hook)
    line = http.client.HTTPConnection(where.hostname, where.port, timeout=5)
    line.putrequest("POST", where.path)
    line.putheader("Content-Length", str(1 << 40))
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()


def test_the_secret_is_checked_before_anything_else(application, event):
    elsewhere = f"{application.url}/strava/webhook/{'x' * 43}"
    assert requests.post(elsewhere, data=b"no json", timeout=5).status_code == 404
    assert requests.post(elsewhere, data=b"x" * (MOST + 1), timeout=5).status_code == 404
    assert requests.get(elsewhere, timeout=5).status_code == 404
    asked = {"hub.mode": "subscribe", "hub.challenge": "c-1", "hub.verify_token": application.keyring.webhook_secret}
    answer = requests.get(application.hook, params=asked, timeout=5)
    assert (answer.status_code, answer.json()) == (200, {"hub.challenge": "c-1"})
    assert requests.get(application.hook, params=asked | {"hub.verify_token": "x"}, timeout=5).status_code == 403
    assert requests.get(application.hook, timeout=5).status_code == 403


def full_disk(application):
    """Files of the site's process may not grow any more, as on a full disk. Gives the way back."""
    pid = application.site.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    return lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def read_only(application):
    """The inbox's lock cannot be opened for writing, as in a folder that may only be read (root may do anything)."""
    lock, aside = application.data / "inbox.lock", application.data / "aside.lock"
    os.replace(lock, aside)
    lock.mkdir()

    def mended():
        lock.rmdir()
        os.replace(aside, lock)

    return mended


@pytest.mark.parametrize("break_it", [full_disk, read_only])
def test_what_cannot_be_kept_is_503_and_strava_tries_again(application, break_it):
    newcomer = application.strava.runner()
    application.connect(newcomer)
    until(application.rests, "the inbox to rest")
    before = application.inbox.everything(), application.store.runner(newcomer)
    assert requests.get(f"{application.url}/readyz", timeout=5).status_code == 200
    mended = break_it(application)
    try:
        run = application.strava.record(newcomer)
        until(lambda: application.strava.events()[-1]["results"], "the first answer")
        assert application.strava.events()[-1]["results"][0] == 503
        assert requests.get(f"{application.url}/healthz", timeout=5).status_code == 200
        if break_it is full_disk:
            assert requests.get(f"{application.url}/readyz", timeout=5).status_code == 503
        assert (application.inbox.everything(), application.store.runner(newcomer)) == before
    finally:
        mended()
    until(lambda: application.strava.has_note(run), "the note after all")
    assert application.strava.events()[-1]["results"][-1] == 200
    assert requests.get(f"{application.url}/readyz", timeout=5).status_code == 200


def test_a_disk_that_fills_up_in_the_middle_of_the_work_loses_nothing(application):
    newcomer = application.strava.runner()
    application.connect(newcomer)
    run = application.strava.record(newcomer, quiet=True)
    application.strava.fault("slow", count=1, seconds=2, path="/athlete/activities")
    application.strava.forge(newcomer, run)
    until(lambda: application.inbox.counts()["now_taken"], "the work to begin", every=0.01)
    mended = full_disk(application)
    try:
        # The log is on that disk as well, and says nothing of it.
        until(
            lambda: any("slow" in call["faults"] for call in application.strava.calls(of=newcomer)),
            "the list to be read",
        )
        assert requests.get(f"{application.url}/readyz", timeout=5).status_code == 503
        assert application.inbox.counts()["now_taken"] == 1
    finally:
        mended()
    until(lambda: application.strava.has_note(run), "the note after all")
    assert len(application.strava.calls(run=run, method="PUT")) == 1
