//! The statement: what a person reads, section by section.
//!
//! The last period stands in full: what is due, each commitment with its
//! reading and how far it is to the next edge, each amount with its working,
//! then what limited it, the sums, the earlier periods, and the data.

use std::collections::BTreeSet;

use super::table::{Block, Cell, Grid, Tone, number, text, whole};
use super::{
    CommitmentView, Head, LineView, MeasureView, PeriodView, View, back, correction, ground, outlook,
    quality, right,
};

/// More rows than this are not listed one by one: the JSON report has them all.
pub const MOST_ROWS: usize = 40;

/// The whole statement: head, periods, data, rules.
pub fn statement(view: &View, every_period: bool) -> Vec<Block> {
    let mut blocks = vec![Block::Title(view.contract.title.clone())];
    let Some((last, earlier)) = view.periods.split_last() else {
        blocks.push(Block::Notice("no period was evaluated".to_string()));
        return blocks;
    };
    blocks.push(Block::Facts(head(view, last)));
    blocks.extend(outlook::blocks(last));
    if last.provisional && last.data_until.is_none() {
        blocks.push(Block::Notice(provisional(last)));
    }
    blocks.extend(incomplete(last).map(Block::Notice));
    if !earlier.is_empty() {
        blocks.push(Block::Heading("Periods".to_string()));
        blocks.push(Block::Grid(periods(&view.contract, &view.periods)));
    }
    blocks.extend(period(&view.contract, last));
    if every_period {
        for one in earlier.iter().rev() {
            blocks.push(Block::Title(format!("Period {}", one.label)));
            blocks.extend(one.provisional.then(|| Block::Notice(provisional(one))));
            blocks.extend(incomplete(one).map(Block::Notice));
            blocks.extend(period(&view.contract, one));
        }
    }
    blocks.extend(quality::quality(view, last));
    blocks
}

fn head(view: &View, last: &PeriodView) -> Vec<(String, String)> {
    let contract = &view.contract;
    let state = match (missing(last).is_empty(), last.provisional) {
        (false, _) => "INCOMPLETE",
        (true, true) => "PROVISIONAL",
        (true, false) => "final",
    };
    let fact = |name: &str, text: String| (name.to_string(), text);
    let version = last.version.iter().map(|version| fact("version", version.clone()));
    let facts = [
        fact("client", contract.client.clone()),
        fact("vendor", contract.vendor.clone()),
        fact("period", format!("{} ({} to {}, {})", last.label, last.first, last.last, contract.zone)),
    ];
    let sums = [
        fact("money", format!("{}, rounded {}", contract.currency, contract.rounding)),
        fact("state", state.to_string()),
        fact("total due", last.totals.total.shown.clone()),
    ];
    let known = view.as_of.iter().map(|as_of| fact("as of", format!("{as_of}: what was known then")));
    let said = contract.said.iter().map(|said| fact("remedies", said.clone()));
    facts.into_iter().chain(version).chain(known).chain(sums).chain(said).collect()
}

fn provisional(period: &PeriodView) -> String {
    let waits = |line: &LineView| line.steps.iter().any(|step| step.starts_with("not claimed yet"));
    let claims = period.lines.iter().any(|line| line.kind == "claim" && waits(line));
    let why = match claims {
        true => "PROVISIONAL: what is due can still be claimed, or records still change what is counted",
        false => "PROVISIONAL: records of this period can still change what is counted",
    };
    match &period.final_from {
        Some(moment) => format!("{why}; final from {moment}"),
        None => why.to_string(),
    }
}

/// The figures that amounts need and the period does not have.
fn missing(period: &PeriodView) -> BTreeSet<&str> {
    period.lines.iter().flat_map(|line| &line.missing).map(String::as_str).collect()
}

/// What the total lacks, when something could not be worked out.
fn incomplete(period: &PeriodView) -> Option<String> {
    let missing = missing(period);
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let lines = period.lines.iter().filter(|line| !line.missing.is_empty()).count();
    let lines = if lines == 1 { "1 amount counts".to_string() } else { format!("{lines} amounts count") };
    (!names.is_empty()).then(|| format!("INCOMPLETE: {lines} as 0 for want of {}", names.join(", ")))
}

