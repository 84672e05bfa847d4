//! The part of a set that counts.
//!
//! ```text
//! counting 50% where responsibility = "joint"
//! counting equal parts with same customer within 6 months
//! counting at most the first 110% of sum of forecast over volumes each period because "…"
//! excluding days with more than 110% of sum of forecast over volumes because "…"
//! counting only the latest with same customer each period because "…"
//! open at the end of each period, from opened_at to resolved_at
//! ```

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree;

use crate::check::{Check, both};
use crate::contract::{AS_AT, Allowance, OneOfKey, OpenAt, Portions, SetRef, Split};
use crate::value::Unit;

impl Check<'_> {
    /// What these clauses add to the portions of `base`.
    pub(in crate::check) fn portions(
        &mut self,
        base: &SetRef,
        written: &[Spanned<tree::Portion>],
    ) -> Option<Portions> {
        let mut all = base.portions.clone();
        let mut sound = true;
        for it in written {
            sound &= self.portion(base, it, &mut all).is_some();
        }
        sound.then_some(all)
    }

    fn portion(&mut self, base: &SetRef, written: &Spanned<tree::Portion>, all: &mut Portions) -> Option<()> {
        match &written.value {
            tree::Portion::InPart { share, condition } => {
                let percent = self.level(share, Unit::Percent, "what a record counts");
                let (percent, condition) = both(percent, self.condition(condition, base))?;
                if percent.is_negative() {
                    self.report(bad_percent(share.span));
                    return None;
                }
                all.in_part.push((condition, percent));
            }
            tree::Portion::EqualParts { keys, window } => {
                let (keys, window) = both(self.keys(keys, base, base), self.window(window))?;
                let split = Split { keys, window };
                self.once(all.split.replace(Box::new(split)).is_some(), written.span)?;
            }
            tree::Portion::Days(allowance) => {
                let allowance = self.allowance(base, allowance, true)?;
                self.once(all.days.replace(Box::new(allowance)).is_some(), written.span)?;
            }
            tree::Portion::First { allowance, each_day } => {
                let allowance = self.allowance(base, allowance, *each_day)?;
                self.once(all.first.replace(Box::new(allowance)).is_some(), written.span)?;
            }
            tree::Portion::One { latest, keys, because } => {
                let keys = self.keys(keys, base, base)?;
                let one = OneOfKey { latest: *latest, keys, because: because.value.clone() };
                self.once(all.one.replace(Box::new(one)).is_some(), written.span)?;
            }
            tree::Portion::Open { each_day, from, to } => {
                if self.no_open_cases(base, written.span, "open at another end again").is_some() {
                    return None;
                }
                all.open = Some(Box::new(self.open_at(base, *each_day, (from, to))?));
            }
        }
        if all.open.is_some()
            && (all.days.is_some() || all.first.is_some() || all.one.is_some() || all.split.is_some())
        {
            self.report(
                Diagnostic::error(codes::OPEN_CASES, "open cases are all looked at in one moment")
                    .label(written.span, "there is no first or latest of them")
                    .help("keep this clause or `open at the end of …`".to_owned()),
            );
            return None;
        }
        Some(())
    }

    fn open_at(
        &mut self,
        base: &SetRef,
        each_day: bool,
        (from, to): (&tree::Name, &tree::Name),
    ) -> Option<OpenAt> {
        if self.tables.field(&base.table, AS_AT).is_some() {
            self.report(
                Diagnostic::error(
                    codes::OPEN_CASES,
                    format!("`{}` has a field `{AS_AT}` already", base.table),
                )
                .label(from.span, "the field that open cases have of their own")
                .help("give the field another name in the data book".to_owned()),
            );
            return None;
        }
        let (from, to) = both(self.date_field(from, &base.table), self.date_field(to, &base.table))?;
        Some(OpenAt { each_day, from, to })
    }

    /// Open cases have no moment of their own that something could come after.
    pub(in crate::check) fn no_open_cases(&mut self, set: &SetRef, span: Span, what: &str) -> Option<()> {
        set.portions.open.as_ref()?;
        self.report(
            Diagnostic::error(codes::OPEN_CASES, format!("`{}` are open cases, not events", set.name))
                .label(span, what.to_owned())
                .help("name the set or table that they are cases of".to_owned()),
        );
        Some(())
    }

    fn allowance(&mut self, base: &SetRef, written: &tree::Allowance, each_day: bool) -> Option<Allowance> {
        let over = self.set(&written.over);
        let percent = self.level(&written.percent, Unit::Percent, "the allowance");
        let (over, percent) = both(over, percent)?;
        if self.no_open_cases(&over, written.over.span, "they are no forecast").is_some() {
            return None;
        }
        let (value, by) = both(self.size(&written.value, &over), self.keys(&written.by, base, &over))?;
        if !percent.is_positive() {
            self.report(bad_percent(written.percent.span));
            return None;
        }
        if value.unit != Unit::Number {
            self.report(
                Diagnostic::error(
                    codes::ALLOWANCE,
                    format!("`{}` is {}, not a number of records", value.text, value.unit),
                )
                .label(written.value.span, "records are counted against it")
                .help("name the field that holds the forecast, such as `forecast`".to_owned()),
            );
            return None;
        }
        let because = written.because.value.clone();
        Some(Allowance { percent, value: value.row, over, by, each_day, because })
    }

    /// Two rules of one kind would need an order.
    fn once(&mut self, twice: bool, span: Span) -> Option<()> {
        if !twice {
            return Some(());
        }
        self.report(
            Diagnostic::error(codes::ALLOWANCE, "the set has such an allowance already")
                .label(span, "a second one of the same kind")
                .help("keep one of them".to_owned()),
        );
        None
    }
}

fn bad_percent(span: Span) -> Diagnostic {
    Diagnostic::error(codes::ALLOWANCE, "a part of records cannot be so small")
        .label(span, "nothing would count")
        .help("write a percentage above 0%, such as `110%`".to_owned())
}
