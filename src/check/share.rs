//! Shares of what is saved or lost: `pay bonus share of what is below … { … }`.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Expr, PaySide};

use super::Check;
use super::coverage::Judged;
use super::figures::Place;
use crate::contract::{Pay, ShareSize};
use crate::value::{Ratio, Unit};

/// The parts of a share as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShareWritten<'t> {
    pub side: PaySide,
    pub below: bool,
    pub level: &'t Expr,
    pub tiers: &'t [Spanned<tree::ShareTier>],
    pub at_most: Option<&'t Expr>,
}

impl Check<'_> {
    pub(super) fn share_pay(
        &mut self,
        written: ShareWritten<'_>,
        judged: &Judged<'_>,
        span: Span,
    ) -> Option<Pay> {
        let ShareWritten { side, below, .. } = written;
        if !matches!(judged.measure.unit, Unit::Money(_)) {
            self.report(
                Diagnostic::error(
                    codes::NOTHING_TO_SHARE,
                    format!(
                        "`{}` is {}, and only money can be shared",
                        judged.measure.name, judged.measure.unit
                    ),
                )
                .label(span, "a share of what?")
                .help("judge a measure in money, or pay so much for each step".to_owned()),
            );
            return None;
        }
        let level = self.money(written.level, Place::Pay, "the level");
        let at_most = match written.at_most {
            Some(most) => self.money(most, Place::Pay, "the most").map(Some),
            None => Some(None),
        };
        let last = written.tiers.last().is_some_and(|tier| tier.value.size.is_none());
        let open = written.tiers.iter().filter(|tier| tier.value.size.is_none()).count();
        if !last || open != 1 {
            self.report(
                Diagnostic::error(codes::TIERS_WRONG, "what goes beyond the last tier has no share")
                    .label(written.tiers.last().map_or(span, |tier| tier.span), "the last tier")
                    .help("end the tiers with one `then …`, which holds all the rest".to_owned()),
            );
            return None;
        }
        let mut tiers = Vec::new();
        for tier in written.tiers {
            tiers.push((self.share_size(tier.value.size.as_ref())?, self.share_part(&tier.value.part)?));
        }
        Some(Pay::Share { side, below, level: level?, tiers, at_most: at_most? })
    }

    fn share_size(&mut self, size: Option<&Spanned<tree::Quantity>>) -> Option<Option<ShareSize>> {
        let Some(size) = size else { return Some(None) };
        let found = self.literal(&size.value, size.span)?;
        if !found.value.is_positive() {
            self.report(super::literal::not_positive("a tier", size.span));
            return None;
        }
        match found.unit {
            Unit::Percent => Some(Some(ShareSize::Percent(found.value))),
            Unit::Money(_) => Some(Some(ShareSize::Money(found.value))),
            unit => {
                self.report(
                    Diagnostic::error(
                        codes::UNITS_DIFFER,
                        format!("a tier of a share is a percentage of the level or money, not {unit}"),
                    )
                    .label(size.span, unit.to_string())
                    .help("write for instance `first 10% 50%`".to_owned()),
                );
                None
            }
        }
    }

    fn share_part(&mut self, part: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let value = self.level(part, Unit::Percent, "a share")?;
        if !value.is_negative() && value <= Ratio::whole(100) {
            return Some(value);
        }
        self.report(
            Diagnostic::error(codes::SCALE_OUT_OF_RANGE, "a share lies between 0% and 100%")
                .label(part.span, "out of range")
                .help("write for instance `first 10% 50%`".to_owned()),
        );
        None
    }
}
