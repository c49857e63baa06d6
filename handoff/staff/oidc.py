"""Sign-in through an organisation's own identity provider (OpenID Connect, code flow with PKCE)."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

TIMEOUT_SECONDS = 10.0
# Signatures with a public key only: a "none" or a shared-secret signature is never right here.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
CLOCK_LEEWAY_SECONDS = 60

logger = logging.getLogger(__name__)


class OidcError(Exception):
    """The provider did not answer, or answered something that proves nobody."""


@dataclass(frozen=True)
class OidcPerson:
    """Whom the provider says this is. ``email`` only when the provider checked it."""

    subject: str
    email: str | None


class OidcProvider:
    """One identity provider, found by its issuer's address."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, name: str) -> None:
        self.name = name
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret

    async def start(self, redirect_uri: str) -> tuple[str, dict[str, Any]]:
        """The provider's address to go to, and what to remember until the browser comes back.

        Raises OidcError.
        """
        about = await self._discover()
        kept = {
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "redirect_uri": redirect_uri,
        }
        async with self._client(redirect_uri) as client:
            address, state = client.create_authorization_url(
                about["authorization_endpoint"], nonce=kept["nonce"], code_verifier=kept["verifier"]
            )
        return address, {**kept, "state": state}

    async def finish(self, code: str, state: str, kept: dict[str, Any]) -> OidcPerson:
        """Who came back. Raises OidcError for an answer that is not to our question."""
        if not secrets.compare_digest(state.encode(), str(kept["state"]).encode()):
            raise OidcError("another state than ours")
        about = await self._discover()
        try:
            async with self._client(kept["redirect_uri"]) as client:
                token = await client.fetch_token(
                    about["token_endpoint"], code=code, code_verifier=kept["verifier"]
                )
                answer = await client.request("GET", about["jwks_uri"], withhold_token=True)
                keys = answer.raise_for_status().json()
            claims = self._claims(str(token["id_token"]), keys, str(kept["nonce"]))
        except (httpx.HTTPError, OAuthError, JoseError, KeyError, TypeError, ValueError) as error:
            logger.warning("the identity provider's answer was refused: %s", type(error).__name__)
            raise OidcError(type(error).__name__) from None
        checked = claims.get("email_verified") is True
        email = claims.get("email") if checked else None
        return OidcPerson(f"{self._issuer} {claims['sub']}"[:500], email if isinstance(email, str) else None)

    def _claims(self, id_token: str, keys: Any, nonce: str) -> dict[str, Any]:
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=CLOCK_LEEWAY_SECONDS,
            iss={"essential": True, "values": [self._issuer, f"{self._issuer}/"]},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(token.claims)
        return dict(token.claims)

    async def _discover(self) -> dict[str, Any]:
        address = f"{self._issuer}/.well-known/openid-configuration"
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                about = (await client.get(address)).raise_for_status().json()
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            found = {name: str(about[name]) for name in wanted}
            if str(about["issuer"]).rstrip("/") != self._issuer:
                raise OidcError("the provider names another issuer")
        except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
            logger.warning("the identity provider cannot be used: %s", type(error).__name__)
            raise OidcError(type(error).__name__) from None
        return found

    def _client(self, redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret,
            scope="openid email",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
        )
