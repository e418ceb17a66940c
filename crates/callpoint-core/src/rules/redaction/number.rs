//! Numbers of people: cards, bank accounts, telephones. Only where they prove themselves, by their check digits or by
//! how they are written.

use core::ops::Range;

use super::{begins, count, is_alphanumeric};

/// The digits at the beginning of a text, with single separators between them: how many there are, and where they end,
/// wherever a number could end.
fn ends(text: &str, most: usize, is_part: fn(char) -> bool, separators: &[char]) -> Vec<(String, usize)> {
    let (mut digits, mut found) = (String::new(), Vec::new());
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        if is_part(char) {
            digits.push(char);
            if next.is_none_or(|next| !is_alphanumeric(next)) {
                found.push((digits.clone(), at + char.len_utf8()));
            }
        } else if !separators.contains(&char) || next.is_none_or(|next| !is_part(next)) {
            break;
        }
        if digits.len() > most {
            break;
        }
    }
    found
}

fn longest(ends: Vec<(String, usize)>, is_one: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    ends.into_iter().rev().find(|(digits, _)| is_one(digits)).map(|(_, end)| 0..end)
}

/// The number of a card, by its issuer, its length and Luhn's check digit.
pub(super) fn card(before: Option<char>, text: &str) -> Option<Range<usize>> {
    let is_start = begins(before) && before != Some('.') && text.starts_with(|first: char| first.is_ascii_digit());
    is_start.then(|| longest(ends(text, 19, |char| char.is_ascii_digit(), &[' ', '-']), is_card))?
}

fn is_card(digits: &str) -> bool {
    let issued = match (digits.len(), digits.as_bytes()) {
        (13, [b'4', ..]) | (14, [b'3', b'0' | b'6' | b'8' | b'9', ..]) | (15, [b'3', b'4' | b'7', ..]) => true,
        (16, [b'2', second, ..]) => matches!(second, b'2'..=b'7'),
        (16..=19, [first, ..]) => matches!(first, b'3'..=b'6'),
        _ => false,
    };
    let values = digits.bytes().rev().map(|digit| u32::from(digit - b'0')).enumerate();
    let sum: u32 = values.map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }).sum();
    issued && sum.is_multiple_of(10) && !digits.bytes().all(|digit| digit == b'0')
}

/// The international number of a bank account, by its check digits.
pub(super) fn iban(before: Option<char>, text: &str) -> Option<Range<usize>> {
    let is_start = begins(before)
        && count(text, &|char| char.is_ascii_alphabetic()) == 2
        && text.get(2..4).is_some_and(|check| check.bytes().all(|byte| byte.is_ascii_digit()));
    is_start.then(|| longest(ends(text, 34, |char| char.is_ascii_alphanumeric(), &[' ', '-']), is_iban))?
}

fn is_iban(number: &str) -> bool {
    let Some((country, account)) = number.split_at_checked(4).filter(|_| (15..=34).contains(&number.len())) else {
        return false;
    };
    let rest = account.chars().chain(country.chars()).filter_map(|char| char.to_digit(36));
    rest.fold(0, |rest, digit| (if digit < 10 { rest * 10 } else { rest * 100 } + digit) % 97) == 1
}

/// A telephone number with its country.
pub(super) fn phone(before: Option<char>, text: &str) -> Option<Range<usize>> {
    let number = text.strip_prefix('+').filter(|_| begins(before))?;
    let (mut digits, mut end, mut gap) = (0, 0, 0);
    for (at, char) in number.char_indices() {
        if char.is_ascii_digit() {
            (digits, end, gap) = (digits + 1, at + 2, 0);
        } else if matches!(char, ' ' | '-' | '.' | '/' | '(' | ')') && gap < 2 && digits > 0 {
            gap += 1;
        } else {
            break;
        }
    }
    ((8..=15).contains(&digits) && !number.starts_with('0')).then_some(0..end)
}

/// A number as `(415) 555-0100`, `415-555-0100` or `415.555.0100`.
pub(super) fn north_american_phone(before: Option<char>, text: &str) -> Option<Range<usize>> {
    let shapes = ["(ddd) ddd-dddd", "(ddd)ddd-dddd", "ddd-ddd-dddd", "ddd.ddd.dddd", "ddd ddd-dddd"];
    let range = shapes.iter().find_map(|shape| shaped(before, text, shape))?;
    let mut digits = text.chars().filter(char::is_ascii_digit);
    let valid = |digit: Option<char>| digit.is_some_and(|digit| digit > '1');
    (valid(digits.next()) && valid(digits.nth(2))).then_some(range)
}

/// The number of somebody's social security in the United States.
pub(super) fn social_security(before: Option<char>, text: &str) -> Option<Range<usize>> {
    shaped(before, text, "ddd-dd-dddd")
}

/// What is written in this shape and stands by itself.
fn shaped(before: Option<char>, text: &str, shape: &str) -> Option<Range<usize>> {
    let apart = |char: Option<char>| begins(char) && !char.is_some_and(|char| matches!(char, '-' | '.'));
    let mut chars = text.chars();
    let fits =
        |part: char| chars.next().is_some_and(|char| if part == 'd' { char.is_ascii_digit() } else { char == part });
    (apart(before) && shape.chars().all(fits) && begins(text.chars().nth(shape.len()))).then_some(0..shape.len())
}
