//! Every way of paying, at its edges.

use super::{check, contract, contract_in};

#[test]
fn severity_bands_give_points() {
    let contract = contract(
        "measure kpi { reported in percent; round to 0.1 points half up }
         charge fee = USD 400,000.00 each period
         commitment kpi {
           target at least 99%
           pay bands {
             98% to below 99%  penalty 1 point
             97% to below 98%  penalty 2 points
             96% to below 97%  penalty 3 points
             below 96%         penalty 4 points
             otherwise nothing
           }
         }
         convert points to penalty on fee { each 0.5% of fee }",
    );
    for (reading, points, credit) in [
        ("98.5%", "1", "2000"),
        ("97.4%", "2", "4000"),
        ("96.9%", "3", "6000"),
        ("96%", "3", "6000"),
        ("95.9%", "4", "8000"),
        ("98.95%", "0", "0"),
        ("99.2%", "0", "0"),
    ] {
        check(&contract, &format!("kpi = {reading}"), &[("points", points), ("penalties", credit)]);
    }
}

#[test]
fn cloud_tiers() {
    let contract = contract(
        "measure uptime { reported in percent }
         charge bill = USD 5,000.00 each period
         commitment uptime {
           target at least 99.99%
           pay bands on bill {
             99% to below 99.99%  penalty 5%
             95% to below 99%     penalty 15%
             below 95%            penalty 100%
             otherwise            nothing
           }
         }",
    );
    for (uptime, credit) in
        [("99.99%", "0"), ("99.98%", "250"), ("99%", "250"), ("98.99%", "750"), ("94.99%", "5000")]
    {
        check(&contract, &format!("uptime = {uptime}"), &[("penalties", credit)]);
    }
}

#[test]
fn over_allocated_points_reach_the_pool() {
    let contract = contract_in(
        "GBP",
        "on each line",
        "charge charges_base = GBP 450,000.00 each period
         at risk pool = 12% of charges_base, allocations total 140%
         measure fcr { reported in percent }
         measure csat { reported in percent }
         commitment fcr { target at least 80%; pay penalty 80% of pool when missed }
         commitment csat { target at least 80%; pay penalty 60% of pool when missed }",
    );
    check(&contract, "fcr = 79%; csat = 80%", &[("penalties", "43200")]);
    let both = [
        ("pool.pool", "54000"),
        ("penalty.fcr", "-43200"),
        ("penalty.csat", "-32400"),
        ("pool-limit.pool", "21600"),
        ("penalties", "54000"),
    ];
    check(&contract, "fcr = 79%; csat = 79%", &both);
}

#[test]
fn points_between_the_rows_of_a_table() {
    let table = |reading: &str| {
        contract(&format!(
            "measure scored {{ reported in number }}
             charge bill = USD 40,000.00 each period
             commitment scored {{ pay penalty 1 point per 1 above 0 }}
             convert points to penalty on bill {{
               5 points 0%; 10 points 2%; 15 points 4%; 20 points 6%; 25 points 8%; 30 points 10%; {reading}
             }}"
        ))
    };
    let (below, line) = (table("at or below"), table("interpolated"));
    for (points, at_or_below, interpolated) in [
        ("10", "800", "800"),
        ("12", "800", "1120"),
        ("4", "0", "0"),
        ("5", "0", "0"),
        ("31", "4000", "4000"),
    ] {
        let given = format!("scored = {points}");
        check(&below, &given, &[("points", points), ("penalties", at_or_below)]);
        check(&line, &given, &[("penalties", interpolated)]);
    }
}

#[test]
fn a_scale_with_a_dead_band() {
    let contract = contract(
        "measure csat { reported in percent }
         charge fee = USD 10,000.00 each period
         commitment csat {
           target at least 80%
           pay scale on fee { 75% -4%; 79.5% 0%; 80.5% 0%; 85% +3% }
         }",
    );
    for (reading, bonus, penalty) in [
        ("86%", "300", "0"),
        ("85%", "300", "0"),
        ("82.75%", "150", "0"),
        ("80.5%", "0", "0"),
        ("80.2%", "0", "0"),
        ("79.5%", "0", "0"),
        ("77%", "0", "-222.22"),
        ("75%", "0", "-400"),
        ("70%", "0", "-400"),
    ] {
        let want = [("bonus.csat", bonus), ("penalty.csat", penalty)];
        check(&contract, &format!("csat = {reading}"), &want);
    }
}

