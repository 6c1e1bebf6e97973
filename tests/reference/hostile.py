"""Small hostile files as literal bytes, each with the exact books that section 5 gives it."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import zstandard

Books = tuple[str, int, int, int, int]

REFUSED: Books = ("refused", 1, 0, 1, 0)
SKIPPED: Books = ("skipped", 0, 0, 0, 0)
KNOWN: Books = ("known", 0, 0, 0, 0)
BOM = b"\xef\xbb\xbf"
START = "2001-02-06T11:33:09Z"


@dataclass(frozen=True)
class HostileFile:
    """One file of the landing folder. `path` is the JSON path that the first quarantine row must name."""

    name: str
    content: bytes
    books: Books
    path: str | None = None


def loaded(rows: int, quarantined: int = 0, superseded: int = 0) -> Books:
    """A file that was read: `rows` rows in force, beside what was set aside."""
    return ("loaded", rows + quarantined + superseded, rows, quarantined, superseded)


class Collector:
    """Gathers the files of one group; every file has ids of its own, so that no two have the same bytes."""

    def __init__(self, group: str) -> None:
        self.group = group
        self.files: list[HostileFile] = []

    def file(self, name: str, content: bytes, books: Books, path: str | None = None) -> None:
        self.files.append(HostileFile(f"{self.group}/{name}", content, books, path))

    def name(self, place: int | None = None) -> str:
        return f"{self.group}-{len(self.files) if place is None else place}"

    def good(self, suffix: str = "good") -> bytes:
        """A line that loads."""
        return call(f"{self.name()}-{suffix}")

    def beside(self, name: str, line: bytes, *, loads: bool, path: str | None = None) -> None:
        """The line between two good ones: it alone is loaded or set aside."""
        content = b"\n".join((self.good("before"), line, self.good("after"))) + b"\n"
        self.file(f"{name}.jsonl", content, loaded(3) if loads else loaded(2, 1), path)

    def with_value(self, name: str, key: str, value: str, *, loads: bool) -> None:
        """A call with one more key; the value is JSON text."""
        line = call(self.name())[:-1] + f',"{key}":{value}}}'.encode()
        self.beside(name, line, loads=loads, path=None if loads else f"$.{key}")

    def started(self, name: str, value: str, *, loads: bool) -> None:
        line = f'{{"record":"call","id":"{self.name()}","started_at":{value}}}'.encode()
        self.beside(name, line, loads=loads, path=None if loads else "$.started_at")


def call(call_id: str, **more: Any) -> bytes:
    record = {"record": "call", "id": call_id, "started_at": START, **more}
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


def record(kind: str, **keys: Any) -> bytes:
    return json.dumps({"record": kind, **keys}, separators=(",", ":")).encode()


def zst(content: bytes, *, checksum: bool = True) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=checksum).compress(content)


def gz(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def encodings() -> list[HostileFile]:
    files = Collector("encodings")
    good = files.good
    files.file("bom.jsonl", BOM + good() + b"\n", loaded(1))
    files.file("bom_alone.jsonl", BOM, REFUSED)
    files.file("bom_and_crlf.jsonl", BOM + good("a") + b"\r\n" + good("b") + b"\r\n", loaded(2))
    files.file("bom_twice.jsonl", BOM + BOM + good("a") + b"\n" + good("b"), loaded(1, 1))
    files.file("bom_on_line_2.jsonl", good("a") + b"\n" + BOM + good("b") + b"\n", loaded(1, 1))
    files.file("crlf.jsonl", good("a") + b"\r\n" + good("b") + b"\r\n", loaded(2))
    files.file("mixed_ends.jsonl", good("a") + b"\n" + good("b") + b"\r\n" + good("c"), loaded(3))
    files.file("cr_cr_lf.jsonl", good("a") + b"\r\r\n" + good("b") + b"\r\n", loaded(2))
    files.file("lone_cr_between_objects.jsonl", good("a") + b"\r" + good("b") + b"\n" + good("c"), loaded(1, 1))
    files.file("lone_cr_everywhere.jsonl", good("a") + b"\r" + good("b") + b"\r", REFUSED)
    files.file("lone_cr_at_the_end.jsonl", good("a") + b"\n" + good("b") + b"\r", loaded(2))
    files.file("no_last_newline.jsonl", good("a") + b"\n" + good("b"), loaded(2))
    files.file("blank_lines.jsonl", b"\n \n\t\n\r\n  \t\r\n" + good() + b"\n\n\n", loaded(1))
    files.file("form_feed_line.jsonl", good() + b"\n\x0c\n", loaded(1, 1))
    files.file("vertical_tab_line.jsonl", good() + b"\n\x0b\n", loaded(1, 1))
    files.file("no_break_space_line.jsonl", good() + b"\n\xc2\xa0\n", loaded(1, 1))
    files.file("nul_tail.jsonl", good() + b"\n" + b"\x00" * 4096, loaded(1, 1))
    files.file("nul_in_line.jsonl", good("a") + b"\n" + good("b").replace(b"call", b"ca\x00ll", 1), loaded(1, 1))
    for name, codec in (("utf_16_le", "utf-16-le"), ("utf_16_be", "utf-16-be"), ("utf_32_le", "utf-32-le")):
        text = good().decode() + "\n"
        files.file(f"{name}_with_bom.jsonl", ("\ufeff" + text).encode(codec), REFUSED)
        files.file(f"{name}_without_bom.jsonl", text.encode(codec), REFUSED)
    utf_16 = gz(("\ufeff" + good().decode()).encode("utf-16-le"))
    files.file("utf_16_in_gzip.jsonl.gz", utf_16, REFUSED)
    for name, raw in (
        ("latin_1", b"caf\xe9"),
        ("windows_1252", b"\x93quoted\x94"),
        ("overlong_slash", b"\xc0\xaf"),
        ("overlong_nul", b"\xc0\x80"),
        ("encoded_surrogate", b"\xed\xa0\x80"),
        ("encoded_surrogate_pair", b"\xed\xa0\xbd\xed\xb8\x80"),
        ("above_the_last_character", b"\xf4\x90\x80\x80"),
        ("lone_continuation", b"\x80"),
        ("cut_character", b"\xe2\x82"),
        ("five_byte_form", b"\xf8\x88\x80\x80\x80"),
        ("byte_ff", b"\xff"),
    ):
        line = call(files.name(), language="@").replace(b"@", raw)
        files.beside(name, line, loads=False)
        files.beside(f"{name}_in_unknown_key", call(files.name(), **{"@": 1}).replace(b"@", raw), loads=False)
    for name, part, loads in (
        ("lone_high_surrogate", rb"\ud83d", False),
        ("lone_low_surrogate", rb"\ude00", False),
        ("surrogates_in_wrong_order", rb"\ude00\ud83d", False),
        ("surrogate_pair", rb"\ud83d\ude00", True),
        ("two_high_and_one_low", rb"\ud83d\ud83d\ude00", False),
        ("escaped_nul_in_text", rb"a\u0000b", True),
        ("noncharacter", b"\xef\xbf\xbf", True),
        ("escaped_noncharacter", rb"\uffff", True),
        ("bidi_override", "\u202eevil\u202c".encode(), True),
        ("ansi_escape", rb"\u001b[31mred", True),
        ("line_separator", "a\u2028b".encode(), True),
        ("byte_order_mark_inside", "a\ufeffb".encode(), True),
    ):
        files.beside(name, call(files.name(), language="@").replace(b"@", part), loads=loads)
    files.beside("lone_surrogate_in_key", call(files.name(), **{"@": 1}).replace(b"@", rb"\udead"), loads=False)
    return files.files


def grammar() -> list[HostileFile]:
    files = Collector("grammar")
    for name, value, loads in (
        ("trailing_comma_in_array", "[1,]", False),
        ("trailing_comma_in_object", '{"a":1,}', False),
        ("nan", "NaN", False),
        ("infinity", "Infinity", False),
        ("minus_infinity", "-Infinity", False),
        ("nan_as_text", '"NaN"', True),
        ("leading_zero", "01", False),
        ("minus_leading_zero", "-01", False),
        ("plus", "+1", False),
        ("point_first", ".5", False),
        ("point_last", "5.", False),
        ("empty_exponent", "1e", False),
        ("signed_empty_exponent", "0.3e+", False),
        ("hexadecimal", "0x1", False),
        ("minus_alone", "-", False),
        ("underscore_in_number", "1_000", False),
        ("python_true", "True", False),
        ("python_none", "None", False),
        ("undefined", "undefined", False),
        ("single_quotes", "'a'", False),
        ("line_comment", "1//x", False),
        ("block_comment", "/*x*/1", False),
        ("unquoted_key", "{a:1}", False),
        ("number_as_key", "{1:1}", False),
        ("missing_colon", '{"a" 1}', False),
        ("missing_comma", "[1 2]", False),
        ("double_comma", "[1,,2]", False),
        ("wrong_bracket", "[1}", False),
        ("unclosed_array", "[1", False),
        ("unclosed_text", '"a', False),
        ("bad_escape", r'"\x41"', False),
        ("short_unicode_escape", r'"\u12"', False),
        ("uppercase_unicode_escape", r'"\U0041"', False),
        ("raw_tab_in_text", '"a\tb"', False),
        ("raw_escape_in_text", '"a\x1bb"', False),
        ("fullwidth_digit", "\uff11", False),
        ("no_break_space_between_tokens", "\u00a01", False),
        ("form_feed_between_tokens", "\x0c1", False),
        ("delete_character_in_text", '"a\x7fb"', True),
        ("duplicate_key_inside", '{"a":1,"a":2}', False),
        ("duplicate_key_with_equal_values", '{"a":1,"a":1}', False),
        ("duplicate_key_by_escape", '{"a":1,"\\u0061":2}', False),
        ("duplicate_key_in_array", '[{"a":1,"a":2}]', False),
        ("keys_that_differ_in_case", '{"a":1,"A":2}', True),
        ("empty_key", '{"":1}', True),
        ("escaped_slash", r'"\/"', True),
        ("exponents", "[1E+2,1e-2,0e0,-0,-0.0]", True),
        ("thirty_digits", "1" * 30, True),
        ("many_decimals", "0." + "1" * 200, True),
        ("nesting_127", "[" * 126 + "]" * 126, True),
        ("nesting_128", "[" * 127 + "]" * 127, True),
        ("nesting_129", "[" * 128 + "]" * 128, False),
        ("nesting_128_of_objects", '{"a":' * 127 + "1" + "}" * 127, True),
        ("nesting_129_of_objects", '{"a":' * 128 + "1" + "}" * 128, False),
        ("nesting_100000", "[" * 100_000 + "]" * 100_000, False),
        ("nesting_unclosed_100000", "[" * 100_000, False),
        ("five_thousand_keys", json.dumps({f"k{n}": n for n in range(5000)}), True),
        ("brackets_in_text_are_no_nesting", '"' + "[" * 500 + '"', True),
    ):
        line = call(files.name())[:-1] + f',"extra":{value}}}'.encode()
        files.beside(name, line, loads=loads)
    for name, line in (
        ("two_objects", b'{"a":1} {"b":2}'),
        ("two_objects_joined", b'{"a":1}{"b":2}'),
        ("object_and_comma", b'{"a":1},'),
        ("object_and_text", b'{"a":1} x'),
        ("one_brace_too_many", b'{"a":1}}'),
        ("array", b"[]"),
        ("array_of_objects", b'[{"record":"call"}]'),
        ("text", b'"text"'),
        ("number", b"1"),
        ("null", b"null"),
        ("true", b"true"),
        ("empty_object", b"{}"),
        ("open_brace", b"{"),
        ("text_without_quotes", b"hello"),
        ("html", b"<!DOCTYPE html>"),
        ("csv", b"id,started_at"),
        ("log_line", b'2026-02-06 INFO {"record":"call"}'),
    ):
        files.beside(f"line_is_{name}", line, loads=False)
    files.beside("duplicate_id", call(files.name())[:-1] + b',"id":"other"}', loads=False)
    files.beside("duplicate_record", b'{"record":"event",' + call(files.name())[1:], loads=False)
    files.beside("white_space_around", b" \t" + call(files.name()).replace(b":", b" \t: ", 2) + b"\t ", loads=True)
    files.beside("escaped_key", call(files.name()).replace(b'"id"', rb'"\u0069d"'), loads=True)
    files.beside("record_in_other_case", call(files.name()).replace(b'"record"', b'"Record"'), loads=False)
    return files.files


def whole_files() -> list[HostileFile]:
    files = Collector("whole files")
    good = files.good
    files.file("empty.jsonl", b"", REFUSED)
    files.file("newlines.jsonl", b"\n\n\r\n", REFUSED)
    files.file("spaces.jsonl", b"   ", REFUSED)
    files.file("html.json", b"<html>\n<body>502</body>\n</html>\n", REFUSED)
    files.file("csv.json", b"id,started_at\nc-1,2026-02-06\n", REFUSED)
    files.file("array.json", b"[" + good("a") + b"," + good("b") + b"]", REFUSED)
    files.file("pretty.json", json.dumps(json.loads(good()), indent=1).encode(), REFUSED)
    files.file("one_broken_line.jsonl", good()[:-1], REFUSED)
    files.file("three_broken_lines.jsonl", b'{"a":\n{"b":\n{"c":\n', REFUSED)
    files.file("truncated_last_line.jsonl", good("a") + b"\n" + good("b")[:40], loaded(1, 1))
    files.file("object_that_is_no_record.jsonl", b'{"hello":"world"}\n', loaded(0, 1))
    files.file("objects_that_are_no_records.jsonl", b'{"hello":"world"}\n{"hello":"moon"}\n', loaded(0, 2))
    files.file("parquet.json", b"PAR1" + bytes(64) + b"PAR1", REFUSED)
    files.file("sqlite.json", b"SQLite format 3\x00" + bytes(84), REFUSED)
    files.file(
        "line_too_long.jsonl.zst",
        zst(good("a") + b"\n" + padded(files.name(), 2**24 + 1) + b"\n" + good("b")),
        loaded(2, 1),
    )
    files.file("line_just_right.jsonl.zst", zst(padded(files.name(), 2**24) + b"\n" + good("b")), loaded(2))
    files.file("line_just_right_crlf.jsonl.zst", zst(padded(files.name(), 2**24) + b"\r\n" + good("b")), loaded(2))
    files.file("long_blank_line.jsonl.zst", zst(b" " * (2**24 + 9) + b"\n" + good("b")), loaded(1))
    files.file("long_last_line.jsonl.zst", zst(good("a") + b"\n" + padded(files.name(), 2**25)), loaded(1, 1))
    files.file("many_blank_lines.jsonl.zst", zst(b"\n" * 300_000 + good("b")), loaded(1))
    return files.files


def padded(call_id: str, size: int) -> bytes:
    """A call line of exactly that many bytes."""
    line = call(call_id, extra="@")
    return line.replace(b"@", b"x" * (size - len(line) + 1))


def compression() -> list[HostileFile]:
    files = Collector("compression")

    def good(suffix: str = "good") -> bytes:
        return files.good(suffix) + b"\n"

    files.file("one_member.jsonl.gz", gz(good()), loaded(1))
    files.file("two_members.jsonl.gz", gz(good("a")) + gz(good("b")), loaded(2))
    files.file("empty_members_between.jsonl.gz", gz(b"") + gz(good("a")) + gz(b"") + gz(good("b")), loaded(2))
    whole = good("a")
    files.file("line_over_two_members.jsonl.gz", gz(whole[:20]) + gz(whole[20:]), loaded(1))
    files.file("member_with_name.jsonl.gz", named_member(good()), loaded(1))
    files.file("zeros_behind.jsonl.gz", gz(good()) + bytes(1000), loaded(1))
    files.file("garbage_behind.jsonl.gz", gz(good()) + b"garbage", REFUSED)
    files.file("one_byte_behind.jsonl.gz", gz(good()) + b"\x01", REFUSED)
    files.file("zeros_and_garbage_behind.jsonl.gz", gz(good()) + bytes(512) + b"x", REFUSED)
    files.file("zeros_and_member_behind.jsonl.gz", gz(good("a")) + bytes(512) + gz(good("b")), REFUSED)
    files.file("plain_line_behind.jsonl.gz", gz(good("a")) + good("b"), REFUSED)
    files.file("truncated.jsonl.gz", gz(good() * 50)[:-20], REFUSED)
    files.file("truncated_in_trailer.jsonl.gz", gz(good())[:-4], REFUSED)
    files.file("truncated_second_member.jsonl.gz", gz(good("a")) + gz(good("b"))[:-9], REFUSED)
    files.file("header_alone.jsonl.gz", gz(good())[:10], REFUSED)
    files.file("magic_alone.jsonl.gz", b"\x1f\x8b", REFUSED)
    files.file("wrong_checksum.jsonl.gz", flipped(gz(good()), -8), REFUSED)
    files.file("wrong_size.jsonl.gz", flipped(gz(good()), -4), REFUSED)
    files.file("wrong_checksum_in_second_member.jsonl.gz", gz(good("a")) + flipped(gz(good("b")), -8), REFUSED)
    files.file("flipped_byte.jsonl.gz", flipped(gz(good("a") + good("b")), 30), REFUSED)
    files.file("empty_member.jsonl.gz", gz(b""), REFUSED)
    files.file("twice.jsonl.gz", gz(gz(good())), REFUSED)
    files.file("gzip_under_plain_name.jsonl", gz(good()), loaded(1))
    files.file("gzip_under_zst_name.jsonl.zst", gz(good()), loaded(1))
    files.file("plain_under_gz_name.jsonl.gz", good(), loaded(1))
    files.file("plain_under_zst_name.json.zst", good(), loaded(1))
    files.file("zst_under_gz_name.ndjson.gz", zst(good()), loaded(1))
    files.file("zst_under_plain_name.json", zst(good()), loaded(1))
    files.file("one_frame.jsonl.zst", zst(good()), loaded(1))
    files.file("two_frames.jsonl.zst", zst(good("a")) + zst(good("b")), loaded(2))
    whole = good("c")
    files.file("line_over_two_frames.jsonl.zst", zst(whole[:20]) + zst(whole[20:]), loaded(1))
    files.file("frame_without_checksum.jsonl.zst", zst(good(), checksum=False), loaded(1))
    files.file("skippable_frame_first.jsonl.zst", skippable() + zst(good()), loaded(1))
    files.file("skippable_frame_between.jsonl.zst", zst(good("a")) + skippable() + zst(good("b")), loaded(2))
    files.file("skippable_frame_last.jsonl.zst", zst(good()) + skippable(), loaded(1))
    files.file("skippable_frame_alone.jsonl.zst", skippable(), REFUSED)
    files.file("truncated_frame.jsonl.zst", zst(good() * 50)[:-9], REFUSED)
    files.file("truncated_second_frame.jsonl.zst", zst(good("a")) + zst(good("b"))[:-3], REFUSED)
    files.file("frame_magic_alone.jsonl.zst", zst(good())[:4], REFUSED)
    files.file("wrong_frame_checksum.jsonl.zst", flipped(zst(good()), -1), REFUSED)
    files.file("garbage_behind_frame.jsonl.zst", zst(good()) + b"garbage", REFUSED)
    files.file("plain_line_behind_frame.jsonl.zst", zst(good("a")) + good("b"), REFUSED)
    files.file("gzip_behind_frame.jsonl.zst", zst(good("a")) + gz(good("b")), REFUSED)
    files.file("gzip_in_frame.jsonl.zst", zst(gz(good())), REFUSED)
    files.file("bom_in_gzip.jsonl.gz", gz(BOM + good()), loaded(1))
    files.file("bom_in_both_members.jsonl.gz", gz(BOM + good("a")) + gz(BOM + good("b")), loaded(1, 1))
    files.file("zip.jsonl", zipped(good()), REFUSED)
    files.file("zip_under_gz_name.jsonl.gz", zipped(good()), REFUSED)
    files.file("empty_zip.jsonl", b"PK\x05\x06" + bytes(18), REFUSED)
    files.file("tar.jsonl", tarred(good("a") + good("b")), REFUSED)
    files.file("tar_in_gzip.jsonl.gz", gz(tarred(good("a") + good("b"))), REFUSED)
    files.file("zip_in_gzip.jsonl.gz", gz(zipped(good())), REFUSED)
    files.file("bzip2.jsonl", bz2.compress(good()), REFUSED)
    files.file("xz.jsonl", lzma.compress(good()), REFUSED)
    files.file("raw_deflate.jsonl", zlib.compress(good()), REFUSED)
    files.file("seven_zip.jsonl", b"7z\xbc\xaf\x27\x1c" + bytes(26), REFUSED)
    return files.files


def named_member(content: bytes) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile("../../etc/passwd", "wb", fileobj=out, mtime=0) as member:
        member.write(content)
    return out.getvalue()


def flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 0xFF
    return bytes(changed)


def skippable() -> bytes:
    return struct.pack("<II", 0x184D2A50, 5) + b"notes"


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("../../calls.jsonl"), content)
    return out.getvalue()


def tarred(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("calls.jsonl")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def names() -> list[HostileFile]:
    files = Collector("names")
    for name in (
        "calls[1].jsonl",
        "calls1.jsonl",
        "a*b?.jsonl",
        "{a,b}.jsonl",
        "with spaces .jsonl",
        "o'brien.jsonl",
        'double"quote.jsonl',
        "semi;colon--.jsonl",
        "-rf.jsonl",
        "$(touch x).jsonl",
        "%2e%2e%2f.jsonl",
        "back\\slash.jsonl",
        "new\nline.jsonl",
        "tab\there.jsonl",
        "<script>alert(1)<script>.jsonl",
        "=1+1.jsonl",
        "caf\u00e9.jsonl",
        "cafe\u0301.jsonl",
        "\u96fb\u8a71.jsonl",
        "\U0001f4de.jsonl",
        "\u202ejsonl.exe.jsonl",
        f"{'n' * 240}.jsonl",
        "UPPER.JSONL",
        "Mixed.NdJson",
        "upper.JSON.GZ",
        "mixed.jsonl.Zst",
        "two.jsonl.jsonl",
        "folder.jsonl/inside.jsonl",
        "deep/er/and/deeper/x.jsonl",
    ):
        files.file(name, files.good() + b"\n", loaded(1))
    for name in (
        ".hidden.jsonl",
        ".jsonl",
        ".folder/x.jsonl",
        "deep/.folder/deeper/x.jsonl",
        "calls.txt",
        "calls.csv",
        "calls",
        "calls.jsonl.tmp",
        "calls.jsonl.bz2",
        "calls.jsonl.gz.zst",
        "calls.jsonl.gz.part",
        "calls.jsonlx",
        "calls.xjson",
        "calls.gz",
        "jsonl",
        "calls.jsonl ",
        "calls.jsonl~",
    ):
        files.file(name, files.good() + b"\n", SKIPPED)
    twice = files.good() + b"\n"
    files.file("same bytes 1.jsonl", twice, loaded(1))
    files.file("same bytes 2.jsonl", twice, KNOWN)
    return files.files


def identities() -> list[HostileFile]:
    files = Collector("identities")
    for name, value, loads in (
        ("empty", '""', False),
        ("one_character", '"\u00a7"', True),
        ("of_256", json.dumps("i" * 256), True),
        ("of_257", json.dumps("i" * 257), False),
        ("of_256_outside_the_first_plane", json.dumps("\U0001f600" * 256), True),
        ("of_257_outside_the_first_plane", json.dumps("\U0001f600" * 257), False),
        ("of_256_combining", json.dumps("e\u0301" * 128), True),
        ("number", "7", False),
        ("boolean", "true", False),
        ("null", "null", False),
        ("array", '["c"]', False),
        ("object", '{"id":"c"}', False),
        ("newline", r'"a\nb"', False),
        ("nul", r'"a\u0000b"', False),
        ("delete", r'"a\u007fb"', False),
        ("next_line", r'"a\u0085b"', False),
        ("raw_delete", '"a\x7fb"', False),
        ("last_c1_control", r'"a\u009fb"', False),
        ("no_break_space", r'"a\u00a0b"', True),
        ("zero_width_space", r'"a\u200bb"', True),
        ("line_separator", r'"a\u2028b"', True),
        ("space", '" "', True),
        ("path", '"../../../../etc/x"', True),
        ("slash", '"/"', True),
        ("sql", '"\'; DROP TABLE calls; --"', True),
        ("script", '"<script>alert(1)</script>"', True),
        ("formula", '"=HYPERLINK(1)"', True),
        ("colon", '"a:b:c"', True),
        ("hive_default", '"__HIVE_DEFAULT_PARTITION__"', True),
    ):
        line = f'{{"record":"call","id":{value},"started_at":"{START}"}}'.encode()
        files.beside(f"id_{name}", line, loads=loads, path=None if loads else "$.id")
        for key in ("case_id", "customer_id", "telephony_call_id"):
            if name not in ("null", "of_256_combining", "slash", "colon"):
                files.with_value(f"{key}_{name}", key, value, loads=loads)
        if name != "null":
            line = f'{{"record":"turn","call_id":{value},"seq":0,"speaker":"caller"}}'.encode()
            files.beside(f"call_id_{name}", line, loads=loads, path=None if loads else "$.call_id")
    for name, value, loads in (
        ("letter", '"a"', True),
        ("digit_first", '"9a"', True),
        ("all_signs", '"a.b_c-D"', True),
        ("of_64", json.dumps("s" * 64), True),
        ("of_65", json.dumps("s" * 65), False),
        ("empty", '""', False),
        ("dash_first", '"-a"', False),
        ("dot_first", '".a"', False),
        ("space", '"a b"', False),
        ("slash", '"a/b"', False),
        ("colon", '"a:b"', False),
        ("umlaut", '"\u00e4"', False),
        ("newline_last", r'"a\n"', False),
        ("arabic_digit", '"\u0661"', False),
        ("number", "1", False),
        ("null_is_native", "null", True),
    ):
        files.with_value(f"source_{name}", "source", value, loads=loads)
    files.file("ids_are_not_trimmed.jsonl", b"\n".join(call(f"{blank}i") for blank in ("", " ", "  ")), loaded(3))
    ids = ("Caf\u00e9", "Cafe\u0301", "caf\u00e9")
    files.file("ids_are_not_normalised.jsonl", b"\n".join(call(one) for one in ids), loaded(3))
    files.file("one_id_of_two_sources.jsonl", call("two") + b"\n" + call("two", source="other"), loaded(2))
    files.file("native_is_the_default.jsonl", call("three") + b"\n" + call("three", source="native"), loaded(1, 0, 1))
    return files.files


def times() -> list[HostileFile]:
    files = Collector("times")
    soon = datetime.now(UTC) + timedelta(hours=23)
    late = datetime.now(UTC) + timedelta(hours=25)
    for name, text, loads in (
        ("utc", START, True),
        ("offset", "2001-02-06T11:33:09+05:30", True),
        ("minus_zero", "2001-02-06T11:33:09-00:00", True),
        ("offset_14", "2001-02-06T11:33:09+14:00", True),
        ("offset_23_59", "2001-02-06T11:33:09-23:59", True),
        ("offset_24", "2001-02-06T11:33:09+24:00", False),
        ("offset_minute_60", "2001-02-06T11:33:09+05:60", False),
        ("offset_without_colon", "2001-02-06T11:33:09+0530", False),
        ("offset_of_hours", "2001-02-06T11:33:09+05", False),
        ("offset_with_seconds", "2001-02-06T11:33:09+05:30:10", False),
        ("unicode_minus", "2001-02-06T11:33:09\u221205:00", False),
        ("naive", "2001-02-06T11:33:09", False),
        ("zone_name", "2001-02-06T11:33:09 CET", False),
        ("zone_in_brackets", "2001-02-06T11:33:09+01:00[Europe/Berlin]", False),
        ("space_for_t", "2001-02-06 11:33:09Z", False),
        ("underscore_for_t", "2001-02-06_11:33:09Z", False),
        ("second_60", "2016-12-31T23:59:60Z", False),
        ("second_61", "2016-12-31T23:59:61Z", False),
        ("hour_24", "2001-02-06T24:00:00Z", False),
        ("minute_60", "2001-02-06T11:60:00Z", False),
        ("month_13", "2001-13-06T11:33:09Z", False),
        ("day_0", "2001-02-00T11:33:09Z", False),
        ("29_february", "2001-02-29T11:33:09Z", False),
        ("29_february_of_a_leap_year", "2004-02-29T11:33:09Z", True),
        ("30_february", "2004-02-30T11:33:09Z", False),
        ("date_alone", "2001-02-06", False),
        ("without_seconds", "2001-02-06T11:33Z", False),
        ("basic_format", "20010206T113309Z", False),
        ("week_date", "2001-W06-2T11:33:09Z", False),
        ("ordinal_date", "2001-037T11:33:09Z", False),
        ("day_first", "06/02/2001 11:33:09", False),
        ("rfc_2822", "Tue, 06 Feb 2001 11:33:09 +0000", False),
        ("two_digit_year", "01-02-06T11:33:09Z", False),
        ("five_digit_year", "12001-02-06T11:33:09Z", False),
        ("signed_year", "+2001-02-06T11:33:09Z", False),
        ("one_digit_month", "2001-2-06T11:33:09Z", False),
        ("fraction_of_1", "2001-02-06T11:33:09.5Z", True),
        ("fraction_of_9", "2001-02-06T11:33:09.123456789Z", True),
        ("fraction_of_30", "2001-02-06T11:33:09." + "9" * 30 + "Z", True),
        ("fraction_of_0", "2001-02-06T11:33:09.Z", False),
        ("comma_fraction", "2001-02-06T11:33:09,5Z", False),
        ("leading_space", " 2001-02-06T11:33:09Z", False),
        ("trailing_space", "2001-02-06T11:33:09Z ", False),
        ("trailing_newline", "2001-02-06T11:33:09Z\n", False),
        ("fullwidth_digits", "\uff12\uff10\uff10\uff11-02-06T11:33:09Z", False),
        ("arabic_digits", "2001-02-06T11:33:0\u0669Z", False),
        ("empty", "", False),
        ("now", "now", False),
        ("first_moment_of_2000", "2000-01-01T00:00:00Z", True),
        ("last_moment_of_1999", "1999-12-31T23:59:59.999Z", False),
        ("epoch", "1970-01-01T00:00:00Z", False),
        ("year_0", "0000-01-01T00:00:00Z", False),
        ("year_9999", "9999-12-31T23:59:59Z", False),
        ("in_23_hours", soon.strftime("%Y-%m-%dT%H:%M:%SZ"), True),
        ("in_25_hours", late.strftime("%Y-%m-%dT%H:%M:%SZ"), False),
    ):
        files.started(f"started_{name}", json.dumps(text), loads=loads)
        if name not in ("last_moment_of_1999", "epoch", "year_0", "year_9999", "in_25_hours"):
            files.with_value(f"ended_{name}", "ended_at", json.dumps(text), loads=loads)
    for name, value in (("seconds", "981459189"), ("milliseconds", "981459189000"), ("true", "true"), ("null", "null")):
        files.started(f"started_{name}", value, loads=False)
    files.with_value("ended_null", "ended_at", "null", loads=True)
    files.with_value("ended_before_started", "ended_at", '"2001-02-06T11:33:08Z"', loads=True)
    files.with_value("ended_in_1970", "ended_at", '"1970-01-01T00:00:00Z"', loads=True)
    files.with_value("answered_after_the_year_3000", "answered_at", '"3001-01-01T00:00:00Z"', loads=True)
    files.with_value("unknown_time_key_is_free", "exported_at", '"yesterday"', loads=True)
    return files.files


def values() -> list[HostileFile]:
    files = Collector("values")
    for name, value, loads in (
        ("zero", "0", True),
        ("half", "0.5", True),
        ("minus", "-1", True),
        ("exponent", "1e3", True),
        ("two_to_53", str(2**53), True),
        ("two_to_53_plus_1", str(2**53 + 1), False),
        ("minus_two_to_53", str(-(2**53)), True),
        ("minus_two_to_53_minus_1", str(-(2**53) - 1), False),
        ("two_to_63", str(2**63), False),
        ("two_to_64", str(2**64), False),
        ("thirty_digits", "1" * 30, False),
        ("1e400", "1e400", False),
        ("minus_1e400", "-1e400", False),
        ("1e308", "1e308", False),
        ("text", '"5"', False),
        ("nan_text", '"NaN"', False),
        ("true", "true", False),
        ("array", "[1]", False),
        ("null", "null", True),
    ):
        for key in ("human_agent_ms", "billed_s"):
            files.with_value(f"{key}_{name}", key, value, loads=loads)
        turn = f'{{"record":"turn","call_id":"c","seq":{len(files.files)},"speaker":"caller","start_ms":{value}}}'
        files.beside(f"start_ms_{name}", turn.encode(), loads=loads, path=None if loads else "$.start_ms")
        latency = f'{{"seq":0,"speaker":"agent","latency":{{"ttft_ms":{value}}}}}'
        inline = call(files.name())[:-1] + f',"turns":[{latency}]}}'.encode()
        path = None if loads else "$.turns[0].latency.ttft_ms"
        files.beside(f"ttft_ms_{name}", inline, loads=loads, path=path)
    for key, value, loads in (
        ("connected", "true", True),
        ("connected", '"true"', False),
        ("connected", "1", False),
        ("deleted", '"yes"', False),
        ("deleted", "null", True),
        ("end_reason", '"abducted"', True),
        ("end_reason", "7", False),
        ("channel", '"fax"', True),
        ("channel", '["phone"]', False),
        ("direction", '"sideways"', True),
        ("environment", "true", False),
        ("agent", '"billing"', False),
        ("agent", "null", True),
        ("agent", '{"id":null,"version":null,"more":[1]}', True),
        ("agent", '{"version":42}', False),
        ("turns", "{}", False),
        ("turns", "null", True),
        ("turns", "[]", True),
        ("turns", "[null]", False),
        ("turns", "[[]]", False),
        ("turns", '[{"seq":0}]', False),
        ("turns", '[{"seq":0,"speaker":"caller"},{"seq":1,"speaker":"robot"}]', False),
        ("tool_calls", '[{"id":"t"}]', False),
        ("tool_calls", '[{"id":"t","name":"n","arguments":{"a":[1]},"result":"ok"}]', True),
        ("events", '[{"type":"teleported"}]', True),
        ("events", '[{"offset_ms":1}]', False),
        ("usage", '[{"component":"teapot"}]', True),
        ("usage", "[{}]", False),
        ("usage", '[{"component":"llm","cost":{"amount":0.01,"currency":"USD"}}]', False),
        ("usage", '[{"component":"llm","cost":{"amount":"0.01"}}]', False),
        ("usage", '[{"component":"llm","cost":{"amount":"ten","currency":"USD"}}]', False),
        ("usage", '[{"component":"llm","cost":{"amount":"NaN","currency":"USD"}}]', False),
        ("usage", '[{"component":"llm","cost":{"amount":"","currency":"USD"}}]', False),
        ("usage", '[{"component":"llm","cost":{"amount":"\u0661","currency":"USD"}}]', False),
        ("usage", '[{"component":"llm","cost":{"amount":"1_000","currency":"USD"}}]', False),
        ("usage", '[{"component":"llm","cost":{"amount":" 1","currency":"USD"}}]', False),
        ("usage", '[{"component":"llm","cost":"0.01"}]', False),
        ("usage", '[{"component":"llm","cost":{"amount":"0.10","currency":"EUR"}}]', True),
        ("usage", '[{"component":"llm","input_tokens":-5}]', True),
        ("usage", '[{"component":"llm","input_tokens":"5"}]', False),
        ("revision", "0", True),
        ("revision", "-1", False),
        ("revision", '"2"', False),
        ("revision", "1.5", False),
        ("revision", "true", False),
        ("revision", "null", True),
        ("unknown_key", '{"any":["thing",null,1.5]}', True),
        ("TURNS", '"keys are case-sensitive"', True),
    ):
        inside = {"turns": "$.turns", "usage": "$.usage", "events": "$.events", "tool_calls": "$.tool_calls"}
        line = call(files.name())[:-1] + f',"{key}":{value}}}'.encode()
        path = None if loads else inside.get(key, f"$.{key}")
        files.beside(f"{key}_{len(files.files)}", line, loads=loads, path=path)
    _records(files)
    return files.files


def _records(files: Collector) -> None:
    turn: dict[str, Any] = {"call_id": "c", "seq": 0, "speaker": "caller"}
    survey: dict[str, Any] = {"id": "s", "call_id": "c", "instrument": "nps", "score": 8, "answered_at": START}
    label: dict[str, Any] = {"call_id": "c", "labeled_by": "r-1", "labeled_at": START}
    for kind, keys, loads in (
        ("turn", turn, True),
        ("turn", turn | {"seq": -1}, False),
        ("turn", turn | {"seq": 1.5}, False),
        ("turn", turn | {"seq": "0"}, False),
        ("turn", turn | {"seq": True}, False),
        ("turn", turn | {"seq": None}, False),
        ("turn", turn | {"speaker": "Caller"}, False),
        ("turn", turn | {"speaker": None}, False),
        ("turn", turn | {"text": 5}, False),
        ("turn", turn | {"interrupted": "no"}, False),
        ("turn", turn | {"latency": []}, False),
        ("turn", turn | {"latency": None, "text": None}, True),
        ("turn", {"seq": 0, "speaker": "caller"}, False),
        ("tool_call", {"call_id": "c", "id": "t"}, False),
        ("tool_call", {"call_id": "c", "id": "t", "name": "n", "interface": "telepathy"}, True),
        ("tool_call", {"call_id": "c", "id": "t", "name": "n", "transport_ok": "yes"}, False),
        ("event", {"call_id": "c"}, False),
        ("event", {"call_id": "c", "type": "teleported"}, True),
        ("usage", {"call_id": "c"}, False),
        ("usage", {"call_id": "c", "component": "llm"}, True),
        ("survey", survey, True),
        ("survey", survey | {"score": 11}, False),
        ("survey", survey | {"score": -1}, False),
        ("survey", survey | {"score": 7.5}, False),
        ("survey", survey | {"score": "8"}, False),
        ("survey", survey | {"score": True}, False),
        ("survey", survey | {"instrument": "csat", "score": 4.5}, True),
        ("survey", survey | {"score": None, "answered_at": None}, True),
        ("survey", {key: value for key, value in survey.items() if key != "score"}, False),
        ("survey", survey | {"answered_at": None}, False),
        ("survey", survey | {"call_id": None}, False),
        ("survey", survey | {"call_id": None, "case_id": "T"}, True),
        ("survey", survey | {"sampling_probability": 0}, False),
        ("survey", survey | {"sampling_probability": 1.01}, False),
        ("survey", survey | {"sampling_probability": 1}, True),
        ("survey", survey | {"call_source": "a b"}, False),
        ("case", {"id": "T"}, True),
        ("case", {}, False),
        ("case", {"id": "T", "handled": "yes"}, False),
        ("case", {"id": "T", "closed_at": "tomorrow"}, False),
        ("human_label", label, True),
        ("human_label", label | {"labeled_at": None}, False),
        ("human_label", label | {"labeled_by": None}, False),
        ("human_label", label | {"call_id": None}, False),
        ("human_label", label | {"sampling_probability": -0.1}, False),
        ("Call", {"id": "c", "started_at": START}, False),
        ("calls", {"id": "c", "started_at": START}, False),
        ("", {"id": "c", "started_at": START}, False),
    ):
        for key in ("id", "call_id"):
            if isinstance(keys.get(key), str):
                keys = {**keys, key: f"{keys[key]}-{files.name()}"}
        files.beside(f"{kind}_{len(files.files)}", record(kind, **keys), loads=loads)
    files.beside("record_null", b'{"record":null,"id":"c","started_at":"2001-02-06T11:33:09Z"}', loads=False)
    files.beside("record_array", b'{"record":["call"],"id":"c","started_at":"2001-02-06T11:33:09Z"}', loads=False)


def repetitions() -> list[HostileFile]:
    files = Collector("repetitions")

    def of(name: str, books: Books, *lines: bytes) -> None:
        files.file(f"{name}.jsonl", b"\n".join(lines) + b"\n", books)

    of("equal_calls", loaded(1, 0, 2), *[call("r-1")] * 3)
    of("equal_but_for_key_order", loaded(1, 0, 1), call("r-2", a=1, b=2), call("r-2", b=2, a=1))
    of(
        "equal_but_for_spelling",
        loaded(1, 0, 1),
        call("r-3", billed_s=60),
        call("r-3", billed_s=60).replace(b"60", b" 60"),
    )
    of("equal_but_for_escapes", loaded(1, 0, 1), call("r-4"), call("r-4").replace(b"r-4", rb"\u0072-4"))
    of("equal_but_for_a_null", loaded(1, 0, 1), call("r-5"), call("r-5", ended_at=None))
    of("equal_but_for_the_default_revision", loaded(1, 0, 1), call("r-6"), call("r-6", revision=1))
    of("other_content", loaded(1, 0, 1), call("r-7", language="de"), call("r-7", language="en"))
    of("first_repeated_after_conflict", loaded(1, 0, 2), *[call("r-8", language=one) for one in ("de", "en", "de")])
    of("older_first", loaded(1, 0, 1), call("r-9", revision=1), call("r-9", revision=2))
    of("older_last", loaded(1, 0, 1), call("r-10", revision=2), call("r-10", revision=1))
    of("three_revisions", loaded(1, 0, 2), *[call("r-11", revision=one) for one in (2, 3, 1)])
    event = record("event", call_id="r-1", type="hold", offset_ms=5)
    of("equal_events_are_two", loaded(2), event, event)
    events_with_id = record("event", call_id="r-1", id="e", type="hold")
    of("equal_events_with_id_are_one", loaded(1, 0, 1), events_with_id, events_with_id)
    of("equal_events_in_a_later_file", loaded(2, 0, 2), event, event, event, event.replace(b"5", b"6"))
    usage = record("usage", call_id="r-1", component="llm", input_tokens=5)
    of("equal_usage_is_two", loaded(2), usage, usage)
    turn = record("turn", call_id="r-1", seq=0, speaker="caller", text="a")
    of("equal_turns", loaded(1, 0, 1), turn, turn)
    of(
        "turns_of_one_seq",
        loaded(1, 0, 1),
        turn.replace(b"r-1", b"r-2"),
        turn.replace(b"r-1", b"r-2").replace(b'"a"', b'"b"'),
    )
    of(
        "surveys_of_one_id",
        loaded(1, 0, 1),
        *[
            record("survey", id="r", call_id="r-1", instrument="nps", score=score, answered_at=START)
            for score in (3, 9)
        ],
    )
    of("deleted_in_the_same_file", loaded(1, 0, 1), call("r-12"), call("r-12", revision=2, deleted=True))
    of("orphans_are_loaded", loaded(1), record("turn", call_id="no such call", seq=0, speaker="agent"))
    return files.files


def hostile_files() -> list[HostileFile]:
    """All of them."""
    groups = (encodings, grammar, whole_files, compression, names, identities, times, values, repetitions)
    return [file for group in groups for file in group()]
