//! Files: where they are added to what somebody writes, and those of an entry. What is drawn of them, the page's own
//! script draws: see [`files`].

use std::rc::Rc;

use callpoint_core::{
    model::attachment::Attachment,
    text::{self, say},
};
use yew::prelude::*;

use crate::{
    context::use_driver,
    platform::files::{self, WrittenFiles},
};

/// What adding files needs.
#[derive(PartialEq, Properties)]
pub struct AddFilesProps {
    /// What is being written: the files of one are not those of another.
    pub writing: String,
    /// Hears of the files.
    pub changed: Callback<WrittenFiles>,
    /// Whether files could not be added.
    #[prop_or_default]
    pub failed: bool,
}

/// Adds files to what is being written: by a picker, by paste, by drop, or from the screen.
#[component]
pub fn AddFiles(props: &AddFilesProps) -> Html {
    let driver = use_driver();
    let root = use_node_ref();
    let given = (props.writing.clone(), props.changed.clone());
    use_effect_with((root.clone(), props.writing.clone()), {
        let driver = driver.clone();
        move |(root, _)| {
            let (writing, changed) = given;
            if let Some((files, element)) = driver.files().zip(root.cast::<web_sys::Element>()) {
                files::watch(&files, &element, &writing, move |files| changed.emit(files));
            }
        }
    });
    if driver.files().is_none() {
        return Html::default();
    }
    html! {
        <div class="files" ref={root} key={props.writing.clone()}>
            <div class="files-list"></div>
            if props.failed { <p class="fault" role="alert">{ say(text::FILES_FAILED) }</p> }
            <div class="files-add">
                <label class="attach">
                    <input type="file" multiple=true aria-label={say(text::ATTACH_FILES)} />
                    <span aria-hidden="true">{ say(text::ATTACH_FILES) }</span>
                </label>
                <button type="button" class="link shoot" hidden=true>{ say(text::TAKE_SCREENSHOT) }</button>
            </div>
        </div>
    }
}

/// What the files of an entry need.
#[derive(Properties)]
pub struct AttachedFilesProps {
    /// The files; they never change.
    pub files: Rc<[Attachment]>,
}

impl PartialEq for AttachedFilesProps {
    fn eq(&self, other: &Self) -> bool {
        self.files == other.files
    }
}

/// The files of an entry.
#[component]
pub fn AttachedFiles(props: &AttachedFilesProps) -> Html {
    let driver = use_driver();
    let root = use_node_ref();
    use_effect_with((root.clone(), props.files.clone()), {
        let driver = driver.clone();
        move |(root, attachments)| {
            if let Some((files, element)) = driver.files().zip(root.cast::<web_sys::Element>()) {
                files::show(&files, &element, attachments);
            }
        }
    });
    let names = || props.files.iter().map(|file| html! { <li dir="auto">{ &file.name }</li> });
    html! {
        <div class="attached" ref={root}>
            if driver.files().is_none() { <ul aria-label={say(text::FILES)}>{ for names() }</ul> }
        </div>
    }
}
