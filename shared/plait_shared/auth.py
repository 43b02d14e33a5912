"""Who calls: bearer tokens (JWT, RFC 7519), signed by an OIDC issuer or, on a local stack, by its own secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options
from pydantic import Field, SecretStr

from plait_shared.errors import Misconfigured, PlaitError, Retryable
from plait_shared.settings import ServiceSettings, revealed

AUDIENCE = "plait"
MIN_SECRET_BYTES = 32


class AuthSettings(ServiceSettings):
    """Settings of a service that people read from."""

    token_secret: SecretStr | None = Field(
        None, description="Secret of HS256 tokens, at least 32 bytes; `plait up` makes one."
    )
    oidc_jwks_url: str | None = Field(None, description="Keys of an OIDC issuer; then RS256/ES256 tokens are accepted.")
    oidc_issuer: str | None = Field(None, description="Expected `iss` of the OIDC issuer's tokens.")


class Unauthorized(PlaitError):
    """The caller is not known; HTTP 401."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a token speaks for: a user of a workspace, or one of our services (``user`` is then ``service:<name>``)."""

    workspace: str
    user: str


class TokenVerifier:
    """Checks bearer tokens. Raises Misconfigured when there is nothing to check them with: no anonymous read."""

    def __init__(self, settings: AuthSettings) -> None:
        secret = revealed(settings.token_secret)
        if secret is None and not settings.oidc_jwks_url:
            raise Misconfigured("set PLAIT_TOKEN_SECRET or PLAIT_OIDC_JWKS_URL: nobody reads anonymously")
        if secret is not None and len(secret.encode()) < MIN_SECRET_BYTES:
            raise Misconfigured(f"PLAIT_TOKEN_SECRET must have at least {MIN_SECRET_BYTES} bytes")
        if settings.oidc_jwks_url and not settings.oidc_issuer:
            raise Misconfigured("PLAIT_OIDC_ISSUER is needed beside PLAIT_OIDC_JWKS_URL")
        self._secret = secret
        self._issuer = settings.oidc_issuer
        self._keys = jwt.PyJWKClient(settings.oidc_jwks_url) if settings.oidc_jwks_url else None

    def verify(self, authorization: str | None) -> Caller:
        """The caller of an ``Authorization`` header; raises Unauthorized with what is wrong with it."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("a bearer token is needed: `Authorization: Bearer …`, see `plait token --help`")
        try:
            claims = self._claims(token.strip())
        except jwt.PyJWKClientConnectionError as exc:
            raise Retryable(f"the keys of the token issuer can't be read: {exc}") from exc
        except jwt.PyJWTError as exc:
            raise Unauthorized(f"the token is not accepted: {exc}") from exc
        workspace, user = claims.get("workspace"), claims["sub"]
        if not isinstance(workspace, str) or not workspace:
            raise Unauthorized("the token names no workspace")
        return Caller(workspace, str(user))

    def _claims(self, token: str) -> dict[str, Any]:
        required: Options = {"require": ["exp", "sub"]}
        if self._keys is not None and jwt.get_unverified_header(token).get("alg") != "HS256":
            key = self._keys.get_signing_key_from_jwt(token)
            return jwt.decode(
                token, key, algorithms=["RS256", "ES256"], audience=AUDIENCE, issuer=self._issuer, options=required
            )
        if self._secret is None:
            raise jwt.InvalidAlgorithmError("HS256 tokens are not accepted here")
        return jwt.decode(token, self._secret, algorithms=["HS256"], audience=AUDIENCE, options=required)


def sign(secret: str, caller: Caller, now: datetime, lifetime: timedelta) -> str:
    """A token of the local stack for this caller."""
    claims = {
        "sub": caller.user, "workspace": caller.workspace, "aud": AUDIENCE, "iat": now, "exp": now + lifetime,
    }  # fmt: skip
    return jwt.encode(claims, secret, algorithm="HS256")
