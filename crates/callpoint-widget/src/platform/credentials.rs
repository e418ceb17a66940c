//! Who a client speaks for, and whose words are whose on a device that several people use. One person's words never go
//! out under another's name: a page that signs somebody else in shuts down and boots anew.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Function, JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::window;

use super::timers::within;

/// How long the host's token function may take, in milliseconds; later answers count as none.
const TOKEN_TIMEOUT: u32 = 20_000;

/// The owner of what people write who are not signed in; no token's owner can be called so.
const GUEST: &str = "guest";

/// Who a client speaks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Identity {
    /// Somebody who is not signed in: public status, and reports where the vendor takes them from guests.
    #[default]
    Anonymous,
    /// A customer: the host's function fetches their token, as text or as a promise of it.
    Token(Function),
    /// Staff, by the session cookie of this origin; whose session it is, so that words are kept under their name.
    Session(String),
}

impl Identity {
    /// A customer whose token this function fetches from the product's own backend; none where it can't be had now.
    pub fn customer<T: Future<Output = Option<String>> + 'static>(fetch: impl Fn() -> T + 'static) -> Self {
        let call = Closure::<dyn Fn() -> Promise>::new(move || {
            let token = fetch();
            future_to_promise(async move { token.await.map(JsValue::from).ok_or(JsValue::UNDEFINED) })
        });
        Self::Token(call.into_js_value().unchecked_into())
    }
}

/// What a request carries to say who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// The `Authorization` header.
    pub header: Option<String>,
    /// Whether the session cookie goes along.
    pub session: bool,
}

/// The token and the owner of one client.
pub struct Credentials {
    identity: Identity,
    token: RefCell<Option<String>>,
    owner: RefCell<Option<String>>,
    renewal: RefCell<Option<Promise>>,
}

impl Credentials {
    /// Credentials of which only what needs no token is known.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        let owner = match &identity {
            Identity::Anonymous => Some(GUEST.to_owned()),
            Identity::Token(_) => None,
            Identity::Session(person) => Some(["staff:", person].concat()),
        };
        Self { identity, token: RefCell::default(), owner: RefCell::new(owner), renewal: RefCell::default() }
    }

    /// Under whose name words are kept on this device; none until it is known.
    #[must_use]
    pub fn owner(&self) -> Option<String> {
        self.owner.borrow().clone()
    }

    /// The next request fetches a new token first.
    pub fn forget_token(&self) {
        self.token.take();
    }

    /// What a request has to carry; none while a token is needed and can't be had.
    pub async fn authorization(self: &Rc<Self>) -> Option<Authorization> {
        let Identity::Token(fetch) = &self.identity else {
            return Some(Authorization { header: None, session: matches!(self.identity, Identity::Session(_)) });
        };
        if self.token.borrow().is_none() {
            self.renew(fetch).await;
        }
        let header = ["Bearer ", self.token.borrow().as_deref()?].concat();
        Some(Authorization { header: Some(header), session: false })
    }

    /// Asks the host for a token; whoever needs one meanwhile waits for the same answer.
    async fn renew(self: &Rc<Self>, fetch: &Function) {
        let running = self.renewal.borrow().clone();
        let renewal = running.unwrap_or_else(|| {
            let (this, fetch) = (self.clone(), fetch.clone());
            let renewal = future_to_promise(async move {
                if let Some(token) = call(&fetch).await {
                    this.accept(token.trim());
                }
                this.renewal.take();
                Ok(JsValue::UNDEFINED)
            });
            self.renewal.replace(Some(renewal.clone()));
            renewal
        });
        // It never rejects.
        let _ = JsFuture::from(renewal).await;
    }

    /// Takes a token of the person this client speaks for; any other text belongs to nobody and is not used.
    fn accept(&self, token: &str) {
        let Some(owner) = owner_of(token) else { return };
        let known = self.owner();
        if known.as_ref().is_none_or(|known| *known == owner) {
            self.owner.replace(Some(owner));
            self.token.replace(Some(token.to_owned()));
        }
    }
}

/// What the host's function gives; nothing if it throws, takes too long, or gives no text.
async fn call(fetch: &Function) -> Option<String> {
    let answer = fetch.call0(&JsValue::UNDEFINED).ok()?;
    within(TOKEN_TIMEOUT, Promise::resolve(&answer)).await?.as_string()
}

/// Who a token speaks for; nobody, if it is no customer's token: a sign-in page, say. The signature is the server's to
/// check: this only keeps people's words apart.
fn owner_of(token: &str) -> Option<String> {
    let payload = token.split('.').nth(1)?.replace('-', "+").replace('_', "/");
    let claims = JSON::parse(&window()?.atob(&payload).ok()?).ok()?;
    let account = Reflect::get(&claims, &"account".into()).ok()?;
    let owner = [Reflect::get(&account, &"id".into()).ok()?, Reflect::get(&claims, &"sub".into()).ok()?];
    let is_named = owner.iter().all(|id| id.as_string().is_some_and(|id| !id.is_empty()));
    let owner = is_named.then(|| Array::from_iter(owner))?;
    JSON::stringify(&owner).ok().map(String::from)
}
