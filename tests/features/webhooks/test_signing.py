import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from deskbell.features.webhooks.signing import (
    headers,
    incoming_signature,
    is_authentic,
    new_incoming_secret,
    new_secret,
)

BODY = '{"type":"ticket.created","data":{"subject":"größe"}}'.encode()


def test_the_published_example_of_the_specification_comes_out_the_same() -> None:
    signed = headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
    )
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.text(st.characters(codec="utf-8")), st.integers(-14, 14))
def test_a_receiver_verifies_under_any_of_the_secrets_whatever_our_time_zone(body: str, offset: int) -> None:
    old, new = new_secret(), new_secret()
    now = datetime.now(timezone(timedelta(hours=offset)))
    signed = headers([new, old], webhook_id="msg_1", at=now, body=body.encode())
    for secret in (old, new):
        Webhook(secret).verify(body, dict(signed), json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, dict(signed), json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(body + " ", dict(signed), json_parse=False)


def test_secrets_are_long_and_never_the_same() -> None:
    outgoing = {new_secret() for _ in range(50)}
    assert len(outgoing) == 50
    assert all(len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32 for secret in outgoing)
    assert len({new_incoming_secret() for _ in range(50)}) == 50


def test_without_a_secret_nothing_is_sent_unsigned() -> None:
    with pytest.raises(ValueError, match="at least one secret"):
        headers([], webhook_id="msg_1", at=datetime.now(UTC), body=BODY)


def test_an_incoming_body_is_accepted_under_its_signature_only() -> None:
    secret = new_incoming_secret()
    right = "sha256=" + hmac.new(secret.encode(), BODY, hashlib.sha256).hexdigest()
    assert incoming_signature(secret, BODY) == right
    assert is_authentic(secret, BODY, right)
    assert is_authentic(secret, BODY, f" {right.upper()} ")
    assert not is_authentic(secret, BODY + b" ", right)
    assert not is_authentic(new_incoming_secret(), BODY, right)


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha1=00", "\ud800", "größe"])
def test_a_missing_or_strange_signature_is_refused_and_breaks_nothing(signature: str | None) -> None:
    assert not is_authentic("secret", BODY, signature)


def test_the_bare_hex_without_its_name_is_refused() -> None:
    assert not is_authentic("secret", BODY, incoming_signature("secret", BODY).removeprefix("sha256="))
