"""Subjects: tags, prefixes in many languages, automatic replies."""

import pytest

from deskbell.kernel.mail.subjects import base_subject, is_forward, tagged, ticket_numbers, without_tag


@pytest.mark.parametrize(
    ("subject", "base", "forward"),
    [
        ("Re: Order", "Order", False),
        ("AW: WG: Bestellung", "Bestellung", False),
        ("RE[2]: Order", "Order", False),
        ("Fwd: Order", "Order", True),
        ("TR: Commande", "Commande", True),
        ("转发: 订单", "订单", True),
        ("回复：订单", "订单", False),
        ("Reprint: Order", "Reprint: Order", False),
        ("Re: Re: Re: ", "", False),
        ("", "", False),
    ],
)
def test_prefixes_of_replies_and_forwards_are_known(subject: str, base: str, forward: bool) -> None:
    assert base_subject(subject) == base
    assert is_forward(subject) is forward


def test_only_our_own_form_of_a_tag_names_a_ticket() -> None:
    assert ticket_numbers("Re: Order [#12] [remote-system #79] [# 3] [#]") == [12]
    assert tagged("Order", 12) == "Order [#12]"
    assert tagged("Re: Order [#12]", 12) == "Re: Order [#12]"
    assert without_tag("Re: [#12] Order [remote #79]", 12) == "Re: Order [remote #79]"
