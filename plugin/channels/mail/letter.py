"""A letter: words, links and perhaps a picture in order, before it is laid out as plain text and HTML."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from plugin.channels.mail.layout import PAPER
from plugin.channels.mail.weeks_picture import HEIGHT, WIDTH
from plugin.notes.block import as_note

LONGEST_NAME = 40
LONGEST_SUBJECT = 150


@dataclass(frozen=True, kw_only=True)
class Link:
    """Words that lead somewhere."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture with everything it shows in words (`alt`), and the words that stand under it."""

    png: bytes
    alt: str
    left: str
    right: str
    caption: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says. `unsubscribe` is None where there is nothing to unsubscribe from.

    `is_discreet`: of what it says nothing shows on a locked phone, which fills up a short `preheader` with the next
    words; so blanks come next.
    """

    subject: str
    preheader: str
    is_discreet: bool = False
    about: str = ""
    """The run it is about, in a line below the heading."""
    heading: str
    paragraphs: tuple[str, ...]
    figure: Figure | None = None
    facts_title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()
    button: Link
    replies: tuple[Link, ...] = ()
    why: str = ""
    unsubscribe: Link | None = None
    foot: tuple[Link, ...] = ()
    signature: str = ""
    contact: str = ""
    """Where the operator is reached, in words: no link leads out of a mail but to us and to Strava."""
    language: str = "en"

    def as_text(self) -> str:
        """Plain text that stands alone, lines of at most 78 characters but for links."""
        return PAPER.get_template("letter.txt").render(letter=self)

    def as_html(self, picture_url: str = "") -> str:
        """HTML for the usual clients; `picture_url` is where the figure is found (`cid:…`)."""
        return PAPER.get_template("letter.html").render(letter=self, picture_url=picture_url)


def one_line(text: str, longest: int = LONGEST_SUBJECT) -> str:
    """One line without control characters, for a subject or a row."""
    line = " ".join(as_note(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def plain_name(name: str) -> str:
    """A name as it may go to an address whose owner never heard of us: letters, blanks, hyphens and apostrophes; no
    signs that a mail program would turn into a link or that would carry an advertisement far."""
    kept = (sign if unicodedata.category(sign)[0] in "LM" or sign in "-'’" else " " for sign in name)
    return " ".join("".join(kept).split())[:LONGEST_NAME].strip()
