//! A sign-in provider that says whatever it is told to.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// A pair of keys, by its name.
pub fn key(name: &str) -> Value {
    let keys: Value = serde_json::from_str(include_str!("keys.json")).unwrap();
    keys[name].clone()
}

fn jwks(name: &str, kid: &str) -> Value {
    let mut jwk = key(name)["jwk"].clone();
    jwk["kid"] = kid.into();
    json!({ "keys": [jwk] })
}

/// What a provider says: of itself, of its keys, and for a code.
#[derive(Clone)]
pub struct Says {
    pub metadata: Value,
    pub keys: Value,
    pub id_token: String,
    pub user: Value,
    /// The bodies of the requests for a token.
    pub asked: Vec<String>,
}

/// A provider that says whatever it is told to.
pub struct Provider {
    pub issuer: String,
    pub says: Arc<Mutex<Says>>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let metadata = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
            "userinfo_endpoint": format!("{issuer}/user"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256", "none", "HS256"],
        });
        let (keys, id_token, user) = (jwks("p256", "1"), String::new(), json!({ "sub": "u-1" }));
        let says = Arc::new(Mutex::new(Says { metadata, keys, id_token, user, asked: Vec::new() }));
        let told = Arc::clone(&says);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 16 * 1024];
                let mut length = 0;
                // A form comes behind its header, and perhaps in a packet of its own.
                let text = loop {
                    length += stream.read(&mut request[length..]).await.unwrap();
                    let text = String::from_utf8_lossy(&request[..length]).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let wanted = head
                        .lines()
                        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
                    if body.len() >= wanted.unwrap_or(0_usize) {
                        break text;
                    }
                };
                let answer = {
                    let mut says = told.lock().unwrap();
                    match text.split(' ').nth(1).unwrap() {
                        "/.well-known/openid-configuration" => says.metadata.clone(),
                        "/keys" => says.keys.clone(),
                        "/user" => says.user.clone(),
                        _ => {
                            says.asked.push(text);
                            json!({ "access_token": "a", "token_type": "Bearer", "id_token": says.id_token })
                        }
                    }
                };
                let answer = answer.to_string();
                let head = format!("content-type: application/json\r\ncontent-length: {}", answer.len());
                let _ = stream
                    .write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\nconnection: close\r\n\r\n{answer}").as_bytes())
                    .await;
            }
        });
        Self { issuer, says }
    }

    pub fn say(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().unwrap());
    }
}
