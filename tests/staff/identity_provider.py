"""A small OpenID Connect provider: real keys, real signatures, and a few ways of lying."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET = "repere", "un-secret"


class IdentityProvider:
    """Signs in whoever ``person`` says, at once. ``lies`` replaces claims; ``forged``: another key."""

    def __init__(self) -> None:
        self.issuer = ""
        self.redirect_uri = ""
        self.person: dict[str, Any] = {"sub": "p1", "email": "sam@exemple.fr", "email_verified": True}
        self.lies: dict[str, Any] = {}
        self.forged = False
        self._key = RSAKey.generate_key(2048, {"kid": "a"})
        self._codes: dict[str, dict[str, str]] = {}
        self.app = FastAPI(openapi_url=None)
        self.app.get("/.well-known/openid-configuration")(self._about)
        self.app.get("/keys")(self._keys)
        self.app.get("/authorize")(self._authorize)
        self.app.post("/token")(self._token)

    def honest(self, **person: Any) -> None:
        self.person = {"sub": "p1", "email": "sam@exemple.fr", "email_verified": True, **person}
        self.lies, self.forged = {}, False

    async def _about(self) -> Response:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse({"issuer": self.issuer, **{k: f"{self.issuer}/{v}" for k, v in paths.items()}})

    async def _keys(self) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["redirect_uri"] == self.redirect_uri
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{self.redirect_uri}?{back}", 303)

    async def _token(self, request: Request) -> Response:
        sent = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(sent["code"], None)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        honest = request.headers.get("authorization") == f"Basic {basic}"
        if asked is None or not honest or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "exp": int(time.time()) + 60,
            "nonce": asked["nonce"],
            **self.person,
            **self.lies,
        }
        key = RSAKey.generate_key(2048, {"kid": "a"}) if self.forged else self._key
        token = jwt.encode({"alg": "RS256", "kid": "a"}, claims, key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})
