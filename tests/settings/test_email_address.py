"""One plain address a field; everything else is refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.settings.email_address import BadAddress, read_address, read_sender


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.org",
        "Ana.Meier+runs@mail.example.co.uk",
        "o'hara_1@xn--bcher-kva.example",
        "a@localhost",
        "x@1.example.org",
    ],
)
def test_a_plain_address_is_taken_as_it_is(text):
    assert read_address(text) == text
    assert read_address(f"  {text} ") == text


@pytest.mark.parametrize("text", ["a@example.org,b@example.org", "a@example.org, b@example.org", "a@b.org;\nc@d.org"])
def test_of_several_addresses_it_is_said_that_one_is_wanted(text):
    with pytest.raises(BadAddress, match="One address only"):
        read_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "ana",
        "@example.org",
        "ana@",
        "ana@@example.org",
        "ana@example",
        "ana@.org",
        "ana@exa mple.org",
        "ana@example..org",
        "ana@-example.org",
        "ana@[127.0.0.1]",
        "ana@127.0.0.1",
        "a@example.org,b@example.org",
        "a@example.org, b@example.org",
        "a@example.org;b@example.org",
        "a@example.org b@example.org",
        "Ana <ana@example.org>",
        "<ana@example.org>",
        "friends: a@example.org, b@example.org;",
        "ana(comment)@example.org",
        '"ana meier"@example.org',
        '"ana"@example.org',
        "ana@example.org\nBcc: all@example.org",
        "ana@example.org\r\nBcc: all@example.org",
        "ana@example.org\n",
        "ana\x00@example.org",
        "ana@example.org\u2028",
        "ana@bücher.example",
        "änä@example.org",
        ".ana@example.org",
        "ana.@example.org",
        "mailto:ana@example.org",
        "ana@example.org?subject=x",
        "ana@example.org>",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 250}.org",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(BadAddress, match=r"\.$"):
        read_address(text)


@given(st.text(alphabet=st.sampled_from("ab@.,;<>()\"' \r\n\t\\:[]+-é\x00"), max_size=20))
def test_what_is_taken_can_neither_end_a_header_nor_a_command(text):
    try:
        address = read_address(text)
    except BadAddress:
        return
    assert address.isascii()
    assert address.count("@") == 1
    assert not set(address) & set(' \r\n\t\x00<>(),;:\\"[]')


@pytest.mark.parametrize("text", ["note@example.org", "Füße <note@example.org>", '"Foot, note" <note@example.org>'])
def test_the_sender_may_have_a_name(text):
    assert read_sender(text).addr_spec == "note@example.org"


def test_the_senders_host_may_have_no_dot():
    assert read_sender("Footnote <note@mailhost>").addr_spec == "note@mailhost"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Footnote",
        "ä@example.org",
        "a@",
        "F <a@b>, c@d",
        "a@example.org, b@example.org",
        "F <a@example.org\r\nBcc: x@y.z>",
    ],
)
def test_a_bad_sender_is_refused(text):
    with pytest.raises(BadAddress):
        read_sender(text)
