//! Whole contracts that have to pass.

use super::{checked, found};

/// A contract in the manner of a schedule of a real agreement.
const NORTHWIND: &str = r##"
contract "Northwind customer support" {
  client    "Northwind Retail plc"
  vendor    "HelpCo Outsourcing Ltd"
  term      2026-01-01 to 2028-12-31
  timezone  "Europe/London"
  currency  GBP
  periods   monthly
  rounding  money to 0.01 half up on each line
}

calendar support_hours {
  mon to fri  08:00 to 20:00
  sat         09:00 to 17:00
  closed      on "gb-eng"
}

set contacts = interactions
  where not (abandoned and waited < 5 seconds)
  excluding initiated_by = "client" because "clause 4.2, call-backs the client asked for"

set solved = resolutions
  where outcome = "resolved"
    and not followed by interactions with same customer, topic within 7 days
  dated by closed_at

measure resolved_first_time "Resolved at first contact, and stayed resolved" {
  share of contacts where resolved
    and not followed by contacts with same customer, topic within 14 days
  dimension  customer
  round      to 0.01 points half up
  if none    not measured
}

measure satisfied "Satisfied customers (4 or 5 of 5)" {
  share of surveys where csat >= 4
  needs at least 100 answers, otherwise pooled with the period before
}

measure nine_in_ten_fixed_within "Time to fix, nine in ten" {
  percentile 90 of business time from opened_at to resolved_at in support_hours paused while status in ("pending")
  over resolutions, nearest rank
}

measure complaint_rate { share of contacts where cause = "complaint" }
measure stayed_six_months {
  share of customer in contacts where followed by purchases with same customer within 6 months
}
measure handle_time { mean of handled_for over contacts }

charge resolutions_fee = graduated price of count of solved {
  first 8,000   GBP 6.00 each
  then          GBP 5.40 each
}

commitment resolved_first_time {
  clause   "6.1"
  target   at least 75%
  minimum  at least 68%
  pay scale on resolutions_fee {
    70%   -4%
    74.5%  0%
    75.5%  0%
    80%   +3%
  }
}

commitment satisfied {
  target  at least 82%
  pay scale on resolutions_fee { 77% -4%; 82% 0% }
}

bonus only if complaint_rate is at most 0.50%
cap penalties  12% of resolutions_fee each period
cap bonuses     6% of resolutions_fee each period

example "clause 6.1, illustration" {
  given   resolved_first_time = 77.50%, resolutions_fee = GBP 55,020.00
  expect  bonus on resolved_first_time = GBP 733.60
}
"##;

#[test]
fn a_contract_in_the_manner_of_a_schedule_is_clean() {
    assert_eq!(found(NORTHWIND), Vec::<String>::new());
}

#[test]
fn the_contract_of_the_demo_is_clean() {
    let text = include_str!("../../demo/files/terms.contract");
    assert_eq!(found(text), Vec::<String>::new());
}

/// Codes that are found only when the contract is run, or by the parser.
fn found_elsewhere(code: &str) -> bool {
    let run = ["E0508", "W0601", "W0604", "W0605"];
    code.starts_with("E01") || code.starts_with("W061") || run.contains(&code)
}

#[test]
fn the_wrong_example_of_every_page_gives_its_code_and_the_right_one_none() {
    for (code, _) in meed_grammar::codes::ALL.iter().filter(|(code, _)| !found_elsewhere(code)) {
        let page = meed_grammar::explain::page(code).unwrap();
        for (kind, text) in page.split("```contract ").skip(1).filter_map(|part| part.split_once('\n')) {
            let text = text.split("```").next().unwrap_or_default();
            let codes: Vec<_> = checked(text).1.iter().map(|it| it.code).collect();
            let want = if kind == "wrong" { vec![*code] } else { Vec::new() };
            assert_eq!(codes, want, "{code}, {kind} example");
        }
    }
}
