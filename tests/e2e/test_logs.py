"""After a busy day nothing in the log is a secret, and a drain that wants JSON gets JSON, line by line."""

import json

import requests

from plugin.sandbox.demo.forms import forms_on, send
from tests.e2e.harness import KEY, Application, until
from tests.e2e.mailbox import DROP

METRICS = "a-metrics-token-0123456789"


def busy_day(application):
    """Everything that could bring a secret near a log; answers the secrets."""
    secrets = {KEY, "sandbox-secret", METRICS, application.keyring.webhook_secret, application.keyring.session_key}
    addresses = ["maria.busy@example.org", "bounces.busy@example.org", "cut.busy@example.org"]
    for address in addresses:
        runner = application.strava.runner("Maria", lastname="Busy")
        browser = application.connect(runner, soreness="yes")
        application.mailed(browser, address)
        secrets |= {address, address.split("@")[0]}
        kept = application.store.runner(runner)
        secrets |= {kept.tokens.access, kept.tokens.refresh}
        if address.startswith("bounces"):
            application.mailbox.answers[address, "RCPT"].append(f"550 5.1.1 <{address}> unknown, {KEY}")
        if address.startswith("cut"):
            application.mailbox.answers[address, "TAKEN"].append(DROP)
        application.strava.ask("POST", "/tokens/expire", athlete=runner)
        run = application.strava.record(runner, description="My left heel hurts")
        for fault in ("server_error", "half"):
            application.strava.fault(fault, count=1, path=f"/activities/{run}")
        until(
            lambda run=run, runner=runner: (
                (run_record := application.store.run_record(runner, run)) and run_record.found
            ),
            "the look",
            seconds=60,
        )
        kept = application.store.runner(runner)
        secrets |= {kept.tokens.access, kept.tokens.refresh}
        for path in ("/me", "/me/settings", "/me/preview", "/me/export"):
            browser.get(f"{application.url}{path}", timeout=10)
        secrets.add(browser.cookies["fn"])
    mails = until(lambda: application.mailbox.to(addresses[0], "snooze"), "a note by mail", seconds=60)
    for mail in application.mailbox.mails:
        for action in ("confirm", "unsubscribe", "snooze", "race", "not-for-me"):
            secrets.add(mail.link(action).rpartition("/")[2])
    browser = application.browser()
    for action in ("snooze", "race"):
        page = browser.get(mails[0].link(action), timeout=10)
        send(browser, forms_on(page)[0], {})
    where = application.url
    requests.get(f"{where}/metrics", headers={"Authorization": f"Bearer {METRICS}"}, timeout=5)
    requests.get(f"{where}/metrics", headers={"Authorization": "Bearer guessed-metrics"}, timeout=5)
    requests.get(f"{where}/connect/callback?state=a-made-up-state&code=a-made-up-code", timeout=5)
    requests.get(f"{where}/mail/snooze/a-made-up-mail-token-of-some-length", timeout=5)
    requests.get(f"{where}/strava/webhook/a-guessed-path-secret", timeout=5)
    requests.post(application.hook, data=b"no json with somebody@example.org in it", timeout=5)
    secrets |= {"a-made-up-state", "a-made-up-code", "a-made-up-mail-token", "a-guessed-path", "guessed-metrics"}
    secrets |= {"somebody@", "heel hurts"}
    return {secret for secret in secrets if secret}


def test_after_a_busy_day_no_secret_is_in_the_log_and_every_line_is_json(tmp_path):
    application = Application(tmp_path, log_format="json", log_level="debug", metrics_token=METRICS)
    try:
        application.open().start()
        secrets = busy_day(application)
        application.kill()
        application.start(subscribed=False)
        assert application.stop() == 0
        lines = application.said().splitlines()
        told = [json.loads(line) for line in lines]
        assert len(told) > 50
        assert not [secret for secret in secrets if secret in application.said()]
        # One run's story can be followed by its delivery and its runner.
        assert any(line.get("delivery") and line.get("runner") and line.get("run") for line in told)
        # What runs beside it says no more.
        beside = [
            application.command(*words) for words in (("runners", "list"), ("inbox", "list"), ("subscription", "show"))
        ]
        assert not [secret for secret in secrets for done in beside if secret in done.stdout + done.stderr]
    finally:
        application.close()
