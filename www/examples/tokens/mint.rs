//! A token for one signed-in user.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;

pub struct User {
    pub id: u64,
    pub name: String,
    pub email: String,
}

pub struct Org {
    pub id: String,
    pub name: String,
}

/// A token for whoever is signed in, for an hour.
pub fn callpoint_token(user: &User, org: &Org, secret: &str) -> jsonwebtoken::errors::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let claims = json!({
        "sub": user.id.to_string(), "name": user.name, "email": user.email,
        "account": { "id": org.id, "name": org.name },
        "aud": "callpoint", "iat": now, "exp": now + 3600,
    });
    encode(&Header::default(), &claims, &EncodingKey::from_secret(secret.as_bytes()))
}
