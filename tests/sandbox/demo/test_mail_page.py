"""The demo's page of one mail, in a browser: the mail as a mail program shows it, whole; its text only when asked."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from plugin.sandbox.demo.mailbox import Guide, Received, mailbox
from tests.browser import shoot
from tests.channels.test_looks import LETTERS, shown
from tests.free_ports import four_free_ports


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", ["note", "digest-de", "confirm"])
def test_a_mail_is_shown_whole_and_its_links_are_read_only_where_they_are_meant(chromium, kind, width):
    letter = LETTERS[kind]
    port = four_free_ports()
    guide = Guide(site="http://localhost:1", sandbox="http://localhost:1", now=lambda _work: True)
    with mailbox("127.0.0.1", page_port=port, smtp_port=port + 1, guide=guide) as mails:
        message = EmailMessage()
        message["Subject"], message["To"] = letter.subject, "robin@example.org"
        message.set_content(letter.as_text())
        message.add_alternative(shown(letter), subtype="html")
        mails.all.append(received(message))
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/0")
        shoot(page, f"demo-mail-{kind}-{width}")
        frame = page.frame_locator("iframe")
        last = frame.locator("a").last
        bottom = last.evaluate("link => link.getBoundingClientRect().bottom")
        assert bottom < page.locator("iframe").bounding_box()["height"]
        assert "/mail/" not in page.locator("main").inner_text()
        page.locator("summary").press("Enter")
        expect(page.locator("pre")).to_be_visible()
        assert letter.button.url in page.locator("pre").inner_text()
        page.close()


def received(message: EmailMessage):
    return Received(to="robin@example.org", message=message)
