//! The two tables that are kept beside the cases: which clauses each contract uses
//! (`contracts/README.md`), and where each trap shows (`cases/traps/README.md`).

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use meed_grammar::{Source, codes, parse};

/// What a contract uses, and the words it is recognised by.
const USES: &[(&str, &[&str])] = &[
    ("bands", &[" pay bands "]),
    ("scale", &[" pay scale "]),
    ("steps", &[" for each full ", " or part ", " per 1 point "]),
    ("an amount when met or missed", &[" when met ", " when missed ", " when below minimum "]),
    ("days of service", &[" days of service "]),
    ("points", &[" convert points "]),
    ("pool", &[" at risk "]),
    ("cap", &[" cap penalties ", " cap bonuses "]),
    ("cap over several periods", &[" over any ", " excess lapses ", " excess carries ", " excess is paid "]),
    ("earn-back", &[" earn back "]),
    ("claims", &[" on claim "]),
    ("least amount", &[" only if more than ", " when any is due "]),
    ("relief by register", &[" relief on "]),
    ("phases", &[" phase ", " paid from ", " paid until "]),
    ("levels that move", &[" raise ", " reset ", " baseline "]),
    ("rights", &[" right "]),
    ("deadlines", &[" deadlines "]),
    ("gate", &[" only if "]),
    ("repetition", &[" in a row "]),
    ("figures of earlier periods", &[" periods before ", " the period before "]),
    ("greater or lesser of two", &[" greater of ", " lesser of "]),
    ("days in the period", &[" days in the period "]),
    ("own verdict for each segment", &[" for each segment "]),
    ("calculated measure", &[" calculated as "]),
    ("look-ahead", &[" followed by "]),
    ("business hours", &[" business time "]),
    ("pauses", &[" paused while "]),
    ("exclusions", &[" excluding "]),
    ("own tables or fields", &[" fields "]),
    ("rounded measure", &[" round to ", " round up ", " round down "]),
    ("minimum sample", &[" needs at least "]),
    ("facts", &[" fact "]),
    ("tiers", &[" graduated price ", " slab price "]),
    ("price per unit", &[" each of ", " per minute of ", " per bin of ", " per second of "]),
    ("balance paid later", &[" balance "]),
    ("what came back", &[" as if never counted ", " average price paid ", " before the allowance "]),
    ("so much for each record", &[" per customer ", " per contact "]),
    ("shares by tier", &[" share of what is "]),
    ("index", &[" index "]),
    ("exchange rate", &[" exchange "]),
    ("part of a period", &[" prorated by "]),
    ("charge-back", &[" charge back "]),
    ("worked examples", &[" example "]),
];

const HEAD: &str = "| contract | uses |\n|---|---|\n";

/// Both tables as tests.
pub fn trials(root: &Path, bless: bool) -> Vec<Trial> {
    let (one, other) = (root.to_path_buf(), root.to_path_buf());
    vec![
        Trial::test("tables/clauses_of_each_contract", move || clauses(&one, bless)),
        Trial::test("tables/where_each_trap_shows", move || traps(&other)),
    ]
}

fn read(path: &Path) -> Result<String, Failed> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn clauses(root: &Path, bless: bool) -> Result<(), Failed> {
    let mut table = HEAD.to_owned();
    for folder in ["contracts", "tests/cases/corpus"] {
        let mut names: Vec<String> = fs::read_dir(root.join(folder))?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<_, std::io::Error>>()?;
        names.sort();
        for name in names {
            let path = root.join(folder).join(&name).join("terms.contract");
            if path.is_file() && sound(&path)? {
                let shown = if folder == "contracts" { name } else { format!("corpus/{name}") };
                table += &format!("| `{shown}` | {} |\n", uses(&path)?.join(", "));
            }
        }
    }
    let path = root.join("contracts/README.md");
    let text = read(&path)?;
    let (before, rest) = text.split_once(HEAD).ok_or("contracts/README.md has no table of clauses")?;
    let after = rest.find("\n\n").and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    let want = format!("{before}{table}{after}");
    if want == text {
        Ok(())
    } else if bless {
        Ok(fs::write(&path, want)?)
    } else {
        Err("the table of clauses is not up to date; `MEED_BLESS=1 cargo golden tables` writes it".into())
    }
}

/// Whether the contract passes its checks: one that is wrong on purpose is not listed.
fn sound(path: &Path) -> Result<bool, Failed> {
    Ok(super::laws::contract(&read(path)?).is_ok())
}

fn uses(path: &Path) -> Result<Vec<&'static str>, Failed> {
    let source = Source::new("terms.contract", read(path)?);
    let words = |text: &str| {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
        let words = lines
            .flat_map(|line| line.split([' ', ',', ';', '{', '}', '(', ')']))
            .filter(|it| !it.is_empty());
        format!(" {} ", words.collect::<Vec<_>>().join(" "))
    };
    let clauses = parse(&source).tree.clauses;
    let text: String = clauses.iter().map(|clause| words(source.slice(clause.span))).collect();
    let used = USES.iter().filter(|(_, signs)| signs.iter().any(|sign| text.contains(sign)));
    Ok(used.map(|(name, _)| *name).collect())
}

/// Every row names a trap, and at least one case, contract or code that exists.
fn traps(root: &Path) -> Result<(), Failed> {
    let text = read(&root.join("tests/cases/traps/README.md"))?;
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| T")).collect();
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, _, shows] = cells.as_slice() else { return Err(format!("four cells: {row}").into()) };
        if *number != format!("T{}", at + 1) {
            return Err(format!("`{number}` is out of order").into());
        }
        let named: Vec<&str> = shows.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            return Err(format!("{number} shows nowhere").into());
        }
        for name in named {
            let known =
                ["tests/cases", "contracts", ""].iter().any(|folder| root.join(folder).join(name).exists());
            if !known && codes::title(name).is_none() {
                return Err(format!("{number}: there is no `{name}`").into());
            }
        }
    }
    if rows.len() == 40 { Ok(()) } else { Err(format!("{} of 40 traps", rows.len()).into()) }
}
