//! Why an amount is what it is: from the line down to counts per clause.
//!
//! A line names the figures that went in; each of them is explained in turn,
//! a charge by its own line, a measure by its reading and the account of its
//! records, until only counts and facts are left.

use std::collections::BTreeSet;

use super::data::{count, reasons};
use super::{CommitmentView, LineView, MeasureView, PeriodView, ReadingView, TallyView};

/// A name that nothing in the period has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What can be asked for instead.
    pub known: Vec<String>,
}

/// The derivation of a line, commitment, measure, or `total`.
///
/// # Errors
///
/// [`Unknown`] when the period has nothing of that name.
pub fn why(period: &PeriodView, name: &str) -> Result<String, Unknown> {
    let mut account = Account { period, told: BTreeSet::new(), text: String::new() };
    if name == "total" {
        account.total();
    } else if let Some(line) = period.lines.iter().find(|line| line.id == name) {
        account.line(line, 0);
    } else if let Some(right) = period.rights.iter().find(|right| right.id == name) {
        right.account(&period.label).iter().for_each(|line| account.say(0, line));
    } else {
        account.named(name);
    }
    if account.text.is_empty() {
        Err(Unknown { known: askable(period).into_iter().map(|(name, _)| name).collect() })
    } else {
        Ok(account.text)
    }
}

/// Everything that can be asked for, with what it came to.
#[must_use]
pub fn askable(period: &PeriodView) -> Vec<(String, String)> {
    let lines = period.lines.iter().map(|line| (line.id.clone(), line.amount.shown.clone()));
    let total = ("total".to_string(), period.totals.total.shown.clone());
    let commitments = period.commitments.iter().map(|it| (it.segment.of(&it.name), it.status.clone()));
    let measures = period.measures.iter().map(|it| {
        let whole = it.readings.iter().find(|reading| reading.segment.is_whole());
        (it.name.clone(), whole.map(|reading| reading.shown.clone()).unwrap_or_default())
    });
    let baselines = period.baselines.iter().map(|it| {
        let value = it.value.as_ref().map_or_else(|| it.text.clone(), |value| value.shown.clone());
        (it.name.clone(), value)
    });
    let mut seen = BTreeSet::new();
    let rights = period.rights.iter().map(|it| (it.id.clone(), it.state.clone()));
    let all = lines.chain([total]).chain(rights).chain(commitments).chain(measures).chain(baselines);
    all.filter(|(name, _)| seen.insert(name.clone())).collect()
}

struct Account<'a> {
    period: &'a PeriodView,
    told: BTreeSet<String>,
    text: String,
}

