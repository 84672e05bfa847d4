//! `meed evaluate --plan`: what is read, asked and counted, over how many rows
//! and in what time. `--cells`: the counts that come of it.

use std::fmt::Write as _;
use std::time::Duration;

use super::effort::Effort;
use super::evaluation::{Job, measure_only};
use super::screen::{Done, Screen, Stop};
use crate::engine::Step;
use crate::plan;
use crate::report;

/// Measures, and prints each plan with its steps.
pub fn run(jobs: &[Job], screen: &mut Screen) -> Result<Done, Stop> {
    let jobs: Vec<Job> = jobs.iter().map(|job| only_measured(job, true)).collect();
    let Some(all) = measure_only(&jobs, screen)? else { return Ok(Done::Findings) };
    let mut texts = Vec::new();
    for (contract, periods, found) in all {
        let mut text = String::new();
        for under in contract.under(&periods) {
            text.push_str(&plan::of(under.contract, &periods, &found.measured.registers).to_string());
            text.push('\n');
        }
        steps(&found.steps, &mut text);
        texts.push(text);
    }
    screen.result(&texts.join("\n"))?;
    Ok(Done::Well)
}

/// Measures, and prints the counts.
pub fn cells(job: &Job, screen: &mut Screen) -> Result<Done, Stop> {
    let Some(all) = measure_only(&[only_measured(job, false)], screen)? else { return Ok(Done::Findings) };
    for (contract, periods, found) in all {
        screen.result(&report::cells(&contract, &periods, &found.measured))?;
        // The command ends here: giving back hundreds of thousands of cells one by one takes as long as writing them.
        std::mem::forget(found);
    }
    Ok(Done::Well)
}

/// A job of which neither a report is made nor a run kept, so that nobody asks which files it was.
fn only_measured(job: &Job, timed: bool) -> Job {
    Job { effort: Effort { timed, unaccounted: true, ..job.effort.clone() }, ..job.clone() }
}

/// The steps as a table.
fn steps(steps: &[Step], text: &mut String) {
    let _ = writeln!(text, "{:>14} {:>14} {:>10} {:>10}  step", "rows expected", "rows", "estimate", "time");
    for step in steps {
        let expected = step.expected.map_or(String::new(), grouped);
        let rows = if step.rows == 0 { String::new() } else { grouped(step.rows) };
        let estimate = if step.estimate.is_zero() { String::new() } else { seconds(step.estimate) };
        let time = step.time.map_or(String::new(), seconds);
        let _ = writeln!(text, "{expected:>14} {rows:>14} {estimate:>10} {time:>10}  {}", step.what);
    }
    text.push_str("estimate: processor time on all threads; time: what passed\n");
}

/// `0.412 s`
fn seconds(time: Duration) -> String {
    format!("{}.{:03} s", time.as_secs(), time.subsec_millis())
}

/// `20,000,000`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_threes() {
        assert_eq!([0, 999, 1000, 20_000_000].map(grouped), ["0", "999", "1,000", "20,000,000"]);
    }
}
