"""Who may call: tokens that are accepted, and every way in which one is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from plait_shared.auth import AUDIENCE, AuthSettings, Caller, TokenVerifier, Unauthorized, sign
from plait_shared.errors import Misconfigured

SECRET = "s" * 32
ANN = Caller("orchard", "ann")
HOUR = timedelta(hours=1)


def verifier() -> TokenVerifier:
    return TokenVerifier(AuthSettings(token_secret=SECRET))


def now() -> datetime:
    return datetime.now(UTC)


def token(**claims: Any) -> str:
    default = {"sub": "ann", "workspace": "orchard", "aud": AUDIENCE, "exp": now() + HOUR}
    return jwt.encode({k: v for k, v in {**default, **claims}.items() if v is not None}, SECRET, "HS256")


def test_signed_token_names_its_caller() -> None:
    assert verifier().verify(f"Bearer {sign(SECRET, ANN, now(), HOUR)}") == ANN


@pytest.mark.parametrize(
    ("header", "cause"),
    [
        (None, "bearer token is needed"),
        ("", "bearer token is needed"),
        ("Basic YW5uOg==", "bearer token is needed"),
        ("Bearer", "bearer token is needed"),
        ("Bearer not.a.token", "not accepted"),
    ],
)
def test_other_headers_are_refused(header: str | None, cause: str) -> None:
    with pytest.raises(Unauthorized, match=cause):
        verifier().verify(header)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"exp": None},
        {"sub": None},
        {"aud": "other"},
        {"workspace": None},
        {"workspace": 7},
    ],
)
def test_bad_claims_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        verifier().verify(f"Bearer {token(**claims)}")


def test_other_secret_and_no_algorithm_are_refused() -> None:
    forged = jwt.encode({"sub": "ann", "workspace": "orchard", "aud": AUDIENCE, "exp": now() + HOUR}, "x" * 32, "HS256")
    plain = jwt.encode({"sub": "ann", "workspace": "orchard", "aud": AUDIENCE, "exp": now() + HOUR}, "", "none")
    for bad in (forged, plain):
        with pytest.raises(Unauthorized):
            verifier().verify(f"Bearer {bad}")


def test_local_tokens_are_refused_where_only_an_issuer_is_trusted() -> None:
    only_oidc = TokenVerifier(
        AuthSettings(oidc_jwks_url="https://id.orchard.example/keys", oidc_issuer="https://id.orchard.example")
    )
    with pytest.raises(Unauthorized, match="HS256"):
        only_oidc.verify(f"Bearer {token()}")


@pytest.mark.parametrize(
    ("settings", "cause"),
    [
        (AuthSettings(), "nobody reads anonymously"),
        (AuthSettings(token_secret="short"), "32 bytes"),
        (AuthSettings(oidc_jwks_url="https://id.orchard.example/keys"), "PLAIT_OIDC_ISSUER"),
    ],
)
def test_nothing_to_check_with_is_misconfigured(settings: AuthSettings, cause: str) -> None:
    with pytest.raises(Misconfigured, match=cause):
        TokenVerifier(settings)
