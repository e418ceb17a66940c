//! How far words reach that stand among an incident's facts.

use serde::{Deserialize, Serialize};

use crate::model::id::AccountId;

/// The accounts that words among an incident's facts were written for. Whoever joins later is given none of them, unless
/// their author chose everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Reach {
    /// The reason of the assessment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reason: Vec<AccountId>,
    /// The workaround, where it is not for everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workaround: Vec<AccountId>,
    /// The last workaround that was for everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_workaround: Option<String>,
}

impl Reach {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
