//! The moment as of which data is looked at.
//!
//! `2026-02-01` is the end of that day in the contract's zone: all that became
//! known on it is seen. `2026-02-01 12:00` is that moment.

use super::{Book, Moment, TimeFormat};
use crate::value::{Date, Instant, Resolved, Zone};

/// The moment as of which data is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOf {
    /// What became known later is not seen.
    pub until: Instant,
    /// Its date in the contract's zone.
    pub day: Date,
    /// As it was asked for.
    pub text: String,
}

impl AsOf {
    /// Reads what was asked for; `zone` is the contract's.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, in words.
    pub fn read(text: &str, zone: &Zone) -> Result<Self, String> {
        let until = match TimeFormat::IsoDate.read(text).or_else(|| TimeFormat::Iso.read(text)) {
            Some(Moment::Day(date)) => {
                let next = date.plus_days(1).ok_or_else(|| format!("`{text}` is too late a date"))?;
                Some(Instant(zone.midnight(next).0 - 1))
            }
            Some(Moment::Exact(instant, _)) => Some(instant),
            Some(Moment::Local(local)) => match zone.resolve(local) {
                Resolved::Once(instant)
                | Resolved::Fold { second: instant, .. }
                | Resolved::Gap { forward: instant, .. } => Some(instant),
                Resolved::OutOfRange => None,
            },
            None => None,
        };
        let day = |until: Instant| Some((until, zone.local(until).date()?));
        let (until, day) = until
            .and_then(day)
            .ok_or_else(|| format!("`{text}` is not a date; write `2026-02-01` or `2026-02-01 12:00`"))?;
        Ok(Self { until, day, text: text.to_string() })
    }
}

impl Book {
    /// The book as it reads when only what was known then is seen. No table is complete to a later
    /// moment; one of which the book says nothing is complete to that moment.
    #[must_use]
    pub fn as_of(mut self, as_of: AsOf) -> Self {
        let until = as_of.until;
        self.complete_to = Some(self.complete_to.map_or(until, |end| end.min(until)));
        for table in self.tables.values_mut() {
            table.complete_to = table.complete_to.map(|end| end.min(until));
        }
        self.as_of = Some(as_of);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_stands_for_its_last_moment_in_the_contracts_zone() {
        let zone = Zone::new("Europe/London").unwrap();
        let until = |text: &str| AsOf::read(text, &zone).map(|as_of| as_of.until.0);
        // 1 July in London ends at 22:59:59.999999 UTC.
        assert_eq!(until("2026-07-01"), Ok(1_782_946_799_999_999));
        assert_eq!(until("2026-07-01 12:00"), Ok(1_782_946_800_000_000 - 12 * 3_600_000_000));
        assert!(until("1 July").is_err());
        assert_eq!(AsOf::read("2026-07-01", &zone).unwrap().day, Date::new(2026, 7, 1).unwrap());
    }
}
