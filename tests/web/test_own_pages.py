"""Forms are taken from our own pages alone, however a browser names the page that sends one."""

import pytest

from tests.support.desk import Desk, Organization

ANSWERS = {True: {200, 401, 422, 303}, False: {403}}


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),  # the browser itself vouches for it
        ({"Origin": "http://desk.test"}, True),
        ({"Origin": "null"}, False),  # also a frame without an origin, on any page
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://desk.test"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "https://elsewhere.example"}, False),
        ({}, False),
    ],
)
async def test_where_a_form_comes_from(
    desk: Desk, shop: Organization, headers: dict[str, str], *, is_own: bool
) -> None:
    client = desk.client(base="", accept="text/html")

    form = {"email": "nobody@shop.example", "password": "a wrong passphrase"}
    answer = await client.request("POST", f"/portal/{shop.domain}/sign-in", data=form, headers=headers)
    assert answer.status_code in ANSWERS[is_own], answer.text
