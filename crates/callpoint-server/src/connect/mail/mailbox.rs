//! Where the demonstration's mail goes: a mailbox in memory that anybody can read.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use callpoint_core::model::time::Time;

/// So many of the latest mails are kept.
const KEPT: usize = 100;

/// A mail as it was sent.
#[derive(Clone, Debug)]
pub struct DemoMail {
    /// When.
    pub at: Time,
    /// To whom.
    pub to: String,
    /// What about.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Where the thread opens.
    pub link: String,
}

/// The latest mails. Copies show the same.
#[derive(Clone, Debug, Default)]
pub struct DemoMailbox(Arc<Mutex<VecDeque<DemoMail>>>);

impl DemoMailbox {
    /// The mails, the latest first.
    #[must_use]
    pub fn latest(&self) -> Vec<DemoMail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    pub(super) fn put(&self, mail: DemoMail) {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push_back(mail);
        if mails.len() > KEPT {
            mails.pop_front();
        }
    }
}