/// One row a period.
fn periods(head: &Head, periods: &[PeriodView]) -> Grid {
    let mut grid = Grid::new(&[
        text("period"),
        text("commitments"),
        number("charges"),
        number(&head.bonuses_called),
        number(&head.penalties_called),
        number("total"),
        text("state"),
    ]);
    for period in periods {
        let totals = &period.totals;
        let state = match (missing(period).is_empty(), period.provisional) {
            (false, _) => Cell::toned("incomplete", Tone::Look),
            (true, true) => Cell::toned("provisional", Tone::Look),
            (true, false) => "final".into(),
        };
        grid.row([
            (&period.label).into(),
            statuses(period).into(),
            (&totals.charges).into(),
            (&totals.bonuses).into(),
            (&totals.penalties).into(),
            Cell::toned(&totals.total.shown, Tone::Strong),
            state,
        ]);
    }
    grid
}

/// `3 met, 1 missed`
fn statuses(period: &PeriodView) -> String {
    let words = [
        "met",
        "missed",
        "below minimum",
        "not proven",
        "excused",
        "not measured",
        "not judged",
        "no target",
    ];
    let count = |word: &&str| period.commitments.iter().filter(|it| it.status == *word).count();
    let parts = words.iter().map(|word| (count(word), word)).filter(|(n, _)| *n > 0);
    parts.map(|(n, word)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
}

/// The sections of one period.
fn period(head: &Head, period: &PeriodView) -> Vec<Block> {
    let mut blocks = Vec::new();
    section(&mut blocks, "Commitments", commitments(&period.commitments));
    section(&mut blocks, "What the number of records says", ground::grid(&period.commitments));
    section(&mut blocks, "Baselines", baselines(period));
    section(&mut blocks, "How far to the next edge", distances(&period.commitments));
    section(&mut blocks, "Charges", lines(period, &["charge", "base"]));
    section(&mut blocks, "At-risk pools", lines(period, &["pool"]));
    section(&mut blocks, "Points", lines(period, &["points"]));
    let both = format!("{} and {}", capital(&head.penalties_called), head.bonuses_called);
    section(&mut blocks, &both, sides(head, period));
    let limits = lines(period, &["claim", "minimum", "cap", "gate", "netting"]);
    section(&mut blocks, "Caps, pool limits and gates", limits);
    section(&mut blocks, "From earlier periods", lines(period, &["excess", "earn-back"]));
    section(&mut blocks, "Paid beside the invoice", lines(period, &["cash"]));
    section(&mut blocks, "Rounding", lines(period, &["rounding"]));
    blocks.extend(correction::blocks(period));
    section(&mut blocks, "Rights", right::rights(period));
    if !period.decisions.is_empty() {
        blocks.push(Block::Heading("Relief, corrections and disputes".to_string()));
        blocks.push(Block::List(period.decisions.clone()));
    }
    blocks.push(Block::Heading(format!("Total for {}", period.label)));
    blocks.push(Block::Grid(totals(head, period)));
    section(&mut blocks, "Charged back", back::charged_back(period));
    if !period.deadlines.is_empty() {
        blocks.push(Block::Heading("Deadlines".to_string()));
        blocks.push(Block::Grid(deadlines(period)));
    }
    let unpaid: Vec<&MeasureView> = period.measures.iter().filter(|measure| !measure.paid).collect();
    section(&mut blocks, "Measured, not paid", measures(&unpaid));
    for measure in &period.measures {
        segments(&mut blocks, measure);
    }
    blocks
}

fn section(blocks: &mut Vec<Block>, heading: &str, grid: Grid) {
    if grid.rows.is_empty() {
        return;
    }
    blocks.push(Block::Heading(heading.to_string()));
    push(blocks, grid.without_columns_of(""));
}

/// Adds a table, cut to [`MOST_ROWS`] with a word about the rest.
pub fn push(blocks: &mut Vec<Block>, mut grid: Grid) {
    let more = grid.rows.len().saturating_sub(MOST_ROWS);
    grid.rows.truncate(MOST_ROWS);
    blocks.push(Block::Grid(grid));
    if more > 0 {
        blocks.push(Block::Text(format!("and {more} more, in the JSON and CSV reports")));
    }
}

fn commitments(commitments: &[CommitmentView]) -> Grid {
    let mut grid = Grid::new(&[
        text("clause"),
        text("commitment"),
        whole("reading"),
        text("target"),
        text("status"),
        number("points"),
        number("before caps"),
    ]);
    for it in commitments {
        let minimum = it.minimum.iter().map(|minimum| format!("(minimum: {minimum})"));
        let levels: Vec<String> = it.target.iter().cloned().chain(minimum).chain(it.levels.clone()).collect();
        grid.row([
            (&it.clause).into(),
            it.segment.of(&it.label).into(),
            (&it.reading).into(),
            Cell::lines(&levels),
            status(it),
            (&it.points).into(),
            (&it.amount).into(),
        ]);
    }
    grid
}

fn status(commitment: &CommitmentView) -> Cell {
    let mut words = commitment.status.clone();
    if let Some(reason) = &commitment.reason {
        words = format!("{words}: {reason}");
    }
    commitment.repeated.iter().for_each(|text| words.push_str(&format!("\n{text}")));
    if commitment.provisional {
        words.push_str("\nprovisional");
    }
    if let Some(unpaid) = &commitment.unpaid {
        words = format!("{words}\n{unpaid}");
    }
    let tone = match commitment.status.as_str() {
        "met" => Tone::Good,
        "missed" | "below minimum" => Tone::Bad,
        "not measured" | "not judged" | "not proven" | "excused" => Tone::Look,
        _ => Tone::Plain,
    };
    Cell::toned(words, tone)
}

fn baselines(period: &PeriodView) -> Grid {
    let mut grid = Grid::new(&[text("clause"), text("baseline"), number("value"), text("taken from")]);
    for it in &period.baselines {
        let value = it.value.as_ref().map_or("", |value| value.shown.as_str());
        let state = it.provisional.then_some("provisional".to_string());
        let told: Vec<String> = std::iter::once(it.text.clone()).chain(state).collect();
        grid.row([(&it.clause).into(), (&it.label).into(), value.to_string().into(), Cell::lines(&told)]);
    }
    grid
}

fn distances(commitments: &[CommitmentView]) -> Grid {
    let mut grid = Grid::new(&[text("commitment"), text("better edge"), text("worse edge")]);
    for it in commitments.iter().filter(|it| !it.distances.is_empty()) {
        let side = |better: bool| {
            let edges = it.distances.iter().filter(|distance| distance.better == better);
            Cell::lines(&edges.map(|distance| distance.text.clone()).collect::<Vec<_>>())
        };
        grid.row([it.segment.of(&it.label).into(), side(true), side(false)]);
    }
    grid
}

/// Penalties and bonuses, under the names the parties use.
fn sides(head: &Head, period: &PeriodView) -> Grid {
    let mut named = period.clone();
    for line in named.lines.iter_mut().filter(|line| line.exact != "0") {
        let word = match line.kind.as_str() {
            "penalty" if head.penalties_called == "penalties" => "penalty",
            "bonus" if head.bonuses_called == "bonuses" => "bonus",
            "penalty" => &head.penalties_called,
            "bonus" => &head.bonuses_called,
            _ => continue,
        };
        line.label = format!("{word}: {}", line.label);
    }
    lines(&named, &["penalty", "bonus"])
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn lines(period: &PeriodView, kinds: &[&str]) -> Grid {
    let mut grid = Grid::new(&[text("clause"), text("line"), text("working"), number("amount")]);
    let wanted = |line: &&LineView| kinds.contains(&line.kind.as_str()) && !is_idle(line, period);
    for line in period.lines.iter().filter(wanted) {
        grid.row([(&line.clause).into(), label(line).into(), working(line), amount(line)]);
    }
    grid
}

/// A commitment with penalties and bonuses has a line for each side; of the
/// side that comes to nothing there is nothing to say.
fn is_idle(line: &LineView, period: &PeriodView) -> bool {
    let other = match line.id.split_once('.') {
        Some(("penalty", name)) => format!("bonus.{name}"),
        Some(("bonus", name)) => format!("penalty.{name}"),
        _ => return false,
    };
    let other = period.lines.iter().find(|it| it.id == other);
    let nothing = |line: &LineView| line.exact == "0" && line.missing.is_empty();
    nothing(line) && other.is_some_and(|other| !nothing(other) || line.kind == "bonus")
}

/// The label with its side and segment, and for a base that it is not invoiced by itself.
fn label(line: &LineView) -> String {
    let label = line.segment.of(&line.label);
    match line.kind.as_str() {
        "base" => format!("{label} (base, not invoiced by itself)"),
        _ => label,
    }
}

/// An amount that could not be worked out is 0 and has to strike the eye.
fn amount(line: &LineView) -> Cell {
    let tone = if line.missing.is_empty() { Tone::Plain } else { Tone::Look };
    Cell::toned(&line.amount.shown, tone)
}

fn working(line: &LineView) -> Cell {
    let rule = Some(&line.rule).filter(|rule| !rule.is_empty());
    let mut all: Vec<String> = rule.into_iter().chain(&line.steps).cloned().collect();
    all.dedup();
    all.extend(line.rounding.iter().map(|rounding| format!("rounded: {rounding}")));
    all.extend(line.limits.iter().cloned());
    Cell::lines(&all)
}

fn deadlines(period: &PeriodView) -> Grid {
    let mut grid = Grid::new(&[text("clause"), text("what"), text("date"), text("rule")]);
    for it in &period.deadlines {
        let date = it.date.as_ref().or(it.lacking.as_ref()).cloned().unwrap_or_default();
        grid.row([(&it.clause).into(), (&it.what).into(), date.into(), (&it.rule).into()]);
    }
    grid.without_columns_of("")
}

fn totals(head: &Head, period: &PeriodView) -> Grid {
    let mut grid = Grid::new(&[text(""), number("amount")]);
    let totals = &period.totals;
    if let Some(points) = &totals.points {
        grid.row(["points".into(), points.into()]);
    }
    grid.row(["charges".into(), (&totals.charges).into()]);
    let called = |word: &str, after: &str| Cell::from(format!("{word}, after {after}"));
    grid.row([called(&head.bonuses_called, "caps and gates"), (&totals.bonuses).into()]);
    grid.row([called(&head.penalties_called, "caps and pools"), (&totals.penalties).into()]);
    if let Some(earned_back) = &totals.earned_back {
        grid.row([format!("{} earned back", head.penalties_called).into(), earned_back.into()]);
    }
    if let Some(corrections) = &totals.corrections {
        grid.row(["corrections of closed periods".into(), corrections.into()]);
    }
    let due = if period.provisional { "total due (provisional)" } else { "total due" };
    grid.row([Cell::toned(due, Tone::Strong), Cell::toned(&totals.total.shown, Tone::Strong)]);
    grid
}

fn measures(measures: &[&MeasureView]) -> Grid {
    let mut grid = Grid::new(&[text("clause"), text("measure"), text("reading"), text("working")]);
    for measure in measures {
        for reading in measure.readings.iter().filter(|reading| reading.segment.is_whole()) {
            grid.row([
                (&measure.clause).into(),
                (&measure.label).into(),
                (&reading.shown).into(),
                (&reading.working).into(),
            ]);
        }
    }
    grid
}

fn segments(blocks: &mut Vec<Block>, measure: &MeasureView) {
    if measure.by.is_empty() {
        return;
    }
    let mut grid = Grid::new(&[text("segment"), text("reading"), text("basis")]);
    for reading in &measure.readings {
        grid.row([reading.segment.to_string().into(), (&reading.shown).into(), (&reading.basis).into()]);
    }
    section(blocks, &format!("{} by {}", measure.label, measure.by.join(", ")), grid);
}
