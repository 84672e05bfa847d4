//! One node of the plan as an expression over a record, whose alias is `r`.

use super::lower::{Lowering, Stage};
use super::number::{extreme, sign};
use super::value::{Number, Per, Sql, Truth};
use super::zone::{Joins, plus};
use super::{Fault, clock};
use crate::contract::{Arithmetic, Compare, FieldType, Value, Window, WindowLength};
use crate::plan::{Node, NodeId};
use crate::value::Ratio;
use num_bigint::BigInt;
use num_integer::Integer;

/// Decimals of numbers and money.
const NUMBER: u64 = 1_000_000_000;
/// Parts of a second.
const SECOND: u32 = 1_000_000;

impl Lowering<'_> {
    /// What a node is; one that stands in a column already is that column.
    pub(super) fn node(&self, stage: &Stage<'_>, id: NodeId, joins: &mut Joins) -> Result<Sql, Fault> {
        if let Some(known) = stage.bound.get(&id) {
            return Ok(known.clone());
        }
        let node =
            stage.scan.nodes.get(id.0).ok_or_else(|| Fault::ours(format!("{id} is not in the plan")))?;
        self.made(stage, node, joins)
    }

    fn made(&self, stage: &Stage<'_>, node: &Node, joins: &mut Joins) -> Result<Sql, Fault> {
        let d = self.dialect;
        Ok(match node {
            Node::Const(value) => self.constant(value),
            Node::Field(name) => self.field(stage, name)?,
            Node::Id => Sql::Text(format!("r.{}", self.row_id(stage)?)),
            Node::Not(a) => Sql::Truth(self.truth(stage, *a, joins)?.map(|it| format!("(NOT {it})"))),
            Node::And(all) => self.joined(stage, all, true, joins)?,
            Node::Or(all) => self.joined(stage, all, false, joins)?,
            Node::Compare(compare, a, b) => {
                let (a, b) = (self.node(stage, *a, joins)?, self.node(stage, *b, joins)?);
                Sql::Truth(self.compare(*compare, &a, &b, joins)?)
            }
            Node::OneOf(a, list) => {
                let value = self.node(stage, *a, joins)?;
                Sql::Truth(self.one_of(&value, list, joins)?)
            }
            Node::Missing(a) => {
                let known = known(&self.node(stage, *a, joins)?);
                Sql::Truth(Truth::certain(format!("(NOT ({known}))")))
            }
            Node::Arithmetic(op, a, b) => self.arithmetic(stage, *op, [*a, *b], joins)?,
            Node::Elapsed(from, to) => {
                let (from, to) = (self.node(stage, *from, joins)?, self.node(stage, *to, joins)?);
                self.elapsed(&from, &to, joins)?
            }
            Node::Business { from, to, case, clock } => {
                let span = clock::Span { from: *from, to: *to, case: *case, clock: *clock };
                self.business(stage, &span, joins)?
            }
            Node::Rounded(a, rounding) => Sql::Number(d.rounded(&self.number(stage, *a, joins)?, rounding)),
            Node::Extreme(greater, a, b) => {
                let (a, b) = (self.node(stage, *a, joins)?, self.node(stage, *b, joins)?);
                self.extreme(*greater, &a, &b, joins)?
            }
            Node::Moment(a) => {
                let value = self.node(stage, *a, joins)?;
                Sql::Moment(self.moment(&value, joins)?)
            }
            Node::Later(a, months) => {
                let value = self.node(stage, *a, joins)?;
                let moment = self.moment(&value, joins)?;
                let window = Window { length: WindowLength::Months(*months), inclusive: true };
                Sql::Moment(self.zone.window_end(Some(window), &moment, joins))
            }
            Node::Key(all) => {
                Sql::Key(all.iter().map(|part| self.node(stage, *part, joins)).collect::<Result<_, _>>()?)
            }
            Node::InPart(parts) => self.in_part(stage, parts, joins)?,
            Node::Answer(_) | Node::Beyond(_) | Node::Shared(_) => {
                return Err(Fault::ours("a look-ahead, allowance or split is not lowered yet".to_string()));
            }
        })
    }

    fn constant(&self, value: &Value) -> Sql {
        match value {
            Value::Number(number) => Sql::Number(Number::constant(number)),
            Value::Text(text) => Sql::Text(self.dialect.literal(text)),
            Value::YesNo(true) => Sql::Truth(Truth::certain("TRUE".to_string())),
            Value::YesNo(false) => Sql::Truth(Truth::certain("FALSE".to_string())),
            Value::Date(date) => Sql::Day(super::value::signed(BigInt::from(date.days()))),
            Value::Instant(moment) => Sql::Moment(super::value::signed(BigInt::from(moment.0))),
        }
    }

    fn field(&self, stage: &Stage<'_>, name: &str) -> Result<Sql, Fault> {
        let column = format!("r.{}", self.dialect.name(name));
        let kind = stage.scan.table.fields.get(name);
        let kind =
            kind.ok_or_else(|| Fault::ours(format!("`{}` has no field `{name}`", stage.scan.table.name)))?;
        Ok(match kind {
            FieldType::Text => Sql::Text(column),
            FieldType::YesNo => Sql::Truth(Truth::certain(column)),
            FieldType::Whole => Sql::Number(Number::over(column, 1)),
            FieldType::Number | FieldType::Money => Sql::Number(Number::over(column, NUMBER)),
            FieldType::Duration => Sql::Number(Number::over(column, SECOND)),
            FieldType::Timestamp => Sql::Moment(column),
            FieldType::Date => Sql::Day(column),
        })
    }

    /// A condition.
    pub(super) fn truth(&self, stage: &Stage<'_>, id: NodeId, joins: &mut Joins) -> Result<Truth, Fault> {
        match self.node(stage, id, joins)? {
            Sql::Truth(truth) => Ok(truth),
            _ => Err(Fault::ours(format!("{id} is not a condition"))),
        }
    }

    /// A number.
    pub(super) fn number(&self, stage: &Stage<'_>, id: NodeId, joins: &mut Joins) -> Result<Number, Fault> {
        match self.node(stage, id, joins)? {
            Sql::Number(number) => Ok(number),
            _ => Err(Fault::ours(format!("{id} is not a number"))),
        }
    }

    fn joined(
        &self,
        stage: &Stage<'_>,
        parts: &[NodeId],
        all: bool,
        joins: &mut Joins,
    ) -> Result<Sql, Fault> {
        let parts: Vec<Truth> =
            parts.iter().map(|part| self.truth(stage, *part, joins)).collect::<Result<_, _>>()?;
        if parts.is_empty() {
            return Ok(self.constant(&Value::YesNo(all)));
        }
        let word = if all { " AND " } else { " OR " };
        Ok(Sql::Truth(Truth::join(&parts, |parts| format!("({})", parts.join(word)))))
    }

    fn compare(&self, compare: Compare, a: &Sql, b: &Sql, joins: &mut Joins) -> Result<Truth, Fault> {
        let sign = sign(compare);
        Ok(match (a, b) {
            (Sql::Text(a), Sql::Text(b)) => {
                Truth::certain(format!("({} {sign} {b})", self.dialect.ordered(a)))
            }
            (Sql::Number(a), Sql::Number(b)) => Truth::certain(self.dialect.compare_numbers(compare, a, b)),
            (Sql::Day(a), Sql::Day(b)) => Truth::certain(format!("({a} {sign} {b})")),
            (Sql::Day(_) | Sql::Moment(_), Sql::Day(_) | Sql::Moment(_)) => {
                let (a, b) = (self.moment(a, joins)?, self.moment(b, joins)?);
                Truth::certain(format!("({a} {sign} {b})"))
            }
            (Sql::Truth(a), Sql::Truth(b)) => {
                let both = [a.clone(), b.clone()];
                Truth::join(&both, |parts| format!("({})", parts.join(&format!(" {sign} "))))
            }
            _ => return Err(Fault::ours("two values of different kinds are compared".to_string())),
        })
    }

    fn one_of(&self, value: &Sql, list: &[Value], joins: &mut Joins) -> Result<Truth, Fault> {
        if list.is_empty() {
            return Ok(Truth::certain(format!("(CASE WHEN {} THEN FALSE END)", known(value))));
        }
        if let Sql::Text(text) = value {
            let texts = list.iter().filter_map(|value| match value {
                Value::Text(text) => Some(self.dialect.literal(text)),
                _ => None,
            });
            return Ok(Truth::certain(format!("({text} IN ({}))", texts.collect::<Vec<_>>().join(", "))));
        }
        let one = |wanted: &Value| self.compare(Compare::Equal, value, &self.constant(wanted), &mut *joins);
        let parts: Vec<Truth> = list.iter().map(one).collect::<Result<_, _>>()?;
        Ok(Truth::join(&parts, |parts| format!("({})", parts.join(" OR "))))
    }

    /// A time as a moment; a date is its local midnight.
    pub(super) fn moment(&self, value: &Sql, joins: &mut Joins) -> Result<String, Fault> {
        match value {
            Sql::Moment(moment) => Ok(moment.clone()),
            Sql::Day(day) => Ok(self.zone.midnight(day, joins)),
            _ => Err(Fault::ours("a time is wanted where there is none".to_string())),
        }
    }

    fn elapsed(&self, from: &Sql, to: &Sql, joins: &mut Joins) -> Result<Sql, Fault> {
        if let (Sql::Day(from), Sql::Day(to)) = (from, to) {
            return Ok(Sql::Number(Number::over(format!("(({to} - {from}) * 86400)"), 1)));
        }
        let (from, to) = (self.moment(from, joins)?, self.moment(to, joins)?);
        Ok(Sql::Number(Number::over(format!("({to} - {from})"), SECOND)))
    }

    fn arithmetic(
        &self,
        stage: &Stage<'_>,
        op: Arithmetic,
        [a, b]: [NodeId; 2],
        joins: &mut Joins,
    ) -> Result<Sql, Fault> {
        let (left, right) = (self.node(stage, a, joins)?, self.node(stage, b, joins)?);
        let is_time = |value: &Sql| matches!(value, Sql::Day(_) | Sql::Moment(_));
        Ok(match (op, &left, &right) {
            (Arithmetic::Minus, a, b) if is_time(a) && is_time(b) => self.elapsed(b, a, joins)?,
            (_, time, Sql::Number(by)) if is_time(time) => self.shifted(time, op, by, joins)?,
            (Arithmetic::Plus, Sql::Number(by), time) if is_time(time) => {
                self.shifted(time, op, by, joins)?
            }
            (_, Sql::Number(a), Sql::Number(b)) => Sql::Number(self.dialect.arithmetic(op, a, b)),
            _ => return Err(Fault::ours("arithmetic on values that are no numbers".to_string())),
        })
    }

    /// A moment so many seconds later or earlier.
    fn shifted(&self, time: &Sql, op: Arithmetic, by: &Number, joins: &mut Joins) -> Result<Sql, Fault> {
        let moment = self.moment(time, joins)?;
        let micros = self.dialect.seconds_as_micros(by);
        let sign = if op == Arithmetic::Minus { '-' } else { '+' };
        Ok(Sql::Moment(format!("({moment} {sign} {micros})")))
    }

    fn extreme(&self, greater: bool, a: &Sql, b: &Sql, joins: &mut Joins) -> Result<Sql, Fault> {
        if let (Sql::Number(a), Sql::Number(b)) = (a, b) {
            return Ok(Sql::Number(self.dialect.extreme_number(greater, a, b)));
        }
        let (a, b) = (self.moment(a, joins)?, self.moment(b, joins)?);
        Ok(Sql::Moment(extreme(greater, &a, &b)))
    }

    /// The part of the first condition that holds; missing where one before it is unknown.
    fn in_part(&self, stage: &Stage<'_>, parts: &[(NodeId, Ratio)], joins: &mut Joins) -> Result<Sql, Fault> {
        let hundredth = |part: &Ratio| part.over(&Ratio::whole(100)).unwrap_or_default();
        let per =
            parts.iter().fold(BigInt::from(1), |per, (_, part)| per.lcm(&hundredth(part).denominator()));
        let units = |part: &Ratio| super::value::signed((part * &Ratio::whole(per.clone())).numerator());
        let mut text = String::from("(CASE");
        for (node, part) in parts {
            let now = self.truth(stage, *node, joins)?.now;
            text.push_str(&format!(
                " WHEN {now} IS NULL THEN NULL WHEN {now} THEN {}",
                units(&hundredth(part))
            ));
        }
        text.push_str(&format!(" ELSE {} END)", units(&Ratio::one())));
        Ok(Sql::Number(Number::over(text, per)))
    }

    /// The end of a window that starts at an expression.
    pub(super) fn window_end(&self, window: Option<Window>, start: &str, joins: &mut Joins) -> String {
        self.zone.window_end(window, start, joins)
    }

    /// The last moment of the local day of an expression.
    pub(super) fn day_end(&self, moment: &str, joins: &mut Joins) -> String {
        plus(&self.zone.next_day(moment, joins), -1)
    }
}

/// Where a value is not missing.
pub(super) fn known(value: &Sql) -> String {
    match value {
        Sql::Truth(truth) => format!("{} IS NOT NULL", truth.now),
        Sql::Text(text) | Sql::Day(text) | Sql::Moment(text) => format!("{text} IS NOT NULL"),
        Sql::Number(number) => format!("{} IS NOT NULL", number.units),
        Sql::Key(parts) => parts.iter().map(known).collect::<Vec<_>>().join(" AND "),
    }
}

/// The parts of a key as expressions. The same field has the same type in all tables.
pub(super) fn key_parts(key: &Sql) -> Vec<String> {
    match key {
        Sql::Key(parts) => parts.iter().flat_map(key_parts).collect(),
        Sql::Truth(truth) => vec![truth.now.clone()],
        Sql::Text(text) | Sql::Day(text) | Sql::Moment(text) => vec![text.clone()],
        Sql::Number(number) => match &number.per {
            Per::Fixed(_) => vec![number.units.clone()],
            Per::Each(per) => vec![number.units.clone(), per.clone()],
        },
    }
}
