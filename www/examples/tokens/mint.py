# Prints a token, signed with CALLPOINT_CUSTOMERS_SECRET, for one signed-in user: `python3 mint.py`
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
    return jwt.encode(claims, os.environ["CALLPOINT_CUSTOMERS_SECRET"], algorithm="HS256")


user = SimpleNamespace(id=4127, name="Ada Marsh", email="ada@acme.example")
print(callpoint_token(user, SimpleNamespace(id="acme", name="Acme Robotics")))
