//! When figures become final, and what is paid until then.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::tree::{self, ProvisionalPay, UnitWord};

use super::{Check, literal};
use crate::contract::{Maturity, Within};
use crate::value::Ratio;

impl Check<'_> {
    /// What the head says of late data.
    pub(super) fn maturity(&mut self) -> Maturity {
        let late = self.names.heads.first().and_then(|(head, _)| head.late.as_ref());
        Maturity { late: late.and_then(|late| self.late(&late.value, late.span)) }
    }

    fn late(&mut self, written: &tree::Within, span: meed_grammar::span::Span) -> Option<Within> {
        if let tree::Within::Periods(_) = written {
            self.report(
                Diagnostic::error(codes::LATE_DATA, "data comes late by days, not by periods")
                    .label(span, "a number of days belongs here")
                    .help(
                        "write for instance `late data within 10 days` or `… 5 business days in CALENDAR`"
                            .to_owned(),
                    ),
            );
            return None;
        }
        self.within(written, span)
    }

    /// The share of what is due that is paid while a reading can still change.
    pub(super) fn provisional(&mut self, written: &tree::Commitment) -> Option<Ratio> {
        let ProvisionalPay(share) = &written.provisional.as_ref()?.value;
        let Some(share) = share else { return Some(Ratio::zero()) };
        let value = literal::number(share.value.number);
        let percent = matches!(share.value.unit, UnitWord::Percent);
        if percent && !value.is_negative() && value <= Ratio::whole(100) {
            return Some(value);
        }
        self.report(
            Diagnostic::error(
                codes::PROVISIONAL_SHARE,
                format!("`{}` is no share of what is due", share.value),
            )
            .label(share.span, "a percentage from 0% to 100% belongs here")
            .help(
                "write for instance `while provisional pay 80%`, or `while provisional pay nothing`"
                    .to_owned(),
            ),
        );
        None
    }
}
