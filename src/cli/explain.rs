//! `meed explain`: the page of a code, or all codes.

use meed_grammar::codes;
use meed_grammar::explain::page;
use meed_grammar::suggest;

use super::screen::{Done, Screen, Stop};

/// Arguments of `meed explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code, for instance E0203; without one all codes are listed
    code: Option<String>,
}

/// Prints the page or the list.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let Some(code) = &args.code else {
        let lines = codes::ALL.iter().map(|(code, title)| format!("{code}  {title}\n"));
        screen.result(&lines.collect::<String>())?;
        return Ok(Done::Well);
    };
    let asked = code.to_uppercase();
    let Some(page) = page(&asked) else {
        let near = suggest::nearest(&asked, codes::ALL.iter().map(|(code, _)| *code));
        let help = near
            .map_or("`meed explain` lists all codes".to_string(), |near| format!("did you mean `{near}`?"));
        return Err(Stop::fault(format!("there is no code `{code}`")).help(help));
    };
    screen.result(page)?;
    Ok(Done::Well)
}
