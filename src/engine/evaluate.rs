//! One node of the plan for the records of one batch.

mod compare;
mod time;

use std::borrow::Cow;
use std::collections::BTreeSet;

use arrow::array::Int64Array;
use arrow::buffer::NullBuffer;

use super::batch::Batch;
use super::clock::{Opening, Stops};
use super::error::EngineError;
use super::frame::Frame;
use super::hashes::Hashes;
use super::lookup::Lookup;
use super::numbers::{Numbers, Units, hundredth};
use super::offsets::Offsets;
use super::truth::{Pair, Truth, both};
use super::values::{Keys, Values};
use super::window;
use crate::contract::{Arithmetic, Value, Window, WindowLength};
use crate::plan::{Node, NodeId, Scan};
use crate::value::Ratio;

/// What is the same for all batches.
pub(super) struct Context<'a> {
    /// The contract's zone.
    pub(super) offsets: &'a Offsets,
    pub(super) clocks: Vec<ClockState<'a>>,
}

/// A clock of the plan.
pub(super) struct ClockState<'a> {
    pub(super) opening: &'a Opening,
    /// When it stood still, by case.
    pub(super) stops: Lookup<u128, Stops>,
}

/// Works out some nodes that wait for nothing.
pub(super) fn some(
    scan: &Scan,
    nodes: &BTreeSet<NodeId>,
    batch: &Batch,
    frame: &mut Frame,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    // Each stands after those it is made of.
    for at in nodes {
        let Some(node) = scan.nodes.get(at.0) else { continue };
        let values = Evaluator { scan, batch: Some(batch), frame, context }.node(node)?;
        frame.set(*at, values);
    }
    Ok(())
}

/// The nodes that can be worked out as a batch comes. Those keys are left out that lay out records among others'.
pub(super) fn first_nodes(scan: &Scan, left_out: &[NodeId]) -> BTreeSet<NodeId> {
    let asked = |key: &NodeId| {
        let by_case = |node: &Node| matches!(node, Node::Business { case: Some(case), .. } if case == key);
        scan.kept.contains(key) || scan.nodes.iter().any(by_case)
    };
    let left_out = |at: usize| left_out.iter().any(|key| key.0 == at && !asked(key));
    let first = scan.levels.iter().enumerate().filter(|(at, level)| **level == 0 && !left_out(*at));
    first.map(|(at, _)| NodeId(at)).collect()
}

/// Works out all nodes of one level, after those below it.
pub(super) fn level(
    scan: &Scan,
    level: u32,
    batch: Option<&Batch>,
    frame: &mut Frame,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    for (at, node) in scan.nodes.iter().enumerate() {
        // The answers of look-aheads are put in place by their pass.
        if scan.levels.get(at) != Some(&level)
            || matches!(node, Node::Answer(_) | Node::Beyond(_) | Node::Shared(_))
        {
            continue;
        }
        let values = Evaluator { scan, batch, frame, context }.node(node)?;
        frame.set(NodeId(at), values);
    }
    Ok(())
}

struct Evaluator<'a> {
    scan: &'a Scan,
    batch: Option<&'a Batch>,
    frame: &'a Frame,
    context: &'a Context<'a>,
}

