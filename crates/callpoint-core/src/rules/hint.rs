//! The severity hint: a few questions in the customer's words give a level with its reasons. The customer can
//! always say otherwise.

use serde::{Deserialize, Serialize};

use crate::{
    model::severity::{Scheme, Severity},
    text::{self, Key},
};

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $label:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every answer, in the order the form offers them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Every answer in the customer's words, in the same order.
            pub const LABELS: &[Key] = &[$(text::$label,)*];

            /// The answer in the customer's words.
            #[must_use]
            pub const fn label(self) -> Key {
                match self { $(Self::$variant => text::$label,)* }
            }
        }
    )*};
}

answers! {
    /// What are you seeing?
    SymptomAnswer {
        /// Nothing works.
        Down = SYMPTOM_DOWN,
        /// Errors.
        Errors = SYMPTOM_ERRORS,
        /// Slow.
        Slow = SYMPTOM_SLOW,
        /// Wrong results.
        Wrong = SYMPTOM_WRONG,
    }
    /// Who is affected?
    AffectedAnswer {
        /// Everyone in the account.
        Everyone = AFFECTED_EVERYONE,
        /// Several people.
        Several = AFFECTED_SEVERAL,
        /// Only this person.
        Me = AFFECTED_ME,
        /// Nobody; work goes on.
        Nobody = AFFECTED_NO_ONE,
    }
    /// When did it start?
    SinceAnswer {
        /// A few minutes.
        Now = SINCE_NOW,
        /// Today.
        Today = SINCE_TODAY,
        /// Longer than a day.
        Longer = SINCE_LONGER,
    }
    /// Is there a workaround?
    WorkaroundAnswer {
        /// None.
        None = WORKAROUND_NONE,
        /// One that costs a lot of effort.
        Hard = WORKAROUND_HARD,
        /// A good one.
        Easy = WORKAROUND_EASY,
    }
    /// Is data lost or wrong?
    DataAnswer {
        /// Lost.
        Lost = DATA_LOST,
        /// Wrong.
        Wrong = DATA_WRONG,
        /// Safe, as far as the person knows.
        Safe = DATA_SAFE,
    }
}

/// The answers to the guided questions; each may stay unanswered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Answers {
    /// What are you seeing?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sees: Option<SymptomAnswer>,
    /// Who is affected?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<AffectedAnswer>,
    /// When did it start?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<SinceAnswer>,
    /// Is there a workaround?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub around: Option<WorkaroundAnswer>,
    /// Is data lost or wrong?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataAnswer>,
    /// Could it be a security issue? Yes seals the incident: its reporter and named staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<bool>,
}

impl Answers {
    /// Whether no question was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Which option of a question of [`QUESTIONS`] is chosen.
    #[must_use]
    pub fn chosen(&self, question: usize) -> Option<usize> {
        match question {
            0 => self.sees.map(|option| option as usize),
            1 => self.stopped.map(|option| option as usize),
            2 => self.since.map(|option| option as usize),
            3 => self.around.map(|option| option as usize),
            4 => self.data.map(|option| option as usize),
            _ => self.security.map(|yes| usize::from(!yes)),
        }
    }

    /// Chooses an option of a question of [`QUESTIONS`]; choosing the chosen one again takes it back.
    pub fn toggle(&mut self, question: usize, option: usize) {
        fn flip<T: Copy + PartialEq>(chosen: &mut Option<T>, options: &[T], option: usize) {
            let wanted = options.get(option).copied();
            *chosen = if *chosen == wanted { None } else { wanted };
        }
        match question {
            0 => flip(&mut self.sees, SymptomAnswer::ALL, option),
            1 => flip(&mut self.stopped, AffectedAnswer::ALL, option),
            2 => flip(&mut self.since, SinceAnswer::ALL, option),
            3 => flip(&mut self.around, WorkaroundAnswer::ALL, option),
            4 => flip(&mut self.data, DataAnswer::ALL, option),
            _ => flip(&mut self.security, &[true, false], option),
        }
    }
}

/// The guided questions in the order the form asks them, each with its options.
pub const QUESTIONS: &[(Key, &[Key])] = &[
    (text::SYMPTOM_LABEL, SymptomAnswer::LABELS),
    (text::AFFECTED_LABEL, AffectedAnswer::LABELS),
    (text::SINCE_LABEL, SinceAnswer::LABELS),
    (text::WORKAROUND_LABEL, WorkaroundAnswer::LABELS),
    (text::DATA_LABEL, DataAnswer::LABELS),
    (text::SECURITY_LABEL, &[text::YES, text::NO]),
];

/// A suggested level and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The level of the vendor's scheme.
    pub severity: Severity,
    /// The reasons, the weightiest first; never empty.
    pub reasons: Vec<Key>,
}

/// How urgent the answers are, before a scheme gives it a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Low,
    Moderate,
    High,
    Critical,
}

/// The level these answers suggest. `None` until one of them says something about the harm.
#[must_use]
pub fn hint(answers: &Answers, scheme: &Scheme) -> Option<Hint> {
    let found = reasons(answers);
    let urgency = found.iter().flatten().map(|(urgency, _)| *urgency).max()?;
    let mut reasons = Vec::new();
    for (weight, reason) in found.into_iter().flatten() {
        if weight == urgency {
            reasons.push(reason);
        }
    }
    let distance = Urgency::Critical as usize - urgency as usize;
    let rank = distance.min(scheme.levels.len().saturating_sub(1)) + 1;
    Some(Hint { severity: Severity(u8::try_from(rank).unwrap_or(u8::MAX)), reasons })
}

