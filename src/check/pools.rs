//! At-risk pools and what draws on them.
//!
//! ```text
//! at risk all  = 10% of invoice
//! at risk desk = 50% of all
//! commitment quick { target …  pay penalty 40% of desk when missed }
//! ```
//!
//! `desk` draws 50 % of `all`, `quick` 40 % of `desk`: USD 100,000 × 10 % ×
//! 50 % × 40 % = USD 2,000. What an allocation is: a fixed penalty, or the
//! `at most` of a stepped one, that is a percentage of the pool. More than
//! 100 % has to be declared.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Name, PaySide};
use std::collections::BTreeMap;

use super::figures::{Place, constant};
use super::memo::Known;
use super::{Check, Commitments};
use crate::contract::{Formula, Node, Pay, Pool};
use crate::value::{Quantity, Ratio, Unit};

impl Check<'_> {
    pub(super) fn all_pools(&mut self) -> BTreeMap<String, Pool> {
        let names: Vec<Name> = self.names.pools.values().map(|(it, _)| it.name.clone()).collect();
        names.iter().filter_map(|name| Some((name.value.clone(), self.pool(name)?))).collect()
    }

    /// The pool of this name, which is declared; allocations are added later.
    pub(super) fn pool(&mut self, name: &Name) -> Option<Pool> {
        let (clause, _) = self.names.pools.get(name.value.as_str()).copied()?;
        match self.pools.begin(&name.value) {
            Known::Done(pool) => return pool,
            Known::Circle => {
                self.circular(name, "pool");
                return None;
            }
            Known::TooDeep => {
                self.too_deep(name);
                return None;
            }
            Known::New => {}
        }
        let value = self.money(&clause.value, Place::Pay, "a pool");
        let pool = value.map(|value| Pool {
            name: name.value.clone(),
            label: clause.label.as_ref().unwrap_or(&clause.name).value.clone(),
            clause: clause.clause.as_ref().map(|it| it.value.clone()),
            parent: draws(&value).map(|(pool, _)| pool),
            value,
            allocated: Ratio::zero(),
        });
        self.pools.finish(&name.value, pool)
    }

    /// Adds up what draws on every pool, and holds it against what is declared.
    pub(super) fn allocate(&mut self, pools: &mut BTreeMap<String, Pool>, commitments: &Commitments) {
        let paid = commitments.values().flat_map(|commitment| &commitment.pays).filter_map(|pay| match pay {
            Pay::Fixed { side: PaySide::Penalty, amount, .. }
            | Pay::Events { side: PaySide::Penalty, amount, .. } => draws(amount),
            Pay::Step { side: PaySide::Penalty, at_most: Some(limit), .. } => draws(limit),
            _ => None,
        });
        let nested = pools.values().filter_map(|pool| draws(&pool.value));
        let drawn: Vec<(String, Ratio)> = paid.chain(nested).collect();
        for (pool, percent) in drawn {
            if let Some(pool) = pools.get_mut(&pool) {
                pool.allocated = &pool.allocated + &percent;
            }
        }
        let all_sound =
            commitments.len() == self.names.commitments.len() && pools.len() == self.names.pools.len();
        if all_sound {
            pools.values().for_each(|pool| self.declared(pool));
        }
    }

    fn declared(&mut self, pool: &Pool) {
        let Some((clause, _)) = self.names.pools.get(pool.name.as_str()).copied() else { return };
        let shown = |value: &Ratio| Quantity::new(value.clone(), Unit::Percent).to_string();
        let sum = shown(&pool.allocated);
        let fault = |span: Span, label: String, help: String| {
            Diagnostic::error(
                codes::ALLOCATIONS_EXCEED,
                format!("allocations of `{}` total {sum}", pool.name),
            )
            .label(span, label)
            .note("an allocation is `N% of POOL` as a fixed penalty, as the `at most` of a stepped one, or as another pool")
            .help(help)
        };
        let Some(total) = &clause.allocations else {
            if pool.allocated > Ratio::whole(100) {
                let help = format!("write `, allocations total {sum}` after the pool if that is meant");
                self.report(fault(clause.name.span, "more than 100% is drawn".to_owned(), help));
            }
            return;
        };
        let Some(value) = self.level(total, Unit::Percent, "the total of allocations") else { return };
        if value != pool.allocated {
            self.report(fault(
                total.span,
                format!("{} is declared", shown(&value)),
                format!("declare {sum}, or correct an allocation"),
            ));
        }
    }
}

/// The pool a formula is a fixed percentage of, and that percentage.
fn draws(formula: &Formula) -> Option<(String, Ratio)> {
    match &formula.node {
        Node::PartOf(percent, of) => match of.as_ref() {
            Node::Pool(pool) => Some((pool.clone(), constant(percent)?)),
            _ => None,
        },
        _ => None,
    }
}
