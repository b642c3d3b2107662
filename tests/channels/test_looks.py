"""The mails in a browser, as a client shows them: they fit, they can be read in light and dark. The pictures in
`build/screens` are to be looked at."""

from __future__ import annotations

import base64

import pytest

from plugin.channels.mail.letter import Letter
from plugin.channels.mail.links import Links
from plugin.channels.mail.note_letters import confirm_letter, note_letter, reconnect_letter
from plugin.channels.mail.weekly_letter import digest_letter
from plugin.ports import Texts
from plugin.translations.voice import Voice
from plugin.wiring import voice_of
from tests.browser import shoot, width_of
from tests.channels.fakes import PUBLIC_URL, a_message, a_pair, a_runner, twelve_weeks
from tests.channels.reading import KEYRING
from tests.channels.test_mails import a_digest

LINKS = Links(public_url=PUBLIC_URL, keyring=KEYRING)
LONG_NAME = "Nike Air Zoom Pegasus 40 Premium Extra Wide Midnight Navy"
GERMAN = a_runner(language="de")
LETTERS = {
    "note": note_letter(a_message(texts=Texts(title="Morning run along the river")), LINKS, Voice(), twelve_weeks()),
    "note-de": note_letter(a_message(texts=Texts(title="Am Fluss")), LINKS, voice_of(GERMAN), twelve_weeks()),
    "digest": digest_letter(a_digest(pairs=(a_pair(), a_pair(LONG_NAME))), LINKS, Voice()),
    "digest-de": digest_letter(a_digest(pairs=(a_pair(), a_pair(LONG_NAME)), runner=GERMAN), LINKS, voice_of(GERMAN)),
    "reconnect-de": reconnect_letter(GERMAN, LINKS, voice_of(GERMAN)),
    "confirm": confirm_letter(a_runner(), "a-rather-long-address.for-mail@mail.example.org", LINKS, Voice()),
    "reconnect": reconnect_letter(a_runner(), LINKS, Voice()),
}

CONTRAST = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => parts(colour).slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (parts(colour).length < 4 || parts(colour)[3] > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const worst = [];
  for (const element of document.querySelectorAll('p, h1, h2, a, td, th, sup')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
    worst.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.textContent.trim().slice(0, 40)]);
  }
  return worst;
}"""


def shown(letter: Letter) -> str:
    picture = "" if letter.figure is None else base64.b64encode(letter.figure.png).decode()
    return letter.as_html(f"data:image/png;base64,{picture}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 700])
@pytest.mark.parametrize("kind", LETTERS)
def test_a_mail_fits_its_window_and_can_be_read(chromium, kind, width, scheme):
    page = chromium.new_page(viewport={"width": width, "height": 640}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(shown(LETTERS[kind]))
    shoot(page, f"mail-{kind}-{width}-{scheme}")
    assert width_of(page) <= width
    contrasts = page.evaluate(CONTRAST)
    assert contrasts
    assert [(ratio, words) for ratio, words in contrasts if ratio < 4.5] == []
    assert all(url.startswith("data:") for url in asked)
    page.close()
