//! `meed why`: from an amount to the counts behind it.

use std::path::PathBuf;

use meed_grammar::suggest;

use super::screen::{Done, Screen, Stop};
use crate::audit;
use crate::report::{self, PeriodView, View};

/// Arguments of `meed why`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run folder
    run: PathBuf,
    /// A line (penalty.NAME), a commitment, a measure, or total; without one they are listed
    line: Option<String>,
    /// The period, when the run has several; the last otherwise
    #[arg(long, value_name = "P")]
    period: Option<String>,
}

/// Prints the derivation, or what can be asked for.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let run = audit::open(&args.run)?;
    let period = period(&run.view, args.period.as_deref())?;
    let Some(line) = &args.line else {
        return list(period, screen);
    };
    match report::why(period, line) {
        Ok(text) => {
            screen.result(&text)?;
            Ok(Done::Well)
        }
        Err(unknown) => Err(no_such_line(line, period, &unknown.known)),
    }
}

fn list(period: &PeriodView, screen: &mut Screen) -> Result<Done, Stop> {
    let known = report::askable(period).into_iter().map(|(name, shown)| format!("{name}  {shown}\n"));
    screen.result(&known.collect::<String>())?;
    Ok(Done::Well)
}

fn period<'a>(view: &'a View, label: Option<&str>) -> Result<&'a PeriodView, Stop> {
    let Some(label) = label else {
        return view.periods.last().ok_or_else(|| Stop::fault("the run has no period"));
    };
    view.periods.iter().find(|period| period.label == label).ok_or_else(|| {
        let known: Vec<&str> = view.periods.iter().map(|period| period.label.as_str()).collect();
        Stop::fault(format!("the run has no period `{label}`")).help(format!("it has {}", known.join(", ")))
    })
}

fn no_such_line(line: &str, period: &PeriodView, known: &[String]) -> Stop {
    let near = suggest::nearest(line, known.iter().map(String::as_str))
        .map(|near| format!("did you mean `{near}`?"));
    let list = || {
        format!("there is {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
    };
    Stop::fault(format!("{} has no line, commitment or measure `{line}`", period.label))
        .help(near.unwrap_or_else(list))
}
