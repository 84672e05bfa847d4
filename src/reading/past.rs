//! Figures taken from several periods.
//!
//! | period | calls | `sum of calls over 3 periods` | `… over up to 3 periods` | `… over all periods before` |
//! |---|---|---|---|---|
//! | 1 | 5 | no value | 5 | 0 |
//! | 2 | 6 | no value | 11 | 5 |
//! | 3 | 7 | 18 | 18 | 11 |
//! | 4 | not measured | no value | no value | 18 |

use std::ops::Range;

use super::Reading;
use super::figure;
use super::formula::Missing;
use crate::contract::{Contract, How, Node, Past, Periodic};
use crate::value::{Date, Period, Quantity, Ratio};

/// The place in time from which a formula looks back.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    pub contract: &'a Contract,
    pub periods: &'a [Period],
    /// The first period that counts.
    pub since: usize,
    /// Index of the period itself.
    pub now: usize,
}

fn missing(name: &str, why: impl Into<String>) -> Missing {
    Missing::Figure { name: name.to_string(), why: why.into() }
}

impl<'a> Look<'a> {
    /// The periods a formula looks at; none when the term has not had enough.
    pub(crate) fn range(&self, past: &Past) -> Result<Range<usize>, Missing> {
        let end = if past.includes_now() { self.now + 1 } else { self.now };
        let since = self.since.min(end);
        let start = match past.span {
            Periodic::AllBefore => since,
            Periodic::ContractYear => self.year_start().clamp(since, end),
            Periodic::Last { count, up_to, .. } => {
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                match end.checked_sub(count).filter(|start| *start >= since) {
                    Some(start) => start,
                    None if up_to => since,
                    None => {
                        let why = format!("{count} periods needed, {} there", end - since);
                        return Err(missing(&past.text, why));
                    }
                }
            }
        };
        if start == end && past.how != How::Sum {
            return Err(missing(&past.text, "no period before"));
        }
        Ok(if past.how == How::Before { start..start + 1 } else { start..end })
    }

    /// The first evaluated period of the contract year that this one lies in;
    /// the years begin on the day the term does.
    pub(crate) fn year_start(&self) -> usize {
        let first = |period: usize| self.periods.get(period).map(|period| period.first);
        let Some(today) = first(self.now) else { return self.now };
        let from = self.contract.schedule.from;
        let years = (0..1200).step_by(12).map_while(|months| from.plus_months(months));
        let start: Option<Date> = years.take_while(|start| *start <= today).last();
        (0..=self.now).find(|period| first(*period) >= start).unwrap_or(self.now)
    }

    /// The label of a period.
    pub(crate) fn label(&self, period: usize) -> &'a str {
        self.periods.get(period).map_or("", |period| period.label.as_str())
    }

    /// A measure's figure taken from several periods; `reading` gives that of one.
    pub(crate) fn measured<'r>(
        &self,
        past: &Past,
        reading: &dyn Fn(usize) -> Option<&'r Reading>,
    ) -> Result<Quantity, Missing> {
        let Node::Measure(name) = &past.figure else { return Err(missing(&past.text, "not a measure")) };
        let range = self.range(past)?;
        if past.how == How::Pooled {
            return self.pooled(past, name, range, reading);
        }
        together(past, range, &|period| {
            let label = self.label(period);
            let found = reading(period).ok_or_else(|| missing(name, format!("{label}: not reported")))?;
            let why = || missing(name, format!("{label}: {}", found.why().unwrap_or_default()));
            found.value.clone().ok_or_else(why)
        })
    }

    /// The counts of the periods added up, and divided once.
    fn pooled<'r>(
        &self,
        past: &Past,
        name: &str,
        range: Range<usize>,
        reading: &dyn Fn(usize) -> Option<&'r Reading>,
    ) -> Result<Quantity, Missing> {
        let (mut above, mut below) = (Ratio::zero(), Ratio::zero());
        for period in range {
            let counts = reading(period).and_then(|it| it.above.as_ref().zip(it.below.as_ref()));
            let (more, of) =
                counts.ok_or_else(|| missing(name, format!("{}: no counts", self.label(period))))?;
            above = &above + more;
            below = &below + of;
        }
        let value = above.over(&below).zip(self.contract.measures.get(name));
        let value = value.map(|(quotient, measure)| &quotient * &figure::factor(measure));
        value
            .map(|value| Quantity::new(value, past.unit))
            .ok_or_else(|| missing(&past.text, "nothing to measure"))
    }
}

/// The figures of the periods put together; `each` gives that of one period.
pub(crate) fn together(
    past: &Past,
    range: Range<usize>,
    each: &dyn Fn(usize) -> Result<Ratio, Missing>,
) -> Result<Quantity, Missing> {
    let count = Ratio::whole(range.len());
    let mut figures = range.map(each).collect::<Result<Vec<Ratio>, Missing>>()?;
    let mut count = count;
    if let Some((best, highest)) = past.best {
        figures.sort();
        if highest {
            figures.reverse();
        }
        figures.truncate(usize::try_from(best).unwrap_or(usize::MAX));
        count = Ratio::whole(figures.len());
    }
    let value = match past.how {
        How::Sum => Some(figures.into_iter().sum()),
        How::Average => figures.into_iter().sum::<Ratio>().over(&count),
        How::Highest => figures.into_iter().max(),
        How::Lowest => figures.into_iter().min(),
        How::Before | How::Pooled => figures.into_iter().next(),
    };
    value.map(|value| Quantity::new(value, past.unit)).ok_or(Missing::DivisionByZero)
}
