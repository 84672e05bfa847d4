//! Registers: few rows, read in full before anything is counted.
//!
//! A column that the data book does not map is missing in every row, unless a
//! condition of the contract asks for it.

use std::collections::BTreeSet;

use arrow::array::Array;

use super::batch::{Batch, Column, NUMBER_SCALE};
use super::error::EngineError;
use super::evaluate::{self, Context};
use super::frame::Frame;
use super::load::Needs;
use super::offsets::Offsets;
use super::source::Source;
use crate::contract::{Contract, Register};
use crate::measured::{Adjustment, Claim, Registers, Relief};
use crate::plan;
use crate::value::{Date, Instant, Ratio};

/// Reads every register the contract uses.
pub(super) fn read(
    contract: &Contract,
    source: &dyn Source,
    registers: &mut Registers,
) -> Result<(), EngineError> {
    for register in &contract.registers {
        one(contract, *register, source, registers)?;
    }
    for list in contract.holiday_lists_after_periods() {
        registers.holidays.insert(list.clone(), source.holidays(&list)?);
    }
    registers.complete_to = source.complete_to(Register::Claims.table());
    registers.relief.sort();
    registers.adjustments.sort();
    registers.claims.sort();
    Ok(())
}

fn one(
    contract: &Contract,
    register: Register,
    source: &dyn Source,
    registers: &mut Registers,
) -> Result<(), EngineError> {
    let (scan, conditions) = plan::register(contract, register);
    let mut fields: BTreeSet<String> = scan.fields.clone();
    fields.extend(scan.table.fields.keys().filter(|field| source.maps(&scan.table.name, field)).cloned());
    let mut rows = source.open(&scan.table, &Needs { fields, ..Needs::default() })?;
    let offsets = Offsets::new(&contract.zone);
    let context = Context { offsets: &offsets, clocks: Vec::new() };
    let mut read = Ok(());
    for batch in rows.by_ref() {
        read = batch.and_then(|batch| {
            let mut frame = Frame::new(&scan, &batch, false);
            evaluate::level(&scan, 0, Some(&batch), &mut frame, &context)?;
            let met = conditions.iter().map(|node| frame.truth(*node));
            let met: Vec<_> = met.collect::<Result<_, _>>()?;
            for row in 0..batch.rows {
                let meets = met.iter().enumerate().filter(|(_, truth)| truth.now.yes.value(row));
                take(register, &Cells { batch: &batch, row }, meets.map(|(at, _)| at).collect(), registers);
            }
            Ok(())
        });
        if read.is_err() {
            break;
        }
    }
    let loaded = rows.finish();
    registers.rejects.extend(loaded.rejects);
    registers.totals.insert(scan.table.name.clone(), loaded.totals);
    read
}

fn take(register: Register, cells: &Cells<'_>, meets: BTreeSet<usize>, registers: &mut Registers) {
    match register {
        Register::Relief => registers.relief.push(Relief {
            reference: cells.text("reference"),
            from: cells.instant("from"),
            to: cells.instant("to"),
            first_day: cells.date("first_day"),
            last_day: cells.date("last_day"),
            scope: cells.text("scope"),
            record: cells.text("record"),
            reason: cells.text("reason"),
            approved_by: cells.text("approved_by"),
            status: cells.text("status"),
            meets,
        }),
        Register::Adjustments => registers.adjustments.push(Adjustment {
            table: cells.text("table"),
            record: cells.text("record"),
            commitment: cells.text("commitment"),
            clause: cells.text("clause"),
            action: cells.text("action"),
            status: cells.text("status"),
            period: cells.date("period"),
            amount: cells.number("amount"),
            reason: cells.text("reason"),
            by: cells.text("by"),
            approved_by: cells.text("approved_by"),
            reference: cells.text("reference"),
        }),
        Register::Claims => registers.claims.push(Claim {
            period: cells.date("period"),
            commitment: cells.text("commitment"),
            clause: cells.text("clause"),
            claimed_on: cells.date("claimed_on"),
            value: cells.number("value"),
            amount: cells.number("amount"),
        }),
    }
}

/// The cells of one row.
struct Cells<'a> {
    batch: &'a Batch,
    row: usize,
}

impl Cells<'_> {
    fn text(&self, field: &str) -> Option<String> {
        let Some(Column::Text(values)) = self.batch.columns.get(field) else { return None };
        values.get(self.row).map(std::borrow::Cow::into_owned)
    }

    fn instant(&self, field: &str) -> Option<Instant> {
        let Some(Column::Instant(values)) = self.batch.columns.get(field) else { return None };
        known(values, self.row).then(|| Instant(values.value(self.row)))
    }

    fn date(&self, field: &str) -> Option<Date> {
        let Some(Column::Date(values)) = self.batch.columns.get(field) else { return None };
        known(values, self.row).then(|| Date::from_days(values.value(self.row))).flatten()
    }

    fn number(&self, field: &str) -> Option<Ratio> {
        let Some(Column::Number(values)) = self.batch.columns.get(field) else { return None };
        let per = 10_i128.pow(NUMBER_SCALE.unsigned_abs().into());
        known(values, self.row).then(|| Ratio::new(values.value(self.row), per)).flatten()
    }
}

fn known(values: &dyn Array, row: usize) -> bool {
    row < values.len() && values.is_valid(row)
}
