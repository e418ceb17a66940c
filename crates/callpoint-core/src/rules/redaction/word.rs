//! Secrets and addresses that are known by how they are written: keys of well-known services, JSON Web Tokens, PEM,
//! what is random, `user:password@`, e-mail addresses.

use core::ops::Range;

use super::{begins, count, is_alphanumeric, is_taken_out, run};

/// How keys of services begin that nothing else begins with.
const PREFIXES: [&str; 45] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "glrt-",
    "glptt-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "rk_test_",
    "pk_live_",
    "pk_test_",
    "whsec_",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xoxs-",
    "xoxe-",
    "xoxe.",
    "xapp-",
    "sk-ant-",
    "sk-proj-",
    "AIza",
    "ya29.",
    "SG.",
    "dop_v1_",
    "doo_v1_",
    "shpat_",
    "shpss_",
    "shpca_",
    "shppa_",
    "sq0atp-",
    "sq0csp-",
    "PMAK-",
    "lin_api_",
    "figd_",
    "rubygems_",
    "hvs.",
    "NRAK-",
    "pypi-",
];

/// The same where names begin so too: only what is random goes.
const WEAK_PREFIXES: [&str; 8] = ["npm_", "hf_", "sk-", "key-", "nvapi-", "dapi", "EAAA", "secret_"];

/// The first four letters of the 20 of a key of Amazon's.
const AMAZON: [&str; 8] = ["AKIA", "ASIA", "ABIA", "ACCA", "AROA", "AIDA", "AGPA", "ANPA"];

/// From so many characters on, what changes its kind of character this often (in hundredths) is random.
const RANDOM: [(usize, usize); 2] = [(32, 35), (20, 40)];
/// From so many characters on, letters of one case and digits are.
const RANDOM_OF_ONE_CASE: usize = 32;
/// From so many characters on, hexadecimal digits are a key. Shorter ones are a commit, a digest, the id of a trace.
const HEXADECIMAL: usize = 48;
/// How many characters of a key follow its prefix at least.
const KEY: usize = 12;

const fn is_token(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-')
}

/// A block of PEM, whatever it holds.
pub(super) fn pem(_: Option<char>, text: &str) -> Option<Range<usize>> {
    text.strip_prefix("-----BEGIN ")?;
    let end = text.split_once("-----END ").map_or(text.len(), |(block, behind)| {
        let rest = behind.find("-----").map_or(behind.len(), |dashes| dashes + 5);
        block.len() + "-----END ".len() + rest
    });
    Some(0..end)
}

/// The user and password in an address.
pub(super) fn userinfo(before: Option<char>, text: &str) -> Option<Range<usize>> {
    let is_scheme = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.');
    if before.is_some_and(is_scheme) {
        return None;
    }
    let start = run(text, &is_scheme).len();
    let behind = text.get(start..)?.strip_prefix("://")?;
    let authority = run(behind, &|char| !matches!(char, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | ' ' | '\n' | '\t'));
    let (user, _) = authority.rsplit_once('@')?;
    (!is_taken_out(user)).then(|| start + 3..start + 3 + user.len())
}

/// What follows `Bearer` or `Basic`, where it is no word.
pub(super) fn authorized(before: Option<char>, text: &str) -> Option<Range<usize>> {
    let scheme = ["Bearer ", "Basic ", "Digest ", "Token "].iter().find(|scheme| {
        begins(before) && text.get(..scheme.len()).is_some_and(|word| word.eq_ignore_ascii_case(scheme))
    })?;
    let given = run(text.get(scheme.len()..)?, &|char| is_token(char) || matches!(char, '.' | '+' | '/' | '=' | '~'));
    let lowered =
        given.chars().zip(given.chars().skip(1)).any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    let no_word = lowered || given.bytes().any(|byte| byte.is_ascii_digit() || byte == b'=');
    (given.len() >= 8 && no_word).then(|| scheme.len()..scheme.len() + given.len())
}

