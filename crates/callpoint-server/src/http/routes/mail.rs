//! The page that mails lead to: it ends one kind of mail with one click, or lets its reader choose. Whoever has the
//! signed address needs no other proof, and learns nothing from it but what is chosen.

use axum::{extract::State, http::HeaderMap, response::Response};
use callpoint_core::{
    rules::notifications::NotificationKind,
    text::{self, say},
    wire::error::ErrorCode,
};

use crate::{
    connect::mail::MailLink,
    http::{
        AppState,
        body::{PathSegment, segment},
        error::Problem,
        page::{Framing, TrustedTypes, html, nonce},
    },
    pages::{self, MailPage},
};

/// `GET /mail/{link}`: asks. Programs that look at addresses before people do end nothing.
pub async fn page(State(app): State<AppState>, headers: HeaderMap, path: PathSegment) -> Result<Response, Problem> {
    let link = read(&app, path)?;
    show(&app, &headers, &link, None).await
}

/// `POST /mail/{link}`: ends this kind, as RFC 8058 has a mail program ask for it; or takes what was chosen.
pub async fn choose(
    State(app): State<AppState>,
    headers: HeaderMap,
    path: PathSegment,
    body: String,
) -> Result<Response, Problem> {
    let link = read(&app, path)?;
    let chosen = body.split('&').any(|pair| pair == pages::CHOSEN);
    let done = if chosen { text::MAIL_PAGE_SAVED } else { text::MAIL_PAGE_STOPPED };
    let unwanted: Vec<NotificationKind> = if chosen {
        let wanted = |kind: &NotificationKind| body.split('&').any(|pair| pair == format!("kind={}", kind.as_str()));
        NotificationKind::ALL.into_iter().filter(|kind| !wanted(kind)).collect()
    } else {
        let before = app.store.contact(link.account.as_ref(), &link.person).await?.unwanted;
        let other = before.into_iter().filter(|kind| *kind != link.kind);
        other.chain([link.kind]).collect()
    };
    app.store.put_unwanted(link.account.as_ref(), &link.person, &unwanted).await?;
    show(&app, &headers, &link, Some(done)).await
}

fn read(app: &AppState, path: PathSegment) -> Result<MailLink, Problem> {
    segment(path, |sealed| app.mail_links.read(sealed))
        .map_err(|_| Problem::of(ErrorCode::NotFound, say(text::MAIL_PAGE_INVALID)))
}

async fn show(
    app: &AppState,
    headers: &HeaderMap,
    link: &MailLink,
    done: Option<text::Key>,
) -> Result<Response, Problem> {
    let unwanted = app.store.contact(link.account.as_ref(), &link.person).await?.unwanted;
    let page =
        pages::mail(&super::hosted::layout(app, headers), &MailPage { kind: link.kind, unwanted: &unwanted, done });
    Ok(html(page.into_string().into_bytes(), &nonce()?, Framing::Nobody, TrustedTypes::Enforced))
}
