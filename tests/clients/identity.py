"""An app's identity provider: keys, a key set on loopback, and tokens by PyJWT, good ones and bad ones."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def encoded(part):
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """Signs with an RSA and an elliptic-curve key, and serves their public halves."""

    def __init__(self):
        self.keys = {"rsa-1": (rsa_key(), "RS256"), "ec-1": (ec_key(), "ES256")}
        self.stranger = rsa_key()
        self.fetched = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.fetched.append(self.path)
                body = json.dumps(provider.key_set()).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.issuer = f"http://127.0.0.1:{server.server_port}/auth/"
        self.url = self.issuer + "jwks.json"

    def key_set(self):
        makers = {"RS256": jwt.algorithms.RSAAlgorithm, "ES256": jwt.algorithms.ECAlgorithm}
        keys = []
        for kid, (key, algorithm) in self.keys.items():
            public = json.loads(makers[algorithm].to_jwk(key.public_key()))
            keys.append(public | {"kid": kid, "alg": algorithm, "use": "sig"})
            keys[-1].pop("key_ops", None)
        return {"keys": keys}

    def claims(self, subject, **changes):
        """What a good token says. A change to None leaves the claim out."""
        now = int(time.time())
        said = {
            "sub": subject,
            "email": f"{subject}@example.com",
            "device_id": f"{subject}-phone",
            "iat": now,
            "exp": now + 300,
        } | changes
        return {name: value for name, value in said.items() if value is not None}

    def token(self, subject, kid="rsa-1", headers=None, **changes):
        """A good token, unless the changes spoil it."""
        key, algorithm = self.keys[kid]
        return self.signed(self.claims(subject, **changes), key, algorithm, {"kid": kid} | (headers or {}))

    @staticmethod
    def signed(claims, key, algorithm, headers):
        return jwt.encode(claims, key, algorithm=algorithm, headers=headers)

    def unsigned(self, subject):
        """`alg: none`, as PyJWT writes it."""
        return jwt.encode(self.claims(subject), None, algorithm="none", headers={"kid": "rsa-1"})

    def hmac_with_public_key(self, subject):
        """Signed with the public key as if it were a shared secret. PyJWT refuses to do that, so it is done by hand."""
        public = self.keys["rsa-1"][0].public_key()
        secret = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        rest = encoded({"alg": "HS256", "typ": "JWT", "kid": "rsa-1"}) + "." + encoded(self.claims(subject))
        return rest + "." + encoded(hmac.new(secret, rest.encode(), hashlib.sha256).digest())

    def altered(self, subject):
        """Somebody else's name over a good signature."""
        header, _, signature = self.token(subject).split(".")
        return ".".join([header, encoded(self.claims("mallory")), signature])

    def by_stranger(self, subject, kid, headers=None):
        """A good token but for who signed it."""
        return self.signed(self.claims(subject), self.stranger, "RS256", {"kid": kid} | (headers or {}))

    def with_own_key_inside(self, subject):
        """A stranger's token that brings its own key along."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.stranger.public_key()))
        return self.by_stranger(subject, "rsa-1", {"jwk": public, "jku": self.issuer + "strangers.json"})
