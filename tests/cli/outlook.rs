//! A month in progress: what it comes to so far, how it can still end, and
//! what that takes.
//!
//! 27 of June's 30 days are in the data: 360 contacts, so 40 more are to come
//! if as many come as so far.

use std::fmt::Write as _;

use super::project::Project;

const HEAD: &str = r#"contract "June" {
  client    "Northwind Retail plc"
  vendor    "HelpCo Outsourcing Ltd"
  term      2026-06-01 to 2026-06-30
  timezone  "Europe/London"
  currency  GBP
  periods   monthly
  rounding  money to 0.01 half up on each line
}
charge fee = GBP 1,000.00 each period
"#;

/// 360 contacts on 27 days, the first 270 resolved, 36 abandoned, each handled in 100 seconds.
fn june(clauses: &str) -> Project {
    let project = Project::new();
    project.write("terms.contract", format!("{HEAD}{clauses}"));
    let mut rows = "id,started,resolved,abandoned,handled\n".to_string();
    for n in 0..360 {
        let (resolved, abandoned) = (if n < 270 { "yes" } else { "no" }, if n < 36 { "yes" } else { "no" });
        writeln!(rows, "{n},2026-06-{:02} 10:00:00,{resolved},{abandoned},100", n % 27 + 1).unwrap();
    }
    project.write("calls.csv", rows);
    let columns = "      id: id\n      started_at: started\n      resolved: resolved\n      abandoned: abandoned\n      \
                   handled_for: {from: handled, unit: seconds}\n";
    let table =
        format!("tables:\n  interactions:\n    files: calls.csv\n    key: id\n    columns:\n{columns}");
    project.write("data.yaml", format!("zone: Europe/London\ncomplete_to: 2026-06-28 00:00:00\n{table}"));
    project
}

fn outlook(clauses: &str) -> (Vec<String>, Option<String>) {
    let ran = june(clauses).run(&["evaluate", "terms.contract", "--no-run", "--format", "json"]);
    ran.is(0, "", "");
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let found = report.pointer("/periods/0/outlook/0").unwrap();
    let takes = found["takes"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_string());
    (takes.collect(), found["range"].as_str().map(str::to_string))
}

/// 304 of 400 are 76 %: 34 more. 310 are 77.5 %: all 40. 311 cannot be had. 267.2 of 400 are 66.8 %: 270 are there.
#[test]
fn a_share_says_how_many_of_those_to_come_it_takes() {
    let share = "measure m { share of interactions where resolved }\n";
    let (takes, range) = outlook(&format!(
        "{share}commitment m {{ target at least 76%; pay scale on fee {{ 66.8% -4%; 76% 0%; 77.5% +2%; 77.6% +3% }} }}"
    ));
    assert_eq!(range.as_deref(), Some("67.5% to 77.5%"));
    assert_eq!(
        takes,
        [
            "scale 77.6% (+3%): out of reach",
            "scale 77.5% (+2%): 40 of the next 40",
            "target 76%: 34 of the next 40",
            "scale 66.8% (-4%): whatever comes",
        ]
    );
}

/// 36 of 360 abandoned. At most 10 % of 400 are 40: 4 more. At most 8 % are 32: lost. Less than 19 % are 75: 39 more.
#[test]
fn fewer_is_better_where_the_contract_says_so() {
    let share = "measure m { share of interactions where abandoned }\n";
    let bands = "at most 8% bonus 1%; above 8% to 10% nothing; above 10% to below 19% penalty 1%; otherwise penalty 2%";
    let (takes, range) =
        outlook(&format!("{share}commitment m {{ target at most 10%; pay bands on fee {{ {bands} }} }}"));
    assert_eq!(range.as_deref(), Some("9% to 19%"));
    assert_eq!(takes[0], "band at most 8%: out of reach");
    assert_eq!(takes[1], "target 10%: at most 4 of the next 40");
    assert_eq!(takes[2], "band above 10% to below 19%: at most 39 of the next 40");
}

/// 360 × 100 s; 400 × 95 s = 38,000 s leave 2,000 s for 40: 50 s each.
#[test]
fn a_mean_says_what_the_rest_may_be_on_average() {
    let mean = "measure m { mean of handled_for over interactions }\n";
    let (takes, range) = outlook(&format!(
        "{mean}commitment m {{ target at most 95 seconds; pay penalty GBP 10 when missed }}"
    ));
    assert_eq!(range, None);
    assert_eq!(takes, ["target 1 min 35 s: at most 50 s on average from now on"]);
}

#[test]
fn a_count_says_how_much_more_there_may_be() {
    let count = "measure m { count of interactions where abandoned }\n";
    let limit =
        |n: u32| format!("{count}commitment m {{ target at most {n}; pay penalty GBP 10 when missed }}");
    assert_eq!(outlook(&limit(50)).0, ["target 50: at most 14 more"]);
    assert_eq!(outlook(&limit(36)).0, ["target 36: at most 0 more"]);
    assert_eq!(outlook(&limit(35)).0, ["target 35: out of reach"]);
}

#[test]
fn the_statement_says_that_the_month_goes_on() {
    let project = june(
        "measure m { share of interactions where resolved }\ncommitment m { target at least 76%; pay penalty GBP 10 when missed }",
    );
    let ran = project.run(&["evaluate", "terms.contract"]);
    ran.is(0, "IN PROGRESS: 2026-06 goes on to 2026-06-30", "");
    ran.is(0, "34 of the next 40", "");
}
