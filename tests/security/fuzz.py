"""Coverage-guided fuzzing of what strangers' bytes reach: `make fuzz` (atheris; RUNS=… for longer).

One target a process, each bounded; the last line of each is the figure that docs/security.md tells.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path


def hook(content: bytes) -> None:
    """The webhook's body."""
    from plugin.activities.webhook_event import Event, meaning, read_delivery

    event = read_delivery(content)
    if isinstance(event, Event):
        meaning(event)


def archive(content: bytes) -> None:
    """A file that somebody replays: an archive or one sentence."""
    from plugin.errors import BadSource
    from plugin.replay.imports import read

    FILE.write_bytes(content)
    try:
        read(FILE, zone=None)
    except BadSource as refused:
        assert "\n" not in str(refused)  # noqa: PT017


def soreness(content: bytes) -> None:
    """A runner's own words."""
    from plugin.soreness import read_words

    read_words((content.decode("utf-8", "replace")[:2000],), LEXICON)


def block(content: bytes) -> None:
    """A field with our block in it: put in twice changes nothing, taken out restores it."""
    from plugin.notes.block import with_block, without_block

    text = content.decode("utf-8", "replace")
    own, note = text[: len(text) // 2], text[len(text) // 2 :]
    once = with_block(own, note, was="")
    if once != own:
        assert with_block(once, note, was=note) == once
        assert without_block(once, was=note) == own


def address(content: bytes) -> None:
    """A typed address: refused, or one that can stand in a header."""
    from plugin.settings.email_address import BadAddress, read_address

    try:
        found = read_address(content.decode("utf-8", "replace"))
    except BadAddress:
        return
    assert found.isascii()
    assert found.isprintable()
    assert found.count("@") == 1


TARGETS: dict[str, Callable[[bytes], None]] = {one.__name__: one for one in (hook, archive, soreness, block, address)}
SEEDS = {
    "hook": [b'{"object_type":"activity","object_id":1,"aspect_type":"create","owner_id":2,"updates":{"title":"x"}}'],
    "archive": [b"id,start_date_local,type,distance_m,moving_time_s\n1,2026-01-02T10:00:00,Run,10000,3000\n",
                b'[{"id":1,"start_date":"2026-01-02T10:00:00Z","type":"Run","distance":10000}]', b"PK\x03\x04"],
    "soreness": [b"my heel hurts, no pain in the knee any more"],
    "block": ["mine\n\n\u2014 Footnote \u2014\nx\n\u2014 end of footnote \u2014\n".encode()],
    "address": [b"ada@example.org"],
}  # fmt: skip


def main() -> None:
    """`fuzz.py RUNS` for all targets, `fuzz.py RUNS TARGET` for one in this process."""
    runs, *named = sys.argv[1:]
    if not named:
        ended = [subprocess.run([sys.executable, __file__, runs, name], check=False) for name in TARGETS]
        sys.exit(any(one.returncode for one in ended))
    import atheris

    target = TARGETS[named[0]]
    with atheris.instrument_imports(include=["plugin"]):
        import plugin.activities.webhook_event
        import plugin.notes.block
        import plugin.replay.imports
        import plugin.settings.email_address
        import plugin.soreness
    global FILE, LEXICON
    with tempfile.TemporaryDirectory() as folder:
        FILE = Path(folder) / "source"
        table = Path(__file__).parents[2] / "config" / "soreness.toml"
        LEXICON = plugin.soreness.lexicon_from(tomllib.loads(table.read_text(encoding="utf-8")))
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(SEEDS[named[0]]):
            (corpus / str(number)).write_bytes(seed)
        print(f"--- {named[0]}", flush=True)
        atheris.Setup([sys.argv[0], f"-runs={runs}", "-max_len=4096", "-timeout=20", "-verbosity=0",
                       "-print_final_stats=1", str(corpus)], target)  # fmt: skip
        atheris.Fuzz()


if __name__ == "__main__":
    main()
