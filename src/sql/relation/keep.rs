//! Which rows of the same id stay, and which event of a case a field is taken from.
//!
//! | id | updated | status | `keep latest by updated` |
//! |---|---|---|---|
//! | 7 | Monday | open | |
//! | 7 | Tuesday | closed | stays |
//! | 8 | Monday | open | one of both stays, whichever: |
//! | 8 | Monday | open | they are alike |
//! | 9 | Monday | open | counted: a file would say |
//! | 9 | Monday | closed | which of them comes first |

use super::super::dialect::Dialect;
use super::super::lower::{Column, Lowering, row_column};
use super::rows::{Reader, SORT, only_column};
use super::{Form, Held, Keep, Order, Take};
use crate::contract::FieldType;

/// The row that some fields are taken from.
struct Choice {
    fields: Vec<String>,
    take: Take,
    /// The column that sorts rows, where one does.
    sort: Option<String>,
    /// The rows it is among, where not among all.
    only: Option<String>,
}

impl Choice {
    fn only_too(&self) -> String {
        self.only.as_ref().map_or(String::new(), |only| format!(" AND {only}"))
    }

    /// The columns `nth`, `place` and `alike`.
    fn ranks(&self, d: Dialect, row: &str, at: usize) -> [Column; 3] {
        let own = |name: &String| format!("r.{}", d.name(name));
        let turned = match self.take {
            Take::First => "ASC NULLS FIRST",
            Take::Last => "DESC NULLS LAST",
        };
        let sorts: Vec<String> = self.sort.iter().map(|sort| format!("{sort} {turned}")).collect();
        let all: Vec<String> = sorts.iter().cloned().chain(self.fields.iter().map(own)).collect();
        let over = |by: &[String]| {
            let among = self
                .only
                .as_ref()
                .map_or(String::new(), |only| format!(", CASE WHEN {only} THEN 1 ELSE 0 END"));
            let by = if by.is_empty() { row.to_string() } else { by.join(", ") };
            format!("OVER (PARTITION BY {row}{among} ORDER BY {by})")
        };
        [
            (format!("ROW_NUMBER() {}", over(&all)), format!("nth_{at}"), None),
            (format!("RANK() {}", over(&sorts)), format!("place_{at}"), None),
            (format!("RANK() {}", over(&all)), format!("alike_{at}"), None),
        ]
    }
}

impl Reader<'_> {
    /// The records of the rows that stay, with the parts they are chosen in.
    pub(super) fn kept(&self, lowering: &mut Lowering<'_>) -> String {
        let d = lowering.dialect;
        let (choices, id) = (self.choices(d), row_column(self.scan));
        let row = format!("r.{}", d.name(&id));
        let mut columns: Vec<Column> = vec![("r.*".to_string(), "*".to_string(), None)];
        columns.extend((1..).zip(&choices).flat_map(|(at, choice)| choice.ranks(d, &row, at)));
        let text = lowering.select(&format!("{}_all", self.name), &columns, &[]);
        let ranked = format!("{}_ranked", self.name);
        lowering.add(&ranked, &["their places among those of the same id".to_string()], text);
        self.faults(lowering, &choices);
        let mut columns: Vec<Column> = vec![(row.clone(), id, None)];
        for (at, choice) in (1..).zip(&choices) {
            let first = format!("CASE WHEN r.nth_{at} = 1{} THEN", choice.only_too());
            columns.extend(
                choice.fields.iter().map(|field| (self.taken(d, field, &first), field.clone(), None)),
            );
        }
        let text = lowering.select(&ranked, &columns, &[]);
        format!("{text}\n  GROUP BY {row}")
    }

    /// The value of the one row for which a CASE holds.
    fn taken(&self, d: Dialect, field: &str, first: &str) -> String {
        let own = format!("r.{}", d.name(field));
        match self.scan.table.fields.get(field) {
            Some(FieldType::YesNo) => {
                format!("(MAX({first} CASE WHEN {own} THEN 1 WHEN NOT {own} THEN 0 END END) = 1)")
            }
            _ => format!("MAX({first} {own} END)"),
        }
    }

    /// Which row each field is taken from.
    fn choices(&self, d: Dialect) -> Vec<Choice> {
        let fields: Vec<String> = self.scan.fields.iter().cloned().collect();
        let fold = match &self.relation.keep {
            Keep::Fold(fold) => fold,
            Keep::Latest(order) => {
                return vec![Choice { fields, take: Take::Last, sort: Some(sorting(d, order)), only: None }];
            }
            Keep::All | Keep::Different | Keep::First => {
                return vec![Choice { fields, take: Take::First, sort: None, only: None }];
            }
        };
        let sort = Some(sorting(d, &fold.order));
        let (apart, usual) = fields.into_iter().partition(|field| fold.columns.contains_key(field));
        let usual = Choice { fields: usual, take: fold.take, sort: sort.clone(), only: None };
        let apart = Vec::into_iter(apart).filter_map(|field: String| {
            let (take, only) = fold.columns.get(&field)?;
            let only = only_of(d, &field, only);
            Some(Choice { fields: vec![field], take: *take, sort: sort.clone(), only })
        });
        std::iter::once(usual).chain(apart).collect()
    }

    /// The part `NAME_faults`: how many rows are rejected, and how many hang on an order that there is not.
    fn faults(&self, lowering: &mut Lowering<'_>, choices: &[Choice]) {
        let d = lowering.dialect;
        let odd: Vec<String> = self.odd.iter().map(|name| format!("r.{}", d.name(name))).collect();
        let unordered: Vec<String> = (1..)
            .zip(choices)
            .map(|(at, choice)| format!("(r.place_{at} = 1 AND r.alike_{at} > 1{})", choice.only_too()))
            .collect();
        let row = format!("r.{}", d.name(&row_column(self.scan)));
        let columns = [
            (counted(&[format!("{row} IS NULL")]), "without_id".to_string(), None),
            (counted(&odd), "rejected".to_string(), None),
            (counted(&unordered), "unordered".to_string(), None),
        ];
        let text = lowering.select(&format!("{}_ranked", self.name), &columns, &[]);
        lowering.add(&format!("{}_faults", self.name), &["what must not be".to_string()], text);
    }
}

/// How many rows meet one of some conditions.
fn counted(conditions: &[String]) -> String {
    match conditions {
        [] => "CAST(0 AS BIGINT)".to_string(),
        conditions => format!("COUNT(CASE WHEN {} THEN 1 END)", conditions.join(" OR ")),
    }
}

/// The column that sorts rows.
fn sorting(d: Dialect, order: &Order) -> String {
    let own = format!("r.{SORT}");
    if order.held.form == Form::Text { d.ordered(&own) } else { own }
}

/// Which events a field is taken from.
fn only_of(d: Dialect, field: &str, only: &[(Held, Vec<String>)]) -> Option<String> {
    let one = |(at, (_, texts)): (usize, &(Held, Vec<String>))| match texts.as_slice() {
        [] => "FALSE".to_string(),
        texts => {
            let texts: Vec<String> = texts.iter().map(|text| d.literal(text)).collect();
            format!("r.{} IN ({})", d.name(&only_column(field, at)), texts.join(", "))
        }
    };
    let conditions: Vec<String> = (1..).zip(only).map(one).collect();
    (!conditions.is_empty()).then(|| format!("({})", conditions.join(" AND ")))
}
