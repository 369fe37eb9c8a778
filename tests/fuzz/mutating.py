"""Mails changed at random: bytes, lines and pieces of other mails, and the words that readers of mail stumble over."""

from random import Random
from typing import Final

_WORDS: Final = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\n--b\n", b"\n--b--\n", b"--", b"=?utf-8?b?", b"=?utf-8?q?=0D=0A?=", b"?=", b"=?x?",
    b"\nContent-Type: multipart/mixed; boundary=b\n\n", b"\nContent-Type: message/rfc822\n\n", b"\nContent-Type: text/html\n\n",
    b"\nContent-Transfer-Encoding: base64\n", b"\nContent-Transfer-Encoding: quoted-printable\n", b"; charset=utf-16",
    b"\xff\xfe",
    b"; charset=zlib_codec", b"; name*0*=utf-8''%zz; name*1=x", b"; filename*=x'y'%00", b"\nbegin 644 a\nM", b"<", b">", b"(",
    b'"',
    b"\\", b"<<<<<<<<", b"((((((((", b"\x1b$B", b"+AAAA-", b"\x78\x9f\x3e\x22", b"%PDF", b"\nOn Monday, Ann wrote:\n", b"\n> ",
    b"\n-- \n", b"\nFrom: \n", b"\n#note\n", b"[#99999999999999999999]", b"<!--[if mso]>", b"<![endif]", b"<style>",
    b"<div " * 50,
    b"\nMessage-ID: <>\n", b"\nReferences: " + b"<a@b> " * 40, b"\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n", b"\xed\xa0\x80",
    b"\xe2\x80\xae", b"\nAuthentication-Results: ;;;=(\n", b"\nARC-Seal: i=99; d=\n", b"\nTo: " + b"a@b, " * 60,
)  # fmt: skip
_MOST_BYTES: Final = 60_000


def mutated(raw: bytes, other: bytes, chance: Random) -> bytes:
    """A mail with one to eight changes; pieces may come from the other one."""
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(8):
            case 0 | 1:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 2:
                changed[place:place] = chance.choice(_WORDS)
            case 3:
                del changed[place : place + chance.randint(1, 200)]
            case 4:
                changed[place:place] = changed[place : place + chance.randint(1, 400)] * chance.randint(1, 4)
            case 5:
                begin = chance.randrange(len(other) + 1)
                changed[place:place] = other[begin : begin + chance.randint(1, 400)]
            case 6:
                lines = bytes(changed).split(b"\n")
                one, two = (chance.randrange(len(lines)) for _ in range(2))
                lines[one], lines[two] = lines[two], lines[one]
                changed = bytearray(b"\n".join(lines))
            case _:
                changed = changed[: max(place, 20)] if chance.random() < 0.2 else changed.replace(b"\r\n", b"\n")
        del changed[_MOST_BYTES:]
    return bytes(changed)
