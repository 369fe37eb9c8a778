"""The language of a mail by its words and its header."""

import pytest

from deskbell.kernel.mail.languages import language_of_header, language_of_text

TEXTS = {
    "en": "Hello, I ordered the lamp two weeks ago and it still has not arrived. The tracking page says that it was handed over "
    "to the courier on Monday, but nobody has been here. Could you please find out what happened with my parcel?",
    "de": "Guten Tag, ich habe die Lampe vor zwei Wochen bestellt und sie ist noch nicht angekommen. Auf der Seite steht, dass "
    "sie am Montag an den Boten übergeben wurde, aber es war niemand hier. Können Sie bitte nachsehen, was mit ihr ist?",
    "fr": "Bonjour, j'ai commandé la lampe il y a deux semaines et elle n'est pas encore arrivée. La page dit que le colis a été "
    "remis au livreur lundi, mais personne n'est venu. Pouvez-vous voir ce qui est arrivé avec mon colis ? Merci pour tout.",
    "nl": "Goedendag, ik heb de lamp twee weken geleden besteld en het pakket is nog niet aangekomen. Op de pagina staat dat het "
    "op maandag aan de koerier is gegeven, maar er is niemand geweest. Kunt u voor mij kijken wat er met de lamp is?",
    "es": "Hola, pedí la lámpara hace dos semanas y no ha llegado. La página dice que se entregó al mensajero el lunes, pero no "
    "ha venido nadie. ¿Me pueden decir qué pasó con mi paquete y cómo lo puedo recibir? Gracias por su ayuda y un saludo.",
    "pl": "Dzień dobry, zamówiłem lampę dwa tygodnie temu i jeszcze do mnie nie dotarła. Na stronie jest, że w poniedziałek "
    "została oddana kurierowi, ale nikogo nie było. Czy mogą Państwo sprawdzić, co się z nią stało? Dziękuję za pomoc.",
}  # fmt: skip


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_of_some_length_shows_its_language(language: str) -> None:
    assert language_of_text(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "", "Hello, please help me with the lamp.", "12345 " * 100, "日本語の文章です。" * 40, "Error: " + "x1y2z3 " * 100,
        " ".join(f"{a} {b}" for a, b in zip(TEXTS["en"].split(), TEXTS["de"].split(), strict=False)),
    ],
)  # fmt: skip
def test_a_short_or_mixed_text_shows_none(text: str) -> None:
    assert language_of_text(text) is None


@pytest.mark.parametrize(
    ("value", "language"),
    [("de-AT", "de-at"), (" en, de", "en"), ("DE", "de"), ("", None), (None, None), ("<script>", None), ("x", None)],
)
def test_a_header_names_the_first_language(value: str | None, language: str | None) -> None:
    assert language_of_header(value) == language