/// What each answer, or pair of answers, calls for and why.
const fn reasons(answers: &Answers) -> [Option<(Urgency, Key)>; 4] {
    use Urgency::{Critical, High, Low, Moderate};
    let data = match answers.data {
        Some(DataAnswer::Lost) => Some((Critical, text::BECAUSE_DATA_LOST)),
        Some(DataAnswer::Wrong) => Some((High, text::BECAUSE_DATA_WRONG)),
        _ => None,
    };
    let security = match answers.security {
        Some(true) => Some((Critical, text::BECAUSE_SECURITY)),
        _ => None,
    };
    let stopped = match (answers.stopped, answers.around) {
        (Some(AffectedAnswer::Everyone), Some(WorkaroundAnswer::None)) => {
            Some((Critical, text::BECAUSE_EVERYONE_BLOCKED))
        }
        (Some(AffectedAnswer::Everyone), Some(WorkaroundAnswer::Easy)) => {
            Some((Moderate, text::BECAUSE_EVERYONE_WITH_WORKAROUND))
        }
        (Some(AffectedAnswer::Everyone), _) => Some((High, text::BECAUSE_EVERYONE_AFFECTED)),
        (Some(AffectedAnswer::Several), Some(WorkaroundAnswer::None)) => Some((High, text::BECAUSE_SEVERAL_BLOCKED)),
        (Some(AffectedAnswer::Several), _) => Some((Moderate, text::BECAUSE_SEVERAL_AFFECTED)),
        (Some(AffectedAnswer::Me), Some(WorkaroundAnswer::None)) => Some((Moderate, text::BECAUSE_ONE_BLOCKED)),
        (Some(AffectedAnswer::Me), _) => Some((Low, text::BECAUSE_ONE_AFFECTED)),
        (Some(AffectedAnswer::Nobody), _) => Some((Low, text::BECAUSE_NO_ONE_AFFECTED)),
        (None, _) => None,
    };
    // Without a workaround, that nobody can work says it all.
    let sees = match (answers.sees, answers.stopped, answers.around) {
        (Some(SymptomAnswer::Down), Some(AffectedAnswer::Everyone), None | Some(WorkaroundAnswer::Hard)) => {
            Some((Critical, text::BECAUSE_DOWN_FOR_ALL))
        }
        (Some(SymptomAnswer::Down), None, _) => Some((High, text::BECAUSE_DOWN)),
        (Some(SymptomAnswer::Wrong), _, _) => Some((Moderate, text::BECAUSE_WRONG)),
        (Some(_), None, _) => Some((Low, text::BECAUSE_IMPAIRED)),
        _ => None,
    };
    [data, security, stopped, sees]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(scheme: &str, answers: &Answers) -> Option<u8> {
        hint(answers, &Scheme::preset(scheme).unwrap()).map(|hint| hint.severity.0)
    }

    #[test]
    fn both_presets_give_the_level_a_customer_would_expect() {
        let all_stopped = Answers {
            stopped: Some(AffectedAnswer::Everyone),
            around: Some(WorkaroundAnswer::None),
            ..Answers::default()
        };
        let several = Answers {
            stopped: Some(AffectedAnswer::Several),
            around: Some(WorkaroundAnswer::None),
            ..Answers::default()
        };
        let me =
            Answers { stopped: Some(AffectedAnswer::Me), around: Some(WorkaroundAnswer::None), ..Answers::default() };
        let nobody = Answers { stopped: Some(AffectedAnswer::Nobody), ..Answers::default() };
        let lost =
            Answers { stopped: Some(AffectedAnswer::Nobody), data: Some(DataAnswer::Lost), ..Answers::default() };
        for (answers, sev, p) in [(all_stopped, 1, 1), (several, 2, 2), (me, 3, 3), (nobody, 3, 4), (lost, 1, 1)] {
            assert_eq!(level("sev1-3", &answers), Some(sev), "{answers:?}");
            assert_eq!(level("p0-p3", &answers), Some(p), "{answers:?}");
        }
        assert_eq!(level("sev1-3", &Answers::default()), None);
        assert_eq!(level("p0-p3", &Answers { since: Some(SinceAnswer::Now), ..Answers::default() }), None);
    }

    #[test]
    fn saying_that_more_people_are_stopped_never_lowers_the_level() {
        for scheme in ["sev1-3", "p0-p3"] {
            for sees in SymptomAnswer::ALL {
                for around in WorkaroundAnswer::ALL {
                    for data in DataAnswer::ALL {
                        let ranks: Vec<_> = AffectedAnswer::ALL
                            .iter()
                            .map(|stopped| Answers {
                                sees: Some(*sees),
                                stopped: Some(*stopped),
                                around: Some(*around),
                                data: Some(*data),
                                ..Answers::default()
                            })
                            .map(|answers| level(scheme, &answers).unwrap())
                            .collect();
                        assert!(ranks.is_sorted(), "{scheme} {sees:?} {around:?} {data:?}: {ranks:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn each_option_of_each_question_can_be_chosen_and_taken_back() {
        for (question, (_, options)) in QUESTIONS.iter().enumerate() {
            for option in 0..options.len() {
                let mut answers = Answers::default();
                answers.toggle(question, option);
                assert_eq!(answers.chosen(question), Some(option));
                assert_eq!((0..QUESTIONS.len()).filter(|asked| answers.chosen(*asked).is_some()).count(), 1);
                answers.toggle(question, option);
                assert!(answers.is_empty());
            }
        }
    }

    #[test]
    fn a_level_always_comes_with_its_reasons() {
        let answers = Answers { sees: Some(SymptomAnswer::Slow), ..Answers::default() };
        assert_eq!(hint(&answers, &Scheme::preset("p0-p3").unwrap()).unwrap().reasons.len(), 1);
    }
}
