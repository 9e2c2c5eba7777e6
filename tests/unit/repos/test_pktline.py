"""Packet lines, as tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.repos.pktline import FLUSH, Commands, PacketError, Splitter, band, line, told

A, B = "a" * 40, "b" * 40


def test_a_line_says_its_length():
    assert line("hi\n") == b"0007hi\n"
    assert line(b"") == b"0004"
    with pytest.raises(PacketError):
        line(b"x" * 65517)


def test_long_bands_are_cut():
    packets = list(Splitter().feed(band(1, b"x" * 100_000)))
    assert [len(packet) for packet in packets] == [65520, 100_000 - 65515 + 5]
    assert told(["a", "b"]) == b"0007\x02a\n0007\x02b\n"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(1, 64))
def test_any_cut_of_a_stream_gives_the_same_packets(payloads, size):
    packets = [line(payload) for payload in payloads] + [FLUSH, b"0001", b"0002"]
    stream, splitter = b"".join(packets), Splitter()
    found = [packet for start in range(0, len(stream), size) for packet in splitter.feed(stream[start : start + size])]
    assert found == packets and splitter.rest == b""


@pytest.mark.parametrize("bad", [b"zzzz", b"0003", b"fff5", b"-001", b"+004", b"0x04", b" 004", b"GET "])
def test_what_is_no_packet_is_refused(bad):
    with pytest.raises(PacketError):
        list(Splitter().feed(bad))


def test_commands_and_capabilities_are_read():
    asked = Commands()
    asked.add(line(f"shallow {A}"))
    asked.add(line(f"{A} {B} refs/heads/main\0 report-status side-band-64k agent=git/2"))
    asked.add(line(f"{A} {B} refs/heads/a b\n"))
    assert [command.ref for command in asked.commands] == ["refs/heads/main", "refs/heads/a b"]
    assert asked.banded
    for bad in (b"push-cert\0x", b"x y z", b"\xff" * 40, f"{A} {B}".encode()):
        with pytest.raises(PacketError):
            asked.add(line(bad))


def test_a_refusal_names_every_ref_and_speaks_to_people():
    asked = Commands()
    asked.add(line(f"{A} {B} refs/heads/main\0report-status side-band-64k"))
    report = line("unpack no, two lines\n") + line("ng refs/heads/main no, two lines\n") + FLUSH
    assert asked.refusal("no,\ntwo lines", ["why"]) == told(["why"]) + band(1, report) + FLUSH
    plain = Commands()
    plain.add(line(f"{A} {B} refs/heads/main\0report-status"))
    assert plain.refusal("no,\ntwo lines", ["why"]) == report
