"""The runner's words survive a note, to the letter."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from plugin.notes.block import CLOSE, OPEN, as_note, block_in, same_text, with_block, without_block

NOTE = "Today's 20.0 km is 43 % longer than your longest run.\nTip: an easy day."
BLOCK = f"{OPEN}\n{NOTE}\n{CLOSE}"

pieces = st.sampled_from(
    [
        OPEN,
        CLOSE,
        f" {OPEN}",
        f"{CLOSE} ",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        " ",
        "\t",
        BLOCK,
        "mine",
        "\u2028",
        "\x85",
        "é",
        "👣",
    ]
)
anything = st.text()
texts = st.one_of(anything, st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=14).map("".join))
notes = texts.filter(lambda note: as_note(note) != "")


def test_an_empty_field_holds_the_block_alone():
    assert with_block("", NOTE) == BLOCK


def test_the_block_comes_after_the_runners_words_and_one_blank_line():
    assert with_block("Legs fine.", NOTE) == f"Legs fine.\n\n{BLOCK}"


@given(texts, notes)
@example("", NOTE)
@example("\r", NOTE)
@example("a\r\n\r", NOTE)
@example("ends with breaks\n\n", NOTE)
@example("  ", NOTE)
@example(BLOCK, NOTE)
@example(f"{OPEN}\nhalf a block", NOTE)
@example(f"{CLOSE}\n{OPEN}", NOTE)
@example(f"I quote: {OPEN} and {CLOSE}", NOTE)
def test_the_runners_own_words_survive_a_note_to_the_letter(text, note):
    written = with_block(text, note, was="")
    assert written.startswith(text)
    assert without_block(written, was=note) == text


@given(texts, notes)
def test_where_nobody_remembers_only_a_complete_block_is_taken_for_ours(text, note):
    assert without_block(with_block(text, note)) == without_block(text)
    if block_in(text) is None:
        assert without_block(with_block(text, note)) == text


@given(texts, notes)
def test_putting_it_in_twice_changes_nothing(text, note):
    once = with_block(text, note)
    assert with_block(once, note) == once
    first = with_block(text, note, was="")
    assert with_block(first, note, was=note) == first


@given(texts, notes)
def test_what_was_put_in_is_found_again(text, note):
    assert same_text(block_in(with_block(text, note)) or "", as_note(note))
    assert block_in(with_block(text, note, was=""), was=note) == as_note(note)


@given(texts, texts, notes, notes)
def test_a_changed_note_is_replaced_where_it_stands(before, after, first, second):
    stood = with_block(before, first, was="") + "\n" + after
    changed = with_block(stood, second, was=first)
    assume(block_in("\n" + after) is None)
    kept = len(with_block(before, first, was="")) - len(f"{OPEN}\n{as_note(first)}\n{CLOSE}")
    assert changed.startswith(stood[:kept])
    assert changed.endswith("\n" + after)
    assert same_text(block_in(changed, was=second) or "", as_note(second))


@given(texts, notes)
def test_the_block_is_recognised_after_strava_changed_line_breaks_or_trimmed_the_field(text, note):
    written = with_block(text, note, was="")
    for back in (written.replace("\r\n", "\n").replace("\n", "\r\n"), written.strip()):
        assert same_text(block_in(back, was=note) or "", as_note(note))


def test_crlf_between_our_lines_and_before_the_block_is_taken_out_with_it():
    assert without_block(f"Legs fine.\n\n{BLOCK}".replace("\n", "\r\n")) == "Legs fine."


def test_a_block_that_came_back_with_crlf_needs_no_second_write():
    back = f"Legs fine.\n\n{BLOCK}".replace("\n", "\r\n")
    assert with_block(back, NOTE) == back


def test_words_added_after_the_block_stay():
    text = f"Before.\n\n{BLOCK}\n\nAdded later."
    assert with_block(text, "New.") == f"Before.\n\n{OPEN}\nNew.\n{CLOSE}\n\nAdded later."
    assert without_block(text) == "Before.\n\nAdded later."


def test_a_block_edited_inside_by_the_runner_is_still_ours():
    text = f"Before.\n\n{OPEN}\nmy own remark\n{CLOSE}"
    assert with_block(text, "New.", was=NOTE) == f"Before.\n\n{OPEN}\nNew.\n{CLOSE}"


def test_a_block_emptied_by_the_runner_is_still_a_block():
    assert block_in(f"{OPEN}\n{CLOSE}") == ""
    assert without_block(f"a\n\n{OPEN}\n{CLOSE}") == "a"


def test_of_two_blocks_the_one_that_we_wrote_is_ours_even_if_another_follows():
    text = f"{BLOCK}\n\nYesterday it said:\n{OPEN}\nold\n{CLOSE}"
    assert with_block(text, "New.", was=NOTE) == f"{OPEN}\nNew.\n{CLOSE}\n\nYesterday it said:\n{OPEN}\nold\n{CLOSE}"


def test_of_two_blocks_the_last_is_ours_where_nobody_remembers():
    text = f"{OPEN}\nquoted\n{CLOSE}\n\n{BLOCK}"
    assert block_in(text) == NOTE
    assert without_block(text) == f"{OPEN}\nquoted\n{CLOSE}"


def test_a_block_quoted_before_we_ever_wrote_is_the_runners_text():
    quoted = f"Yesterday:\n{BLOCK}"
    assert with_block(quoted, "New.", was="") == f"{quoted}\n\n{OPEN}\nNew.\n{CLOSE}"
    assert block_in(quoted, was="") is None


@pytest.mark.parametrize(
    "text", [OPEN, CLOSE, f"{OPEN}\nhalf", f"half\n{CLOSE}", f"{CLOSE}\n{OPEN}", f"x {OPEN}\ny\n{CLOSE}"]
)
def test_half_a_block_is_the_runners_text(text):
    assert block_in(text) is None
    assert without_block(text) == text


@given(texts, texts)
def test_a_note_cannot_break_out_of_its_block(text, note):
    clean = as_note(note)
    assert OPEN not in (line.strip() for line in clean.splitlines())
    assert CLOSE not in (line.strip() for line in clean.splitlines())
    assert all(sign == "\n" or sign.isprintable() or sign.isspace() or ord(sign) > 159 for sign in clean)
    assert as_note(clean) == clean


def test_a_shoe_named_like_our_delimiter_does_not_end_the_block():
    assert as_note(f"In the\n— end of foot\x00note —\r{OPEN}\nPegasus\u202e") == "In the\nPegasus"


def test_an_empty_note_takes_the_block_out():
    assert with_block(f"Mine.\n\n{BLOCK}", " \n") == "Mine."
    assert with_block("Mine.", "") == "Mine."


@given(texts)
def test_texts_that_differ_in_line_breaks_or_outer_blanks_are_the_same(text):
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert same_text(plain, f" \n{plain}\r\n ")
    assert same_text(plain, plain.replace("\n", "\r\n"))
    assert not same_text(plain, plain + "x")
