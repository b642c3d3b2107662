from __future__ import annotations

import re

import pytest
import requests

from plugin.sandbox import KIM, ROBIN


@pytest.fixture
def visit(strava):
    """A visitor with a cookie jar, as a browser has it."""
    session = requests.Session()
    session.trust_env = False

    def go(path, form=None, **more):
        url = strava.url + path
        return session.get(url, **more) if form is None else session.post(url, data=form, **more)

    return go


def number_of(answer):
    return int(re.search(r"/activities/(\d+)", answer.url)[1])


def test_every_page_says_that_this_is_no_strava(visit, app):
    run = app.record()
    for path in (
        "/",
        f"/activities/{run['id']}",
        f"/activities/{run['id']}/edit",
        "/settings/apps",
        "/faults",
        "/calls",
    ):
        answer = visit(path)
        assert answer.status_code == 200, path
        assert "This is a sandbox, not Strava" in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)


@pytest.mark.parametrize("name", ["easy", "long", "big-week", "shoes", "comeback", "heel"])
def test_a_button_records_a_run_and_shows_it(visit, name):
    answer = visit(f"/scenario/{name}", {})
    assert answer.status_code == 200
    assert "Private note" in answer.text
    assert number_of(answer)


def test_any_other_run_can_be_recorded(visit, app):
    form = {"distance_km": "12,5", "minutes": "70", "sport_type": "TrailRun", "gear_id": "g21500505", "name": "Up"}
    number = number_of(visit("/record", form | {"private_note": "a\r\nb"}))
    run = app.behind("GET", f"/activities/{number}")
    assert (run["distance"], run["moving_time"], run["sport_type"]) == (12500.0, 4200, "TrailRun")
    assert (run["name"], run["gear"]["name"], run["private_note"]) == ("Up", "Speedgoat 6", "a\nb")


@pytest.mark.parametrize("form", [{"distance_km": "far"}, {"distance_km": "-3"}, {"distance_km": "8", "minutes": "x"}])
def test_what_is_no_run_is_said_on_a_page(visit, form):
    answer = visit("/record", form)
    assert answer.status_code == 400
    assert "That cannot be" in answer.text
    assert "Back to the feed" in answer.text


def test_a_follower_sees_no_private_note_and_no_private_run(visit, app):
    run = app.record(description="for all", private_note="for me")
    as_owner = visit(f"/activities/{run['id']}").text
    as_follower = visit(f"/activities/{run['id']}?as=follower").text
    assert "for me" in as_owner
    assert "for all" in as_follower
    assert "for me" not in as_follower
    hidden = app.record(name="Hidden away", private=True)
    assert visit(f"/activities/{hidden['id']}").status_code == 200
    assert visit(f"/activities/{hidden['id']}?as=follower").status_code == 404
    assert "Hidden away" in visit("/").text
    assert "Hidden away" not in visit("/?as=follower").text


def test_another_person_is_always_a_follower(visit, app):
    run = app.record(private_note="for me")
    visit("/visitor", {"athlete": str(KIM)})
    answer = visit(f"/activities/{run['id']}")
    assert "for me" not in answer.text
    assert visit(f"/activities/{run['id']}/edit").status_code == 404
    assert visit(f"/activities/{run['id']}/delete", {}).status_code == 404
    feed = visit("/").text
    assert f"/activities/{run['id']}" in feed.split("From people you follow")[1]


def test_editing_changes_what_was_changed_and_nothing_else(visit, app):
    run = app.record(distance=8049.7, description="\nfirst line empty", private_note="a\nb", moving_time=2700)
    page = visit(f"/activities/{run['id']}/edit").text
    texts = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    assert texts == ["\nfirst line empty", "a\nb"]
    form = {
        "name": "Mended",
        "description": texts[0].replace("\n", "\r\n"),
        "private_note": texts[1].replace("\n", "\r\n"),
        "gear_id": "g21500408",
        "distance_km": "8.0",
        "sport_type": "Run",
        "workout_type": "1",
    }
    visit(f"/activities/{run['id']}/edit", form)
    after = app.behind("GET", f"/activities/{run['id']}")
    changed = {k for k in after if after[k] != run.get(k)}
    assert changed == {"name", "gear_id", "gear", "workout_type"}
    assert after["private_note"] == "a\nb"


def test_names_and_texts_are_escaped(visit, app):
    run = app.record(name="<script>alert(1)</script>", description="<b>", private_note="</textarea><i>")
    for path in ("/", f"/activities/{run['id']}", f"/activities/{run['id']}/edit"):
        text = visit(path).text
        assert "<script" not in text
        assert "<b>" not in text
        assert "<i>" not in text


def test_deleting_takes_the_run_away(visit, app):
    run = app.record()
    visit(f"/activities/{run['id']}/delete", {})
    assert visit(f"/activities/{run['id']}").status_code == 404


def test_disconnecting_ends_the_apps_access(visit, connected):
    assert "Disconnect" in visit("/settings/apps").text
    visit("/settings/apps/disconnect", {})
    assert connected.get("/athlete").status_code == 401
    assert "has let no app in" in visit("/settings/apps").text


def test_faults_are_switched_on_and_off_on_the_page(visit, connected):
    visit("/faults", {"do": "on", "kind": "server_error", "count": "", "seconds": "3", "path": ""})
    assert connected.get("/athlete").status_code == 500
    assert "until switched off" in visit("/faults").text.lower()
    visit("/faults", {"do": "all off"})
    assert connected.get("/athlete").status_code == 200
    visit("/faults", {"do": "expire"})
    assert connected.get("/athlete").status_code == 401
    assert visit("/faults", {"do": "on", "kind": "gremlins"}).status_code == 400


def test_the_log_shows_calls_and_events(visit, connected, callback):
    connected.subscribe(callback.url)
    connected.get("/athlete/activities")
    run = connected.record()
    callback.wait_for(1)
    page = visit("/calls").text
    assert "GET /api/v3/athlete/activities" in page
    assert str(run["id"]) in page


def test_starting_over_forgets_what_was_recorded_and_tells_the_app(visit, connected, callback):
    connected.subscribe(callback.url)
    run = connected.record()
    visit("/start-over", {})
    told = {(e["aspect_type"], e["object_id"]) for e in callback.wait_for(2)}
    assert told == {("create", run["id"]), ("delete", run["id"])}
    assert connected.get(f"/activities/{run['id']}").status_code == 404
    assert len(connected.get("/athlete/activities", per_page=200).json()) > 60


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null"])
@pytest.mark.parametrize("path", ["/scenario/easy", f"/sandbox/athletes/{ROBIN}/scenario/easy"])
def test_another_sites_form_is_refused(visit, path, origin):
    assert visit(path, {}, headers={"Origin": origin}).status_code == 403


def test_an_unknown_address_is_a_page(visit):
    answer = visit("/nowhere")
    assert answer.status_code == 404
    assert "That did not work" in answer.text


def test_the_consent_page_lets_scopes_be_unticked_and_names_where_it_leads(visit):
    asked = "client_id=12345&redirect_uri=http://localhost:9/back&response_type=code&scope=read,activity:write&state=s"
    answer = visit(f"/oauth/authorize?{asked}")
    assert '<input type="checkbox" name="scope" value="activity:write" checked>' in answer.text
    assert "form-action 'self' http://localhost:9" in answer.headers["Content-Security-Policy"]
    assert f'name="athlete" value="{ROBIN}" checked' in answer.text