impl<'a> Account<'a> {
    fn say(&mut self, depth: usize, text: &str) {
        for line in text.lines() {
            self.text.push_str(&"  ".repeat(depth));
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn total(&mut self) {
        let period = self.period;
        let totals = &period.totals;
        self.say(0, &format!("total due for {}: {}", period.label, totals.total.shown));
        for (name, figure) in [
            ("charges", &totals.charges),
            ("bonuses", &totals.bonuses),
            ("less penalties", &totals.penalties),
        ] {
            self.say(1, &format!("{name}: {}", figure.shown));
        }
        if let Some(earned_back) = &totals.earned_back {
            self.say(1, &format!("penalties earned back: {}", earned_back.shown));
        }
        self.say(0, "the lines it is the sum of");
        for line in period.lines.iter().filter(|line| line.summed) {
            self.say(1, &format!("{}: {}", line.id, line.amount.shown));
        }
    }

    fn named(&mut self, name: &str) {
        let period = self.period;
        for it in period.commitments.iter().filter(|it| it.name == name || it.segment.of(&it.name) == name) {
            self.commitment(it);
        }
        for it in period.baselines.iter().filter(|it| it.name == name) {
            self.say(0, &format!("{} in {}: {}", it.label, period.label, it.text));
        }
        let told = |account: &Self, id: &str| account.told.contains(&format!("measure.{id}"));
        for (measure, reading) in segments(period) {
            let id = reading.segment.of(&measure.name);
            if (measure.name == name || id == name) && !told(self, &id) {
                self.measure(measure, 0, Some(reading));
            }
        }
        let plain = ["charge", "pool"].map(|kind| format!("{kind}.{name}"));
        for line in period.lines.iter().filter(|line| plain.contains(&line.id)) {
            self.line(line, 0);
        }
    }

    fn commitment(&mut self, it: &'a CommitmentView) {
        let clause = it.clause.as_ref().map(|clause| format!(", clause {clause}")).unwrap_or_default();
        let reason = it.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        self.say(
            0,
            &format!("{} in {}{clause}: {}{reason}", it.segment.of(&it.label), self.period.label, it.status),
        );
        it.repeated.iter().for_each(|text| self.say(1, text));
        let levels = [("target", &it.target), ("minimum", &it.minimum)];
        for (name, level) in levels {
            if let Some(level) = level {
                self.say(1, &format!("{name}: {level}"));
            }
        }
        for words in it.levels.iter().chain(&it.unpaid) {
            self.say(1, words);
        }
        for distance in &it.distances {
            self.say(1, &distance.text);
        }
        for ground in &it.grounds {
            self.say(1, &ground.rule);
            ground.steps.iter().for_each(|step| self.say(2, step));
        }
        let period = self.period;
        let own = |line: &&&LineView| {
            ["penalty", "bonus", "points"]
                .iter()
                .any(|kind| line.id == it.segment.of(&format!("{kind}.{}", it.name)))
        };
        let lines: Vec<&LineView> = period.lines.iter().collect();
        for line in lines.iter().filter(own) {
            self.line(line, 1);
        }
        if !self.told.contains(&format!("measure.{}", it.segment.of(&it.measure))) {
            self.judged(it, 1);
        }
    }

    /// The reading a commitment was judged by.
    fn judged(&mut self, it: &CommitmentView, depth: usize) {
        let found = segments(self.period)
            .find(|(measure, reading)| measure.name == it.measure && reading.segment == it.segment);
        if let Some((measure, reading)) = found {
            self.measure(measure, depth, Some(reading));
        }
    }

    fn line(&mut self, line: &'a LineView, depth: usize) {
        if !self.told.insert(line.id.clone()) {
            self.say(depth, &format!("{}: {}, as above", line.id, line.amount.shown));
            return;
        }
        let clause = line.clause.as_ref().map(|clause| format!(", clause {clause}")).unwrap_or_default();
        let label = line.segment.of(&line.label);
        self.say(depth, &format!("{}: {} in {}", line.id, line.amount.shown, self.period.label));
        self.say(depth + 1, &format!("what: {label}{clause}"));
        if !line.rule.is_empty() {
            self.say(depth + 1, &format!("rule: {}", line.rule));
        }
        for input in &line.inputs {
            self.say(depth + 1, &format!("from: {} {} = {}", input.source, input.name, input.shown));
        }
        for step in &line.steps {
            self.say(depth + 1, &format!("working: {step}"));
        }
        if let Some(rounding) = &line.rounding {
            self.say(depth + 1, &format!("rounded: {rounding}"));
        }
        for limit in &line.limits {
            self.say(depth + 1, &format!("limited: {limit}"));
        }
        self.inputs(line, depth + 1);
    }

    /// Explains the figures that went into a line.
    fn inputs(&mut self, line: &'a LineView, depth: usize) {
        let period = self.period;
        for input in &line.inputs {
            let ids = ["charge", "pool", "base"].map(|kind| format!("{kind}.{}", input.name));
            if let Some(of) = period.lines.iter().find(|it| ids.contains(&it.id) && it.id != line.id) {
                self.line(of, depth);
            } else if let Some(of) = period.lines.iter().find(|it| it.id == input.name && it.id != line.id) {
                self.line(of, depth);
            } else {
                self.input_measure(&input.name, line, depth);
            }
        }
    }

    /// The reading of a measure that went into a line: of the line's segment when there is one.
    fn input_measure(&mut self, name: &str, line: &LineView, depth: usize) {
        let readings: Vec<_> = segments(self.period).filter(|(measure, _)| measure.name == name).collect();
        let same = readings.iter().find(|(_, reading)| reading.segment == line.segment);
        let whole = readings.iter().find(|(_, reading)| reading.segment.is_whole());
        if let Some((measure, reading)) = same.or(whole) {
            self.measure(measure, depth, Some(reading));
        }
    }

    fn measure(&mut self, measure: &MeasureView, depth: usize, only: Option<&ReadingView>) {
        for reading in measure.readings.iter().filter(|it| only.is_none_or(|only| only.segment == it.segment))
        {
            let id = reading.segment.of(&measure.name);
            if !self.told.insert(format!("measure.{id}")) {
                self.say(depth, &format!("{id}: {}, as above", reading.shown));
                continue;
            }
            self.say(depth, &format!("{id}: {}", reading.shown));
            self.say(depth + 1, &format!("calculated as: {}", measure.text));
            if !reading.working.is_empty() {
                self.say(depth + 1, &format!("working: {}", reading.working));
            }
            self.say(depth + 1, &format!("basis: {}", reading.basis));
            if let Some(moment) = &reading.final_from {
                self.say(
                    depth + 1,
                    &format!("provisional: {} still open, final from {moment}", count(reading.open)),
                );
            }
            for tally in &reading.tallies {
                self.tally(tally, depth + 1);
            }
        }
    }

    fn tally(&mut self, tally: &TallyView, depth: usize) {
        self.say(depth, &format!("{} (table {}), {}: {}", tally.set, tally.table, tally.role, tally.text));
        if !tally.excluded.is_empty() {
            self.say(depth + 1, &format!("excluded: {}", reasons(&tally.excluded)));
        }
        if tally.above > 0 || tally.undecided > 0 {
            let undecided = if tally.undecided > 0 {
                format!(", {} of them undecided because a field is missing", count(tally.undecided))
            } else {
                String::new()
            };
            self.say(
                depth + 1,
                &format!(
                    "of {} counted: {} above the line{undecided}",
                    count(tally.counted),
                    count(tally.above)
                ),
            );
        }
    }
}

fn segments(period: &PeriodView) -> impl Iterator<Item = (&MeasureView, &ReadingView)> {
    period.measures.iter().flat_map(|measure| measure.readings.iter().map(move |reading| (measure, reading)))
}