impl Evaluator<'_> {
    fn node(&self, node: &Node) -> Result<Values, EngineError> {
        let truth = |id: &NodeId| self.frame.truth(*id);
        Ok(match node {
            Node::Const(value) => Values::Const(value.clone()),
            Node::Field(name) => self.field(name)?,
            Node::Id => self.id()?,
            Node::Not(a) => Values::Truth(truth(a)?.not()),
            Node::And(all) => self.join(all, true)?,
            Node::Or(all) => self.join(all, false)?,
            Node::Compare(compare, a, b) => {
                Values::Truth(self.compare(*compare, self.frame.get(*a)?, self.frame.get(*b)?)?)
            }
            Node::OneOf(a, list) => Values::Truth(self.one_of(self.frame.get(*a)?, list)?),
            Node::Missing(a) => Values::Truth(self.missing(self.frame.get(*a)?)),
            Node::Arithmetic(op, a, b) => self.arithmetic(*op, *a, *b)?,
            Node::Elapsed(from, to) => self.elapsed(self.frame.get(*from)?, self.frame.get(*to)?)?,
            Node::Business { from, to, case, clock } => self.business(*from, *to, *case, *clock)?,
            Node::Rounded(a, rounding) => Values::Numbers(self.frame.numbers(*a)?.rounded(rounding)),
            Node::Extreme(greater, a, b) => {
                self.extreme(*greater, self.frame.get(*a)?, self.frame.get(*b)?)?
            }
            Node::Moment(a) => Values::Instant(self.moments(self.frame.get(*a)?)?),
            Node::Later(a, months) => Values::Instant(self.later(self.frame.get(*a)?, *months)?),
            Node::Key(fields) => Values::Keys(self.key(fields)?),
            Node::InPart(parts) => Values::Numbers(self.in_part(parts)?),
            Node::Beyond(quota) => {
                return Err(EngineError::new(format!("a{quota} of the plan is not worked out yet")));
            }
            Node::Shared(split) => {
                return Err(EngineError::new(format!("s{split} of the plan is not worked out yet")));
            }
            Node::Answer(question) => {
                return Err(EngineError::new(format!("q{question} of the plan is not answered yet")));
            }
        })
    }

    /// The part of the first condition that holds; missing where one before it is unknown.
    fn in_part(&self, parts: &[(NodeId, Ratio)]) -> Result<Numbers, EngineError> {
        let rows = self.frame.rows;
        let truths: Vec<(Pair, Ratio)> = parts
            .iter()
            .map(|(node, percent)| Ok((self.frame.truth(*node)?.now, percent * &hundredth())))
            .collect::<Result<_, EngineError>>()?;
        let part = |row: usize| {
            let decided = truths.iter().find(|(truth, _)| !truth.no.value(row));
            decided.map_or(Some(Ratio::one()), |(truth, part)| truth.yes.value(row).then(|| part.clone()))
        };
        let parts: Vec<Option<Ratio>> = (0..rows).map(part).collect();
        let known: NullBuffer = parts.iter().map(Option::is_some).collect::<Vec<bool>>().into();
        let values = parts.into_iter().map(Option::unwrap_or_default).collect();
        Ok(Numbers { units: Units::Exact(values), known: Some(known) })
    }

    /// The same local date and time some months later.
    fn later(&self, values: &Values, months: u32) -> Result<Int64Array, EngineError> {
        let window = Some(Window { length: WindowLength::Months(months), inclusive: true });
        let moments = values.instants(self.frame.rows)?;
        Ok(moments.iter().map(|at| at.map(|at| window::end(window, at, self.context.offsets))).collect())
    }

    fn field(&self, name: &str) -> Result<Values, EngineError> {
        let column = self.batch.and_then(|batch| batch.columns.get(name));
        column.map(Values::from_column).ok_or_else(|| {
            EngineError::new(format!("`{}` has no field `{name}`", self.scan.table.name))
                .help(format!("name the column of `{name}` in the data book"))
        })
    }

    fn id(&self) -> Result<Values, EngineError> {
        let ids = self.batch.and_then(|batch| batch.ids.clone());
        ids.map(Values::Text)
            .ok_or_else(|| EngineError::new(format!("the records of `{}` have no ids", self.scan.table.name)))
    }

    fn join(&self, parts: &[NodeId], all: bool) -> Result<Values, EngineError> {
        let mut joined: Option<Truth> = None;
        for part in parts {
            let part = self.frame.truth(*part)?;
            joined = Some(match joined {
                None => part,
                Some(before) if all => before.and(&part),
                Some(before) => before.or(&part),
            });
        }
        Ok(Values::Truth(joined.unwrap_or_else(|| Truth::all(self.frame.rows, all))))
    }

    fn missing(&self, values: &Values) -> Truth {
        let rows = self.frame.rows;
        match values.known() {
            None => Truth::all(rows, false),
            Some(known) => Pair { yes: !known.inner(), no: known.inner().clone() }.into(),
        }
    }

    fn arithmetic(&self, op: Arithmetic, a: NodeId, b: NodeId) -> Result<Values, EngineError> {
        let (left, right) = (self.frame.get(a)?, self.frame.get(b)?);
        match (op, is_time(left), is_time(right)) {
            (Arithmetic::Minus, true, true) => self.elapsed(right, left),
            (Arithmetic::Plus | Arithmetic::Minus, true, false) => self.shifted(left, op, right),
            (Arithmetic::Plus, false, true) => self.shifted(right, op, left),
            _ => self.numbers(op, a, b),
        }
    }

    fn numbers(&self, op: Arithmetic, a: NodeId, b: NodeId) -> Result<Values, EngineError> {
        // Dividing by a constant is multiplying by its reciprocal.
        if let (Arithmetic::Over, Values::Const(Value::Number(divisor))) = (op, self.frame.get(b)?)
            && let Some(factor) = crate::value::Ratio::one().over(divisor)
        {
            let factor = Numbers::all(self.frame.rows, &factor);
            return Ok(Values::Numbers(self.frame.numbers(a)?.arithmetic(Arithmetic::Times, &factor)));
        }
        Ok(Values::Numbers(self.frame.numbers(a)?.arithmetic(op, &self.frame.numbers(b)?)))
    }

    fn key(&self, fields: &[NodeId]) -> Result<Keys, EngineError> {
        let mut joined: Option<Keys> = None;
        for field in fields {
            // A key of this field alone may be known already.
            let alone = self.scan.nodes.iter().position(|node| *node == Node::Key(vec![*field]));
            let alone = alone.and_then(|at| self.frame.get(NodeId(at)).ok()?.keys().ok());
            let values = self.frame.get(*field)?;
            let hashes = match alone {
                Some(keys) => Cow::Borrowed(&keys.hashes),
                None => Cow::Owned(Hashes::of(values, self.frame.rows)?),
            };
            let known = values.known();
            joined = Some(match joined {
                None => Keys { hashes: hashes.into_owned(), known },
                Some(all) => {
                    Keys { hashes: all.hashes.pair(&hashes), known: both(all.known.as_ref(), known.as_ref()) }
                }
            });
        }
        Ok(joined.unwrap_or_else(|| Keys { hashes: Hashes::none(self.frame.rows), known: None }))
    }
}

fn is_time(values: &Values) -> bool {
    matches!(values, Values::Date(_) | Values::Instant(_) | Values::Const(Value::Date(_) | Value::Instant(_)))
}
