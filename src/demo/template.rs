//! Templates: contracts one would sign after filling in the blanks, each with
//! its data book and a few made-up months, so that everything runs at once.

/// A file of a template: its path below the folder, and its content.
type File = (&'static str, &'static str);

/// A template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Telephone service for a monthly fee: resolved at the first call, satisfied, easy to reach.
    Voice,
    /// A help desk by working time: fixed in time and for good, nothing left behind.
    Tickets,
    /// Back-office cases: done in time, done right, none left to age.
    BackOffice,
    /// Paid by the case that is solved and stays solved.
    PerResolution,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Voice, Self::Tickets, Self::BackOffice, Self::PerResolution];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Tickets => "tickets",
            Self::BackOffice => "back-office",
            Self::PerResolution => "per-resolution",
        }
    }

    /// Its files.
    #[must_use]
    pub fn files(self) -> Vec<(String, Vec<u8>)> {
        let owned = |(path, text): &File| ((*path).to_owned(), text.as_bytes().to_vec());
        self.texts().iter().map(owned).collect()
    }

    fn texts(self) -> &'static [File] {
        match self {
            Self::Voice => &[
                ("data.yaml", include_str!("templates/voice/data.yaml")),
                ("data/calls.csv", include_str!("templates/voice/data/calls.csv")),
                ("data/surveys.csv", include_str!("templates/voice/data/surveys.csv")),
                ("terms.contract", include_str!("templates/voice/terms.contract")),
            ],
            Self::Tickets => &[
                ("calendars/holidays.csv", include_str!("templates/tickets/calendars/holidays.csv")),
                ("data.yaml", include_str!("templates/tickets/data.yaml")),
                ("data/cases.csv", include_str!("templates/tickets/data/cases.csv")),
                ("data/status.csv", include_str!("templates/tickets/data/status.csv")),
                ("terms.contract", include_str!("templates/tickets/terms.contract")),
            ],
            Self::BackOffice => &[
                ("data.yaml", include_str!("templates/back-office/data.yaml")),
                ("data/cases.csv", include_str!("templates/back-office/data/cases.csv")),
                ("data/reviews.csv", include_str!("templates/back-office/data/reviews.csv")),
                ("terms.contract", include_str!("templates/back-office/terms.contract")),
            ],
            Self::PerResolution => &[
                ("data.yaml", include_str!("templates/per-resolution/data.yaml")),
                ("data/cases.csv", include_str!("templates/per-resolution/data/cases.csv")),
                ("data/contacts.csv", include_str!("templates/per-resolution/data/contacts.csv")),
                ("data/surveys.csv", include_str!("templates/per-resolution/data/surveys.csv")),
                ("terms.contract", include_str!("templates/per-resolution/terms.contract")),
            ],
        }
    }
}
