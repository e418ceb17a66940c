//! The files of what the person is writing. Words wait for files that are still uploading, for as long as their author
//! wants them to.

use callpoint_core::{
    model::id::AttachmentId,
    text::{self, say},
};
use yew::prelude::*;

use super::{Panel, PanelMsg, Screen, ThreadMsg};
use crate::{
    capture::Capture,
    components::{
        attachments::AddFiles,
        button::{Send, button},
    },
    driver::Driver,
    platform::files::{self, WrittenFiles},
};

/// The files of what is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesDraft {
    written: WrittenFiles,
    /// Whether it is sent once they are ready.
    waiting: bool,
}

impl FilesDraft {
    /// Under which name those of a report are kept; those of a message under its incident's id.
    pub const REPORT: &str = "report";

    /// Where files are added to what is written under this name.
    pub fn view(&self, send: &Send, writing: String) -> Html {
        let (sends, name) = (send.clone(), writing.clone());
        let changed = Callback::from(move |files| sends.emit(PanelMsg::Files(name.clone(), files)));
        html! {
            <>
                <AddFiles {writing} {changed} failed={self.written.failed} />
                if self.waiting {
                    <p class="note" role="status">
                        { say(text::FILES_UPLOADING) }
                        { " " }
                        { button("link", send, PanelMsg::SendWithoutFiles, text::SEND_WITHOUT_FILES) }
                    </p>
                }
            </>
        }
    }

    /// The names of those that are ready, or on their way.
    pub(super) fn names(&self) -> String {
        self.written.names.join(", ")
    }
}

impl Panel {
    /// Whether what was to be sent waits for files, and is sent once they are ready.
    pub(super) const fn waits_for_files(&mut self) -> bool {
        self.files.waiting = self.files.written.pending;
        self.files.waiting
    }

    /// The files that go with what is sent now.
    pub(super) fn take_files(&mut self, driver: &Driver) -> Vec<AttachmentId> {
        let ready = core::mem::take(&mut self.files.written.ready);
        self.files.written.names.clear();
        self.files.waiting = false;
        if let Some((files, writing)) = driver.files().zip(self.writing()).filter(|_| !ready.is_empty()) {
            files::sent(&files, &writing, &ready);
        }
        ready
    }

    pub(super) fn files_changed(&mut self, driver: &Driver, capture: &Capture, writing: &str, files: WrittenFiles) {
        if self.writing().is_none_or(|own| own != writing) {
            return;
        }
        self.files.written = files;
        if self.files.waiting && !self.files.written.pending {
            self.files.waiting = false;
            // Of what can't be attached its author hears first.
            if !self.files.written.refused && !self.files.written.failed {
                self.send_again(driver, capture);
            }
        }
    }

    pub(super) fn send_without_files(&mut self, driver: &Driver, capture: &Capture) {
        self.files.written.pending = false;
        self.send_again(driver, capture);
    }

    fn send_again(&mut self, driver: &Driver, capture: &Capture) {
        self.files.waiting = false;
        match self.screen {
            Screen::Report => self.send_report(driver, capture),
            _ => self.update_thread(driver, capture, ThreadMsg::SendMessage),
        }
    }

    /// The name under which the files of what can be written here are kept.
    fn writing(&self) -> Option<String> {
        match self.screen {
            Screen::Report => Some(FilesDraft::REPORT.to_owned()),
            Screen::Thread(id) => Some(id.text()),
            Screen::Home | Screen::Receipt(_) | Screen::Status => None,
        }
    }
}
