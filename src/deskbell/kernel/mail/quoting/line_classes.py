"""Tests of single lines by their shape and by the words of `words`; each is linear in the line."""

import re
from typing import Final

from deskbell.kernel.mail.quoting.words import every

_MAX_LINE: Final = 500
_MARKUP: Final = re.compile(r"[*_\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u200b]")


def _alternatives(*fields: str) -> str:
    return "|".join(re.escape(word) for field in fields for word in every(field))


_LABELS: Final = {
    label: kind
    for kind, field in (("copy", "copy"), ("date", "date"), ("subject", "subject"), ("to", "to"), ("from", "sender"))
    for label in every(field)
}
_LABEL: Final = re.compile(r"\s{0,8}([^:：\d]{1,25}?)\s{0,3}[:：](?!//)")
_INNER_LABEL: Final = re.compile(rf"\s(?:{_alternatives('to', 'subject', 'date')})\s?:", re.IGNORECASE)
_SHARED: Final = re.compile(
    r"(?<=\S)(?:-{2,} ?|\s)(?=On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [^\n]{10,200}? wrote:\s*$)"
)
_RULE: Final = re.compile(r"\s*(?:[-_=*~—–─]{5,}|(?:[-_=*] ){5,})\s*")
_ORIGINAL: Final = re.compile(rf"\W{{0,40}}(?:{_alternatives('original')})\W{{0,40}}", re.IGNORECASE)
_DASHED: Final = re.compile(r"\s*(?:-{2,}|_{2,}|={2,}|—+|\*{3,}|<{2,}|>{2,})")
_FORWARD: Final = re.compile(rf"[\W_]{{0,40}}(?:{_alternatives('forwarded')})(?=\W|$)", re.IGNORECASE)
_ENDINGS: Final = (":", "：", *every("said"), "…")
_AFTER_COLON: Final = " .…-—*_>\u00a0\t\r\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200b\ufeff"
_SAID_WORD: Final = re.compile(rf"(?<!\w)(?:{_alternatives('said')})(?!\w)", re.IGNORECASE)
_CJK_SAID: Final = re.compile("写道|寫道|のメール|書きました|작성|썼습니다|のメッセージ|撰寫|写到")
_DATE: Final = re.compile(
    r"\d{1,2}[:.h]\d{2}|(?:19|20)\d\d|\d{1,2}[./-]\s?\d{1,2}|\d{1,2}\s?[日일月월]|[०-९٠-٩]{1,4}|"
    r"\d{1,2}\.? \w{3,}|\w{3,} \d{1,2}"
)
_ADDRESS: Final = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
_SIGNATURE: Final = re.compile(r"\s{0,3}(?:--|—|––|-- )\s*")
_DEVICE: Final = re.compile(rf"\W{{0,10}}(?:{_alternatives('device')})", re.IGNORECASE)
_DEVICE_END: Final = re.compile(
    r"(?:から送信|에서 보냄|gönderildi|iphone['’]umdan|ipad['’]imden|iphone-omról|sent from my \S+.{0,40})\W{0,5}$",
    re.IGNORECASE,
)
_DEVICES: Final = re.compile(
    r"iphon|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|blackberry|outlook|yahoo|mail|windows|phone|mobil|handy|"
    r"smartphone|tablet|device|gerät|telefon|téléphone|celular|móvil|dispositivo|puhelim|телефон|сотов|手机|電話|手機|htc|nokia|"
    r"sony|lumia|proton|gmx|web\.de|aol|apple|thunderbird|t-online|móvel|wireless|surface|pixel|κινητό|"
    r"הטלפון|هاتف|điện thoại|핸드폰|휴대|スマート|クラウド|posta|app",
    re.IGNORECASE,
)


def separate_attribution(line: str) -> list[str]:
    """Two lines where an attribution follows new text on the same line."""
    if len(line) > _MAX_LINE or "wrote:" not in line:
        return [line]
    found = _SHARED.search(line)
    return [line[: found.start()], line[found.end() :]] if found else [line]