/// A key that is known by its beginning, or because it is random.
pub(super) fn token(before: Option<char>, text: &str) -> Option<Range<usize>> {
    // With the slashes of base64 there is another beginning than without.
    let is_base64 = |char| is_token(char) || matches!(char, '+' | '/' | '=');
    if before.is_none_or(|char| !is_base64(char)) {
        let wide = run(text, &is_base64);
        if wide.len() >= 40 && is_random(wide.trim_matches('/')) {
            return Some(0..wide.len());
        }
    }
    if before.is_some_and(is_token) {
        return None;
    }
    let part = run(text, &is_token);
    if is_random(part) || is_numbered(part) {
        return Some(0..part.len());
    }
    if before == Some('.') {
        return None;
    }
    let word = run(text, &|char| is_token(char) || char == '.').trim_end_matches('.');
    PREFIXES.iter().find_map(|prefix| key(word, prefix)).or_else(|| {
        let jwt =
            word.find("eyJ").filter(|at| word.len() - at >= 20 && word.get(*at..).is_some_and(|jwt| jwt.contains('.')));
        let weak = || WEAK_PREFIXES.iter().any(|prefix| word.strip_prefix(prefix).is_some_and(has_random_part));
        let amazon = || AMAZON.iter().find_map(|prefix| word.find(prefix).filter(|at| is_amazon(word.get(*at..))));
        Some(jwt.or_else(|| weak().then_some(0)).or_else(amazon)?..word.len())
    })
}

/// Where a key with this prefix stands in a word.
fn key(word: &str, prefix: &str) -> Option<Range<usize>> {
    let at = word.find(prefix)?;
    let (head, behind) = (word.get(..at)?, word.get(at + prefix.len()..)?);
    let is_key = behind.len() >= KEY && behind.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    (is_key && begins(head.chars().next_back())).then_some(at..word.len())
}

fn has_random_part(key: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    key.split(['_', '-']).any(|part| part.len() >= KEY && part.bytes().any(letters))
}

fn is_amazon(key: Option<&str>) -> bool {
    key.is_some_and(|key| count(key, &|char| char.is_ascii_uppercase() || char.is_ascii_digit()) == 20)
}

/// Upper case, lower case and digits that change as often as only chance makes them; or letters of one case with digits,
/// or hexadecimal digits, of which there are very many.
fn is_random(word: &str) -> bool {
    let kinds = || {
        word.chars().filter(char::is_ascii_alphanumeric).map(|char| match char {
            '0'..='9' => 0,
            'a'..='z' => 1,
            _ => 2,
        })
    };
    let changes = || kinds().zip(kinds().skip(1)).filter(|(a, b)| a != b).count() * 100;
    let mixed = || (0..3).all(|kind| kinds().any(|one| one == kind));
    let often = |(least, share): &(usize, usize)| word.len() >= *least && changes() >= kinds().count() * share;
    if word.len() >= 20 && mixed() && RANDOM.iter().any(often) {
        return true;
    }
    word.split(['_', '-', '/', '+', '=']).any(|part| {
        let is_hexadecimal = part.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let mingled = digits * 6 >= part.len() && digits < part.len();
        part.len() >= if is_hexadecimal { HEXADECIMAL } else { RANDOM_OF_ONE_CASE } && mingled
    })
}

/// The two letters and 32 hexadecimal digits by which Twilio knows accounts and keys.
fn is_numbered(word: &str) -> bool {
    let digits = word.strip_prefix("AC").or_else(|| word.strip_prefix("SK"));
    digits.is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// An e-mail address.
pub(super) fn email(before: Option<char>, text: &str) -> Option<Range<usize>> {
    let is_local = |char| is_alphanumeric(char) || matches!(char, '.' | '_' | '%' | '+' | '-');
    if before.is_some_and(is_local) {
        return None;
    }
    let local = run(text, &is_local);
    let behind = text.get(local.len()..)?.strip_prefix('@')?;
    let domain = run(behind, &|char| is_alphanumeric(char) || matches!(char, '.' | '-')).trim_end_matches(['.', '-']);
    let (host, top) = domain.rsplit_once('.')?;
    // `name@2.0.1` is a package, `logo@2x.png` a picture.
    let mut labels = host.split('.');
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = labels.next().is_some_and(is_number) && labels.next().is_some_and(is_number);
    let is_scale = host.strip_suffix('x').is_some_and(is_number);
    let is_domain = top.len() > 1 && top.chars().all(|char| is_alphanumeric(char) && !char.is_ascii_digit());
    (!local.is_empty() && is_domain && !is_version && !is_scale).then(|| 0..local.len() + 1 + domain.len())
}