#[test]
fn half_the_gap_pays_half() {
    let contract = contract(
        "measure goal { reported in percent }
         charge fee = USD 1,000.00 each period
         commitment goal { pay scale on fee { 50% 0%; 100% +100% } }",
    );
    for (reading, bonus) in [("50%", "0"), ("75%", "500"), ("100%", "1000"), ("120%", "1000"), ("20%", "0")] {
        check(&contract, &format!("goal = {reading}"), &[("bonuses", bonus)]);
    }
}

#[test]
fn the_second_of_two_points_at_a_level_holds_there() {
    let contract = contract(
        "measure goal { reported in percent }
         charge fee = USD 1,000.00 each period
         commitment goal { pay scale on fee { 50% 0%; 60% +1%; 60% +5%; 70% +6% } }",
    );
    for (reading, bonus) in [("55%", "5"), ("59%", "9"), ("60%", "50"), ("65%", "55")] {
        check(&contract, &format!("goal = {reading}"), &[("bonuses", bonus)]);
    }
}

#[test]
fn a_symmetric_benchmark() {
    // (3.5 − 4.00) × 50,000 / 100 × 12.50: the amount of one mile-minute is 6,250.
    let contract = contract_in(
        "GBP",
        "on each line",
        "measure delay { reported in number }
         fact blocks = 50,000 / 100
         commitment delay {
           pay penalty GBP 12.50 * blocks per 1 above 3.5
           pay bonus GBP 12.50 * blocks per 1 below 3.5
         }",
    );
    check(&contract, "delay = 4", &[("penalty.delay", "-3125"), ("bonus.delay", "0")]);
    check(&contract, "delay = 3", &[("penalty.delay", "0"), ("bonus.delay", "3125")]);
    check(&contract, "delay = 3.5", &[("total", "0")]);
}

#[test]
fn minutes_of_talk() {
    let contract = contract_in(
        "GBP",
        "on each line",
        "measure talk { reported in seconds }
         charge fee = GBP 0.48 per minute of talk",
    );
    for (talk, fee) in [("468 s", "3.74"), ("474 s", "3.79"), ("600 s", "4.80")] {
        check(&contract, &format!("talk = {talk}"), &[("charges", fee)]);
    }
}

#[test]
fn a_bonus_table_has_a_cliff() {
    let contract = contract_in(
        "GBP",
        "on each line",
        "measure csat { reported in percent }
         charge fee = GBP 55,020.00 each period
         commitment csat {
           pay bands on fee {
             below 78%         penalty 2%
             78% to below 82%  nothing
             82% to below 86%  bonus 1%
             at least 86%      bonus 2%
           }
         }",
    );
    for (reading, total) in [("86%", "1100.40"), ("85.99%", "550.20"), ("78%", "0"), ("77.99%", "-1100.40")] {
        check(
            &contract,
            &format!("csat = {reading}"),
            &[("total", &(super::ratio(total) + super::ratio("55020")).to_string())],
        );
    }
}

#[test]
fn volume_bands_from_the_edge_or_the_baseline() {
    let band = |from: &str| {
        contract(&format!(
            "measure tickets {{ reported in number }}
             charge fee = USD 50,000.00 for 1,000 of tickets, dead band 10% {{
               above USD 38.00 each; below USD 32.00 each; from the {from}
             }}"
        ))
    };
    let (edge, baseline) = (band("edge"), band("baseline"));
    for (tickets, from_edge, from_baseline) in [
        ("1180", "53040", "56840"),
        ("850", "48400", "45200"),
        ("900", "50000", "50000"),
        ("1100", "50000", "50000"),
        ("1101", "50038", "53838"),
    ] {
        let given = format!("tickets = {tickets}");
        check(&edge, &given, &[("charges", from_edge)]);
        check(&baseline, &given, &[("charges", from_baseline)]);
    }
}

#[test]
fn a_step_is_at_most_what_the_clause_says() {
    let contract = contract(
        "measure asa { reported in seconds }
         commitment asa {
           target at most 30 seconds
           pay penalty USD 500.00 per 1 second above 30 seconds, at most USD 8,000.00
         }",
    );
    check(&contract, "asa = 47 s", &[("penalties", "8000")]);
    check(&contract, "asa = 45 s", &[("penalties", "7500")]);
}

#[test]
fn rounding_comes_before_the_test() {
    let clauses = |round: &str| {
        contract(&format!(
            "measure m {{ reported in percent {round} }}
             commitment m {{ target at least 80%; pay penalty USD 100.00 when missed }}"
        ))
    };
    check(&clauses("round to 0.01 points half up"), "m = 79.996%", &[("penalties", "0")]);
    check(&clauses(""), "m = 79.996%", &[("penalties", "100")]);
}