def plain(line: str) -> str:
    """The line without marks of bold text and direction, at most `_MAX_LINE` characters."""
    return _MARKUP.sub("", line[:_MAX_LINE]).strip()


def is_quoted(line: str) -> bool:
    """Begins with a quotation mark of mail."""
    begin = line.lstrip()
    return begin.startswith((">", "|", "＞")) and not begin.startswith(">From ")


def label_of(line: str) -> str | None:
    """The kind of header that the line looks like: from, to, subject, date, copy. None if it looks like none."""
    if ":" not in line[:80] and "：" not in line[:80]:
        return None
    found = _LABEL.match(_MARKUP.sub("", line[:_MAX_LINE]).lstrip("> "))
    return _LABELS.get(found[1].strip().lower()) if found else None


def is_rule(line: str) -> bool:
    """A line of dashes and nothing else."""
    return _RULE.fullmatch(line[:_MAX_LINE]) is not None


def is_original_mark(line: str) -> bool:
    """`-----Original Message-----` in some language; dashes or the like are needed."""
    return bool(_DASHED.match(line)) and _ORIGINAL.fullmatch(plain(line)) is not None


def is_forward_mark(line: str) -> bool:
    """`---------- Forwarded message ----------`, or "Begin forwarded message:"."""
    if len(line) > 200 or not (
        _DASHED.match(line) or line.rstrip(_AFTER_COLON).endswith((":", "：")) or "—" in line[:9]
    ):
        return False
    short = plain(line)
    if len(short) > 120 or not _FORWARD.match(short):
        return False
    return bool(_DASHED.match(line)) or short.endswith((":", "：")) or short.startswith(("-", "—"))


def has_date(text: str) -> bool:
    """Holds something like a date or time."""
    return _DATE.search(text) is not None


def has_address(text: str) -> bool:
    """Holds a mail address."""
    return _ADDRESS.search(text) is not None


def has_said(text: str) -> bool:
    """Holds a verb of saying as a word of its own."""
    return _SAID_WORD.search(text) is not None or _CJK_SAID.search(text) is not None


def ends_attribution(line: str) -> bool:
    """Ends in a colon, or in a verb of saying."""
    if not line[-40:].rstrip(_AFTER_COLON).lower().endswith(_ENDINGS):
        return False
    text = plain(line).rstrip("\u00a0 -—")
    if text.endswith((":", "：", ":>")):
        return True
    tail = text[-30:].rstrip(" .…")
    return any(found.end() == len(tail) for found in _SAID_WORD.finditer(tail)) or bool(
        [found for found in _CJK_SAID.finditer(tail) if found.end() == len(tail)]
    )


def is_old_gmail_attribution(text: str) -> bool:
    """A date, a name and an address in brackets, as Gmail wrote in its early years."""
    return text[:1].isdigit() and text.rstrip().endswith(">") and has_date(text[:20]) and has_address(text)


def is_wrapped_link(line: str) -> bool:
    """One word that is a piece of a link, as wrapping leaves it between two quoted lines."""
    words = line.split()
    return (len(words) == 1 or line.strip().startswith(("(http", "<http"))) and any(mark in line for mark in "/=&")


def has_inner_label(line: str) -> bool:
    """Another label after the first, as when a program shows a header block on one line."""
    return _INNER_LABEL.search(line, 5, _MAX_LINE) is not None


def is_signature_mark(line: str) -> bool:
    """`-- ` on a line of its own."""
    return _SIGNATURE.fullmatch(line) is not None


def is_device_line(line: str) -> bool:
    """`Sent from my iPhone` and its like: short, and about a device or program."""
    text = plain(line)
    if not text or len(text) > 100 or text.endswith((":", "：", "?")):
        return False
    return bool(_DEVICE_END.search(text)) or (bool(_DEVICE.match(text)) and bool(_DEVICES.search(text)))
