"""A mail as its reader gets it: parsed from the bytes that left, parts and links apart."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from urllib.parse import urlsplit

from plugin.settings.encryption import Keyring
from tests.channels.fakes import PUBLIC_URL

KEYRING = Keyring("a long secret key for these tests alone")


class Page(HTMLParser):
    """Tags, links, pictures and words of an HTML text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        found = dict(attrs)
        self.links += [found["href"]] if "href" in found else []
        self.sources += [found["src"]] if "src" in found else []

    def handle_data(self, data):
        self.words += data


class Received:
    """One mail: `text`, `html`, `page`, `links` (all of them), `pictures` by content id."""

    def __init__(self, raw: bytes) -> None:
        mail = message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mail = mail
        self.text: str = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.html: str = mail.get_body(("html",)).get_content()
        self.page = Page(self.html)
        self.pictures = {
            part["Content-ID"]: part.get_content() for part in mail.walk() if part.get_content_maintype() == "image"
        }
        self.text_links = [word for word in self.text.split() if "://" in word]
        self.links = [*self.page.links, *self.text_links]

    def acts(self, action: str) -> dict:
        """What the one link for this action proves; it must stand in both parts, the same."""
        start = f"{PUBLIC_URL}/mail/{action}/"
        found = {link for link in self.links if link.startswith(start)}
        assert len(found) == 1
        link = found.pop()
        assert link in self.page.links
        assert link in self.text_links
        return read(link)


def read(link: str) -> dict:
    """The payload that a link's token proves."""
    _, mail, action, token = urlsplit(link).path.split("/")
    assert mail == "mail"
    return KEYRING.read_link(action, token, max_age_s=60)
