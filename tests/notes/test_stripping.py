"""What is read of the runner's texts: their own words, cut first, every note of ours gone in one pass."""

import subprocess
import sys

from hypothesis import example, given

from plugin.notes.block import CLOSE, OPEN, with_block, without_any_block, without_block
from plugin.notes.own_words import MOST_SEEN, own_words
from tests.notes.test_block import BLOCK, NOTE, texts
from tests.paths import ROOT


@given(texts)
@example(f"{BLOCK}\n{BLOCK}")
@example(f"a\r\n\r\n{OPEN}\n{BLOCK}\n{CLOSE}\r\nb")
@example(f"{OPEN}\nx\n{BLOCK}")
def test_one_pass_leaves_what_taking_block_after_block_out_would_leave(text):
    bare = text
    while (less := without_block(bare)) != bare:
        bare = less
    assert without_any_block(text) == bare


def test_the_runners_words_around_our_note_are_read():
    assert own_words(with_block("Heel sore.", NOTE)) == "Heel sore."


def test_a_note_of_ours_that_the_bound_cuts_through_is_not_read_as_the_runners_words():
    own = "a" * (MOST_SEEN - 40)
    assert own_words(with_block(own, NOTE)).rstrip("\n") == own


def test_ten_times_the_bound_of_awkward_blocks_is_read_at_once():
    """In a process of its own that is ended if it hangs: taking out block after block took minutes."""
    script = (
        "from plugin.notes.block import CLOSE, OPEN, block_in, with_block, without_block\n"
        "from plugin.notes.own_words import MOST_SEEN, own_words\n"
        r"for load in (OPEN + '\n' + CLOSE + '\n', OPEN + '\n', CLOSE + '\n', OPEN + '\nx\n', '\n', ' ', '\r\n\r\n'):"
        "\n"
        "    text = (load * MOST_SEEN)[:10 * MOST_SEEN]\n"
        "    own_words(text), without_block(text), with_block(text, 'a note'), block_in(text, was='a note')\n"
        r"nested = (OPEN + '\n') * 9000 + (CLOSE + '\n') * 9000"
        "\n"
        "own_words(nested), without_block(nested)\n"
        "print('read')\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.stdout.strip() == "read", ended.stderr
