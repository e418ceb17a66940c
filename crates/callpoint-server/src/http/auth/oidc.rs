//! Staff who sign in through the vendor's own provider: the authorization code flow of OpenID Connect with PKCE, and what
//! the provider's claims make of somebody.

use std::{collections::BTreeMap, pin::Pin, sync::Arc};

use axum::http;
use callpoint_core::model::{
    id::PersonId,
    limits::{TITLE_LIMIT, parse_line},
    person::GUEST,
    time::{MINUTE, SECOND, Time},
};
use lettre::Address;
use openidconnect::{
    AccessToken, AdditionalClaims, AsyncHttpClient, AuthType, AuthenticationFlow, AuthorizationCode,
    ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, TokenResponse as _,
    UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::{
    clock::Clock,
    config::{OidcSettings, StaffRole},
    store::StaffMember,
};

/// Where the provider sends people back to.
pub const CALLBACK: &str = "/console/sign-in/callback";

/// What the provider says of itself is asked for again after this long.
const FRESH_FOR: i64 = 5 * MINUTE;

/// What is read too early is not asked for again before this.
const REST: i64 = 10 * SECOND;

/// The largest answer that is read, in bytes.
const ANSWER_BYTES: usize = 256 * 1024;

/// Whatever else the provider says of somebody.
#[derive(Debug, Deserialize, Serialize)]
struct OtherClaims(BTreeMap<String, Value>);

impl AdditionalClaims for OtherClaims {}

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Relying = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What we know of the provider.
struct Provider {
    client: Relying,
    metadata: ProviderMetadataWithLogout,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum OidcFailure {
    /// The provider does not answer, or not as it should.
    #[error("the provider can't be used: {0}")]
    Unreachable(String),
    /// What it answers is not to be trusted.
    #[error("the provider's answer was refused: {0}")]
    Refused(String),
    /// It knows them, and nothing that it says of them lets them in.
    #[error("no group of `{0}` is one of oidc.roles")]
    NoRole(String),
    /// It says nothing of them that can be their id or name.
    #[error("the claim `{0}` can't be used as a staff ID")]
    NoId(String),
}

/// Somebody the provider has signed in.
#[derive(Clone, Debug)]
pub struct OidcPerson {
    /// Who.
    pub member: StaffMember,
    /// Where mail reaches them, if the provider has verified it.
    pub email: Option<Address>,
}

/// What a browser keeps while its person is at the provider's.
#[derive(Clone, Debug)]
pub struct OidcAttempt {
    state: String,
    nonce: String,
    verifier: String,
}

impl OidcAttempt {
    /// As a cookie's value.
    #[must_use]
    pub fn text(&self) -> String {
        [self.state.as_str(), &self.nonce, &self.verifier].join(".")
    }

    /// Reads it back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').filter(|part| !part.is_empty()).map(str::to_owned);
        let (state, nonce, verifier) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some(Self { state, nonce, verifier })
    }

    /// Whether the provider's answer is to this one.
    #[must_use]
    pub fn is_answered_by(&self, state: &str) -> bool {
        self.state == state
    }
}

/// Signs staff in through a provider.
pub struct OidcSignIn {
    settings: OidcSettings,
    site: String,
    carrier: Carrier,
    clock: Clock,
    /// What is known of the provider, and since when.
    known: Mutex<Option<(Time, Arc<Provider>)>>,
}

impl OidcSignIn {
    /// The one of these settings, at a site with this base URL.
    #[must_use]
    pub fn new(settings: OidcSettings, site: &str, client: reqwest::Client, clock: Clock) -> Self {
        Self { settings, site: site.to_owned(), carrier: Carrier(client), clock, known: Mutex::default() }
    }

    /// How long a session lasts, in milliseconds.
    #[must_use]
    pub const fn session(&self) -> i64 {
        self.settings.session
    }

    /// Where to send somebody, and what their browser has to bring back.
    ///
    /// # Errors
    /// When the provider can't be used.
    pub async fn begin(&self) -> Result<(String, OidcAttempt), OidcFailure> {
        let provider = self.provider(FRESH_FOR).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let request = provider.client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        let (state, nonce, verifier) = (state.into_secret(), nonce.secret().clone(), verifier.into_secret());
        Ok((url.to_string(), OidcAttempt { state, nonce, verifier }))
    }

    /// Who it is that the provider sent back with this code.
    ///
    /// # Errors
    /// When the provider's answer can't be had or trusted, or lets them do nothing here.
    pub async fn finish(&self, code: String, attempt: OidcAttempt) -> Result<OidcPerson, OidcFailure> {
        let provider = self.provider(FRESH_FOR).await?;
        let request = provider.client.exchange_code(AuthorizationCode::new(code)).map_err(unreachable)?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier));
        let answer = request.request_async(&self.carrier).await.map_err(refused)?;
        let id_token = answer.id_token().ok_or_else(|| OidcFailure::Refused("it holds no ID token".to_owned()))?;
        let nonce = Nonce::new(attempt.nonce);
        let verify = |provider: &Provider| {
            let algorithms = [
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                CoreJwsSigningAlgorithm::EdDsa,
            ];
            let verifier = provider.client.id_token_verifier().set_allowed_algs(algorithms);
            id_token.claims(&verifier, &nonce).map(|claims| (claims.subject().clone(), serde_json::to_value(claims)))
        };
        let verified = match verify(&provider) {
            // A key that is newer than what we know.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                verify(&*self.provider(REST).await?)
            }
            verified => verified,
        };
        let (subject, claims) = verified.map_err(refused)?;
        let mut claims = claims.map_err(refused)?;
        if self.lacks(&claims) {
            let told = self.user_info(&provider, answer.access_token().clone(), subject).await?;
            if let (Some(claims), Value::Object(told)) = (claims.as_object_mut(), told) {
                for (name, value) in told {
                    claims.entry(name).or_insert(value);
                }
            }
        }
        self.person(&claims)
    }

    /// Where somebody ends their session with the provider, if it has a place for that.
    pub async fn leave(&self) -> Option<String> {
        let provider = self.provider(FRESH_FOR).await.ok()?;
        let end = provider.metadata.additional_metadata().end_session_endpoint.clone()?;
        let back = PostLogoutRedirectUrl::new(format!("{}/console", self.site)).ok()?;
        let request = LogoutRequest::from(end).set_client_id(ClientId::new(self.settings.client_id.clone()));
        Some(request.set_post_logout_redirect_uri(back).http_get_url().to_string())
    }

    /// What the provider says of itself, unless it said so `fresh` ago.
    async fn provider(&self, fresh: i64) -> Result<Arc<Provider>, OidcFailure> {
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        if let Some((since, provider)) = &*known
            && (0..fresh).contains(&now.since(*since))
        {
            return Ok(Arc::clone(provider));
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(unreachable)?;
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &self.carrier).await.map_err(unreachable)?;
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let redirect = RedirectUrl::new([&self.site, CALLBACK].concat()).map_err(unreachable)?;
        let client =
            Relying::from_provider_metadata(metadata.clone(), ClientId::new(self.settings.client_id.clone()), secret);
        let in_body = metadata.token_endpoint_auth_methods_supported().is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let auth_type = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        let client = client.set_redirect_uri(redirect).set_auth_type(auth_type);
        let provider = Arc::new(Provider { client, metadata });
        *known = Some((now, Arc::clone(&provider)));
        Ok(provider)
    }

    async fn user_info(
        &self,
        provider: &Provider,
        token: AccessToken,
        subject: SubjectIdentifier,
    ) -> Result<Value, OidcFailure> {
        let Ok(request) = provider.client.user_info(token, Some(subject)) else { return Ok(Value::Null) };
        let told: UserInfoClaims<OtherClaims, CoreGenderClaim> =
            request.request_async(&self.carrier).await.map_err(refused)?;
        serde_json::to_value(told).map_err(refused)
    }

    /// Whether more has to be asked to know somebody.
    fn lacks(&self, claims: &Value) -> bool {
        let wanted = [&self.settings.roles_claim, &self.settings.id_claim, "name"];
        let mut wanted = wanted.into_iter().chain(self.settings.title_claim.as_deref());
        wanted.any(|name| claim(claims, name).is_none())
    }

    /// Whom these claims make, if they let them in.
    fn person(&self, claims: &Value) -> Result<OidcPerson, OidcFailure> {
        let text =
            |name: &str| claim(claims, name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let line = |name: &str| text(name).and_then(|text| parse_line("name", text, TITLE_LIMIT).ok());
        let verified = claims.get("email_verified").is_some_and(|word| *word == true || *word == "true");
        let email = text("email").filter(|_| verified);
        let id_claim = self.settings.id_claim.as_str();
        // Anybody can call an address theirs.
        let id = if id_claim == "email" { email } else { text(id_claim) };
        let id = id.and_then(PersonId::parse).filter(|id| !id.as_str().starts_with(GUEST));
        let id = id.ok_or_else(|| OidcFailure::NoId(id_claim.to_owned()))?.to_string();
        let groups: Vec<&str> = match claim(claims, &self.settings.roles_claim) {
            Some(Value::String(group)) => vec![group],
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let granted = self.settings.roles.iter().filter(|(group, _)| groups.contains(&group.as_str()));
        let role = granted.map(|(_, role)| *role).max().ok_or_else(|| OidcFailure::NoRole(id.clone()))?;
        let name = ["name", "preferred_username"].into_iter().find_map(line).unwrap_or_else(|| id.clone());
        let title = self.settings.title_claim.as_deref().and_then(line).unwrap_or_else(|| self.settings.title.clone());
        let member = StaffMember { id, name, title, security: role == StaffRole::Security, revoked_at: None };
        Ok(OidcPerson { member, email: email.and_then(|email| email.parse().ok()) })
    }
}

/// Asks the provider.
struct Carrier(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Carrier {
    type Error = OidcFailure;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, OidcFailure>> + Send + 'c>>;

    fn call(&'c self, request: http::Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl Carrier {
    async fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, OidcFailure> {
        let request = reqwest::Request::try_from(request).map_err(unreachable)?;
        let mut answer = self.0.execute(request).await.map_err(|error| unreachable(error.without_url()))?;
        let mut taken = http::Response::new(Vec::new());
        *taken.status_mut() = answer.status();
        *taken.headers_mut() = answer.headers().clone();
        while let Some(chunk) = answer.chunk().await.map_err(|error| unreachable(error.without_url()))? {
            if taken.body().len() + chunk.len() > ANSWER_BYTES {
                return Err(OidcFailure::Unreachable("an answer is larger than 256 KiB".to_owned()));
            }
            taken.body_mut().extend_from_slice(&chunk);
        }
        Ok(taken)
    }
}

/// A claim by its name, or else by a path with dots.
fn claim<'a>(claims: &'a Value, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| name.split('.').try_fold(claims, |at, part| at.get(part)))
}

/// What failed, and what that was caused by.
fn words(error: &dyn std::error::Error) -> String {
    let mut said = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(inner) = cause {
        said.push(inner.to_string());
        cause = inner.source();
    }
    said.join(": ")
}

fn unreachable(error: impl std::error::Error) -> OidcFailure {
    OidcFailure::Unreachable(words(&error))
}

fn refused(error: impl std::error::Error) -> OidcFailure {
    OidcFailure::Refused(words(&error))
}
