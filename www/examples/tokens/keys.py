# Prints a token, signed with the private key in CALLPOINT_SIGNING_KEY, for one signed-in user: `python3 keys.py`
import os
import time
from types import SimpleNamespace

import jwt


def callpoint_token(user, org):
    """A token for whoever is signed in, for an hour."""
    now = int(time.time())
    claims = {
        "sub": str(user.id), "name": user.name, "email": user.email,
        "account": {"id": str(org.id), "name": org.name},
        "aud": "callpoint", "iat": now, "exp": now + 3600,
    }
    return jwt.encode(claims, os.environ["CALLPOINT_SIGNING_KEY"], algorithm="EdDSA", headers={"kid": "2026-11"})


user = SimpleNamespace(id=4127, name="Ada Marsh", email="ada@acme.example")
print(callpoint_token(user, SimpleNamespace(id="acme", name="Acme Robotics")))
