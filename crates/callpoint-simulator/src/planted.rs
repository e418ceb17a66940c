//! Faults that are planted at the simulator's border, to see that it finds them.

/// A fault of a kind that people make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// The device's copy of a submission is deleted when it is sent, before the server's receipt.
    DeleteBeforeReceipt,
    /// A stream goes on one event too late.
    CursorOffByOne,
    /// Nodes write without the log's lock.
    NoLock,
    /// All clients wait equally long before they try again.
    NoJitter,
    /// After a failed transaction a node goes on inside of it, and every later commit is one of a savepoint.
    Savepoint,
    /// A node keeps no replies, so that a retry is done again.
    NoReplies,
    /// A stream gives its events without asking who may see them.
    NoVisibility,
    /// Whoever takes a dead tab's place does not take up what it has left on the device, nor does a tab that boots.
    NothingTakenUp,
    /// A tab that signs somebody else in goes on with the words of the one before.
    WordsOfAnother,
    /// Nobody looks at what is due once the node that noted it is gone.
    NothingDue,
}

impl Planted {
    /// Each with the name that the command line has for it.
    pub const ALL: [(&str, Self); 10] = [
        ("delete-before-receipt", Self::DeleteBeforeReceipt),
        ("cursor-off-by-one", Self::CursorOffByOne),
        ("no-lock", Self::NoLock),
        ("no-jitter", Self::NoJitter),
        ("savepoint", Self::Savepoint),
        ("no-replies", Self::NoReplies),
        ("no-visibility", Self::NoVisibility),
        ("nothing-taken-up", Self::NothingTakenUp),
        ("words-of-another", Self::WordsOfAnother),
        ("nothing-due", Self::NothingDue),
    ];
}
