//! The part of a set that counts.
//!
//! ```text
//! counting 50% where responsibility = "joint"
//! counting at most the first 110% of sum of forecast over volumes each period because "…"
//! excluding days with more than 110% of sum of forecast over volumes because "…"
//! ```

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree;

use crate::check::{Check, both};
use crate::contract::{Allowance, Portions, SetRef};
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
            tree::Portion::Days(allowance) => {
                let allowance = self.allowance(base, allowance, true)?;
                self.once(all.days.replace(Box::new(allowance)).is_some(), written.span)?;
            }
            tree::Portion::First { allowance, each_day } => {
                let allowance = self.allowance(base, allowance, *each_day)?;
                self.once(all.first.replace(Box::new(allowance)).is_some(), written.span)?;
            }
        }
        Some(())
    }

    fn allowance(&mut self, base: &SetRef, written: &tree::Allowance, each_day: bool) -> Option<Allowance> {
        let over = self.set(&written.over);
        let percent = self.level(&written.percent, Unit::Percent, "the allowance");
        let (over, percent) = both(over, percent)?;
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
