//! Charges: formulas, tiers, units beyond an allowance, bands of volume.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Name, Tier, Volume};
use std::collections::BTreeMap;

use super::figures::Place;
use super::memo::Known;
use super::{Check, both, line, literal};
use crate::contract::{Charge, ChargeKind, Measure, Node};
use crate::value::{Ratio, Unit};

/// A volume band as written, without its volume.
type BandPrices<'t> = [&'t Spanned<tree::Quantity>; 5];

impl Check<'_> {
    pub(super) fn all_charges(&mut self) -> BTreeMap<String, Charge> {
        let names: Vec<Name> = self.names.charges.values().map(|(it, _)| it.name.clone()).collect();
        names.iter().filter_map(|name| Some((name.value.clone(), self.charge(name)?))).collect()
    }

    /// The charge of this name, which is declared.
    pub(super) fn charge(&mut self, name: &Name) -> Option<Charge> {
        let (clause, _) = self.names.charges.get(name.value.as_str()).copied()?;
        match self.charges.begin(&name.value) {
            Known::Done(charge) => return charge,
            Known::Circle => {
                self.circular(name, "charge");
                return None;
            }
            Known::TooDeep => {
                self.too_deep(name);
                return None;
            }
            Known::New => {}
        }
        let kind = self.charge_kind(&clause.kind.value, clause.kind.span);
        let riders = kind.as_ref().and_then(|kind| self.riders(&clause.riders, kind));
        let charge = both(kind, riders).map(|(kind, riders)| Charge {
            name: name.value.clone(),
            label: clause.label.as_ref().unwrap_or(&clause.name).value.clone(),
            clause: clause.clause.as_ref().map(|it| it.value.clone()),
            invoiced: !adds_charges(&kind),
            kind,
            riders,
            text: line::charge(clause),
        });
        self.charges.finish(&name.value, charge)
    }

    fn charge_kind(&mut self, written: &tree::ChargeKind, span: Span) -> Option<ChargeKind> {
        match written {
            tree::ChargeKind::Formula(expr) => {
                self.money(expr, Place::Charge, "a charge").map(ChargeKind::Formula)
            }
            tree::ChargeKind::Tiered { volume, graduated, tiers } => {
                self.tiered(volume, *graduated, tiers, span)
            }
            tree::ChargeKind::PerUnit { price, per, volume, included } => {
                self.per_unit(price, per, volume, included.as_ref())
            }
            tree::ChargeKind::VolumeBand { price, baseline, volume, dead_band, above, below, from_edge } => {
                self.volume_band([price, baseline, dead_band, above, below], volume, *from_edge)
            }
        }
    }

    pub(super) fn volume(&mut self, written: &Volume) -> Option<(Measure, Span)> {
        match written {
            Volume::Measure(name) => Some((self.measure(name)?, name.span)),
            Volume::Aggregate(it) => Some((self.inline(&it.value, it.span)?, it.span)),
        }
    }

    /// A volume counted in plain units.
    fn counted(&mut self, written: &Volume) -> Option<Measure> {
        let (measure, span) = self.volume(written)?;
        if measure.unit == Unit::Number {
            return Some(measure);
        }
        self.report(
            Diagnostic::error(
                codes::NOT_USABLE_HERE,
                format!("`{}` is {}, not a number of units", line::volume(written), measure.unit),
            )
            .label(span, "a number of units belongs here")
            .help(
                "price a count, such as `count of …`; for time write `GBP 0.48 per minute of …`".to_owned(),
            ),
        );
        None
    }

    fn tiered(
        &mut self,
        volume: &Volume,
        graduated: bool,
        tiers: &[Spanned<Tier>],
        span: Span,
    ) -> Option<ChargeKind> {
        let volume = self.counted(volume);
        let shape = wrong_tiers(tiers, span);
        let ends_well = shape.is_none();
        self.found.extend(shape);
        let mut edge = Ratio::zero();
        let mut rows = Vec::new();
        let mut sound = ends_well;
        for tier in tiers {
            let price = self.price(&tier.value.price, "a price");
            let upper = match &tier.value.size {
                Some(size) => self.tier_size(size).map(|size| {
                    edge = &edge + &size;
                    Some(edge.clone())
                }),
                None => Some(None),
            };
            let row = both(upper, price);
            sound &= row.is_some();
            rows.extend(row);
        }
        Some(ChargeKind::Tiered { volume: volume.filter(|_| sound)?.name, graduated, tiers: rows })
    }

    fn tier_size(&mut self, size: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let value = self.plain(size, "a tier")?;
        if value.is_positive() {
            return Some(value);
        }
        self.report(
            Diagnostic::error(codes::TIERS_WRONG, "a tier holds nothing")
                .label(size.span, "not above 0")
                .help("write how many units the tier holds".to_owned()),
        );
        None
    }

    fn per_unit(
        &mut self,
        price: &Spanned<tree::Quantity>,
        per: &Spanned<tree::Quantity>,
        volume: &Volume,
        included: Option<&Spanned<tree::Quantity>>,
    ) -> Option<ChargeKind> {
        let price = self.price(price, "a price");
        let (measure, span) = self.volume(volume)?;
        if !matches!(measure.unit, Unit::Number | Unit::Duration) {
            self.report(
                Diagnostic::error(
                    codes::NOT_USABLE_HERE,
                    format!("`{}` is {}", line::volume(volume), measure.unit),
                )
                .label(span, "only counts and durations have a price per unit")
                .help("multiply it instead: `charge … = … * GBP 1.00`".to_owned()),
            );
            return None;
        }
        let per = self.step(per, measure.unit, "the unit that is priced");
        let included = match included {
            Some(included) => self.included(included),
            None => Some(Ratio::zero()),
        };
        let ((price, per), included) = both(both(price, per), included)?;
        Some(ChargeKind::PerUnit { price, per, volume: measure.name, included })
    }

    /// How many units are included.
    fn included(&mut self, written: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let units = self.plain(written, "what is included")?;
        if units.is_negative() {
            self.report(literal::not_positive("what is included", written.span));
            return None;
        }
        Some(units)
    }

    fn volume_band(
        &mut self,
        prices: BandPrices<'_>,
        volume: &Volume,
        from_edge: bool,
    ) -> Option<ChargeKind> {
        let [price, baseline, dead_band, above, below] = prices;
        let volume = self.counted(volume);
        let price = self.price(price, "a price");
        let above = self.price(above, "a price");
        let below = self.price(below, "a reduction");
        let units = self.plain(baseline, "the baseline");
        let units = units.and_then(|value| self.above_zero(value, "the baseline volume", baseline.span));
        let band = self.level(dead_band, Unit::Percent, "a dead band");
        let band = band.and_then(|value| self.dead_band(value, dead_band.span));
        let ((volume, price), (above, below)) = both(both(volume, price), both(above, below))?;
        let (baseline, dead_band) = both(units, band)?;
        Some(ChargeKind::VolumeBand {
            price,
            baseline,
            volume: volume.name,
            dead_band,
            above,
            below,
            from_edge,
        })
    }

    fn above_zero(&mut self, value: Ratio, what: &str, span: Span) -> Option<Ratio> {
        if value.is_positive() {
            return Some(value);
        }
        self.report(literal::not_positive(what, span));
        None
    }

    fn dead_band(&mut self, value: Ratio, span: Span) -> Option<Ratio> {
        if !value.is_negative() && value <= Ratio::whole(100) {
            return Some(value);
        }
        self.report(
            Diagnostic::error(
                codes::SCALE_OUT_OF_RANGE,
                "a dead band lies between 0% and 100% of the baseline",
            )
            .label(span, "out of range")
            .help("write for instance `dead band 10%`".to_owned()),
        );
        None
    }
}

/// A charge that is built from other charges is a base, and not invoiced again.
fn adds_charges(kind: &ChargeKind) -> bool {
    let ChargeKind::Formula(formula) = kind else { return false };
    let mut found = false;
    formula.node.walk(&mut |node| found |= matches!(node, Node::Charge(_)));
    found
}

fn wrong_tiers(tiers: &[Spanned<Tier>], span: Span) -> Option<Diagnostic> {
    let open = tiers.iter().position(|tier| tier.value.size.is_none());
    let (place, message) = match open {
        Some(at) if at + 1 == tiers.len() => return None,
        Some(at) => (tiers.get(at).map_or(span, |tier| tier.span), "tiers follow after `then`"),
        None => (tiers.last().map_or(span, |tier| tier.span), "units beyond the last tier have no price"),
    };
    Some(
        Diagnostic::error(codes::TIERS_WRONG, message)
            .label(place, if open.is_some() { "holds all further units" } else { "the last tier" })
            .help("end the tiers with one `then … each`, which holds all further units".to_owned()),
    )
}
