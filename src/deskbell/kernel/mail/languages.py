"""The language that a mail is written in, as far as a few frequent words show it."""

import re
from typing import Final

LEAST_LENGTH: Final = 200
"""In characters: a shorter text shows too little."""
_MOST_LENGTH: Final = 4_000
_LEAST_WORDS: Final = 0.08
"""The share of words that must be frequent ones of the language."""
_LEAD: Final = 1.5
"""So many times more of its words than of the next language's must be there: neighbours share some."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FREQUENT: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and of to is that it was for you with have this are not but from they my your would been has please",
        "de": "der die das und ist nicht ich sie mit es auf dem den ein eine zu haben wir aber von bitte war habe auch noch",
        "nl": "de het een en is niet ik van op te dat met voor zijn maar heb er naar ook aan mijn graag geen kunt",
        "fr": "le la les et est pas je que vous pour une dans des il ce mais avec sur nous mon sont bonjour merci",
        "es": "el la los y es no que de en una por con para pero mi se lo las su hola gracias está como",
        "it": "il la di e che non un una per con sono ho mi ma si della del come anche buongiorno grazie questo",
        "pt": "o a os e que não uma um para com de em mas meu minha se por está foi obrigado olá mais como",
        "sv": "och att det är inte jag en ett som på för med har men av vi min till den kan tack hej",
        "da": "og at det er ikke jeg en et som på for med har men af vi min til den kan tak hej",
        "nb": "og at det er ikke jeg en et som på for med har men av vi min til den kan takk hei",
        "fi": "ja on ei se että en mutta kun minun niin olen voi kiitos hei oli mitä tämä myös sitten ovat",
        "pl": "i w nie na się jest to z że do jak ale mam mi czy jestem dzień dobry proszę dziękuję po od",
        "cs": "a je se na to že v s ale jsem do není tak co jak dobrý den prosím děkuji mám už jsou",
        "tr": "ve bir bu için ile ama değil çok ben var ne merhaba teşekkürler gibi daha olarak kadar ki",
    }.items()
}


def language_of_text(text: str) -> str | None:
    """The language of a text of at least 200 characters; None where its words do not show one clearly."""
    if len(text.strip()) < LEAST_LENGTH:
        return None
    words = [word.lower() for word in _WORD.findall(text[:_MOST_LENGTH])]
    if not words:
        return None
    found = sorted(((sum(word in known for word in words), name) for name, known in _FREQUENT.items()), reverse=True)
    (most, language), (next_most, _) = found[0], found[1]
    return language if most >= _LEAST_WORDS * len(words) and most >= _LEAD * next_most else None


def language_of_header(value: str | None) -> str | None:
    """The first language that a Content-Language header names, in lower case."""
    found = _TAG.match((value or "").strip())
    return None if found is None else found[0].lower()
