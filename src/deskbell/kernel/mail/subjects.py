"""Subjects: our tag, prefixes of replies and forwards, and subjects that responders write."""

import re
from typing import Final

_TAG: Final = re.compile(r"\[#(\d{1,12})\]")
_PREFIX: Final = re.compile(
    r"\s*(?:\[(?:fwd|wg)[:\s]|(re|aw|antw|antwort|sv|vs|ref|rif|rv|enc|odp|ynt|res|r|回复|回覆|答复|返信|답장|회신|ответ|отв|απ|"
    r"fwd?|wg|tr|i|pd|doorst|vb|vl|rv|enc|ilt|továbbítás|továb|přeposl|转发|轉寄|転送|전달|пересл|"
    r"переслано|πρθ|הועבר|تحويل|trs|fs)(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,2}[:：])\s*",
    re.IGNORECASE,
)
_FORWARDS: Final = frozenset(
    (
        "fwd", "fw", "wg", "tr", "i", "pd", "doorst", "vb", "vl", "rv", "enc", "ilt", "továbbítás", "továb", "přeposl",
        "转发", "轉寄", "転送", "전달", "пересл", "переслано", "πρθ", "הועבר", "تحويل", "trs", "fs",
    )
)  # fmt: skip
_MOST_PREFIXES: Final = 20
_RESPONDER: Final = re.compile(
    r"^\W{0,3}(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|autoreply|vacation|away from|"
    r"automatische antwort|abwesenheit|abwesend|nicht im büro|réponse automatique|absence du bureau|absent|"
    r"respuesta automática|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta automática|"
    r"fora do escritório|ausência|automatisch antwoord|afwezig|autosvar|automatiskt svar|frånvaro|automatisk svar|"
    r"fravær|ikke til stede|automaattinen vastaus|poissa|automatyczna odpowiedź|poza biurem|nieobecność|"
    r"automatická odpověď|mimo kancelář|автоматический ответ|автоответ|нет на месте|автоматична відповідь|відсутн|"
    r"自动回复|自動回覆|自动答复|自動返信|自動応答|不在|자동 회신|자동 응답|부재중|otomatik yanıt|ofis dışında|"
    r"αυτόματη απάντηση|εκτός γραφείου|מענה אוטומטי|תשובה אוטומטית|רد تلقائي|رد تلقائي|خارج المكتب|trả lời tự động|"
    r"automatikus válasz|házon kívül|răspuns automat)",
    re.IGNORECASE,
)


def ticket_numbers(subject: str) -> list[int]:
    """The numbers of our tags `[#n]`, the first one first. Tags of other systems are left alone."""
    return [int(number) for number in _TAG.findall(subject)]


def tagged(subject: str, number: int) -> str:
    """The subject with our tag at its end, once."""
    tag = f"[#{number}]"
    return subject if tag in subject else f"{subject} {tag}".strip()


def without_tag(subject: str, number: int) -> str:
    """The subject without our tag of this ticket; other tags stay."""
    return " ".join(subject.replace(f"[#{number}]", " ").split())


def base_subject(subject: str) -> str:
    """The subject without prefixes of replies and forwards."""
    for _ in range(_MOST_PREFIXES):
        found = _PREFIX.match(subject)
        if found is None or found.end() == 0:
            break
        subject = subject[found.end() :]
    return subject.strip()


def is_forward(subject: str) -> bool:
    """Whether the first prefix is one of forwards, in any language."""
    found = _PREFIX.match(subject)
    return found is not None and (found[1] is None or found[1].lower() in _FORWARDS)


def is_responder_subject(subject: str) -> bool:
    """Whether it begins as automatic replies do, after prefixes."""
    return _RESPONDER.match(base_subject(subject[:300])) is not None
