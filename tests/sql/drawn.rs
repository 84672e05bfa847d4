//! Rows drawn at random, as CSV, for the books that SQL has to read.

use std::fmt::Write;

/// How rows with the same id differ.
#[derive(Clone, Copy, PartialEq)]
pub enum Repeat {
    Alike,
    Unlike,
    Later,
    SameTime,
}

/// Numbers in an order that looks like none.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    pub fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        let at = self.below(of.len().try_into().unwrap());
        of.get(usize::try_from(at).unwrap()).unwrap()
    }

    fn moment(&mut self) -> String {
        let (month, day) = (1 + self.below(3), 1 + self.below(28));
        format!("2026-{month:02}-{day:02} {:02}:{:02}:00Z", self.below(24), self.below(60))
    }

    /// With what exports have at the ends of texts.
    fn padded(&mut self, text: &str) -> String {
        let pad = ["", "", "", " ", "\t", "\u{a0}", "\u{2003} ", "\u{3000}"];
        format!("{}{text}{}", self.one(&pad), self.one(&pad))
    }

    pub fn texts(&mut self, odd: bool) -> String {
        let mut text =
            String::from("place,no,started_at,path,channel,queue,talk,hold,price,score,stars,day,resolved\n");
        for at in 0..80 {
            let last = odd && at == 79;
            let talk = ["1:02:03", "02:03", "75:10.5", "2.01:02:03", "-0:30", "1 02:03:04.250000", "?", ""];
            let price = ["1.250,50", "12", "-3,5", "999.999.999,999999999", "+0,10", "1250,5", "n/a"];
            let score = ["2", "2.25", "-1.5", "007", "0.1000000000", "+4", "?", ""];
            let row = [
                self.one(&["a", "b|c", "d\\e"]).to_string(),
                format!("x#{at}"),
                self.moment(),
                format!("C{at} / {} / {}", self.one(&["Sales", "Net", "Bill", "?", "", "Other"]), {
                    let who = ["Ann", "Bob", "Cy", "Di", "n/a"];
                    let who = self.one(&who);
                    self.padded(who)
                }),
                self.one(&["1", "2", "3", "9", "fr", "?", ""]).to_string(),
                self.one(&["x", " x", "x\u{a0}", "?", " ? ", "", "  "]).to_string(),
                self.one(&talk).to_string(),
                self.one(&["1:30", "00:05", "2.01:30", "-3:00", "100:00", "n/a"]).to_string(),
                self.one(&price).to_string(),
                self.one(&score).to_string(),
                self.one(&["one", "two", "3", "4.0", "-5", "?"]).to_string(),
                self.moment().get(..10).unwrap().to_string(),
                self.one(&["ja", "JA", "oK", "nein", "NO", "", "?"]).to_string(),
            ];
            let at_fault = self.below(6);
            let row: Vec<String> = row
                .into_iter()
                .enumerate()
                .map(|(column, cell)| match (last, at_fault, column) {
                    (true, 0, 3) => "C1 / Sales".to_string(),
                    (true, 1, 6) => "1:60".to_string(),
                    (true, 2, 7) => "1:30:00".to_string(),
                    (true, 3, 8) => "1.25,5".to_string(),
                    (true, 4, 9) => "1,5".to_string(),
                    (true, 5, 12) => "vielleicht".to_string(),
                    (_, _, 1 | 2) => cell,
                    (_, _, 5) => cell,
                    _ => self.padded(&cell),
                })
                .map(|cell| format!("\"{cell}\""))
                .collect();
            writeln!(text, "{}", row.join(",")).unwrap();
        }
        text
    }

    pub fn kept(&mut self, repeat: Repeat) -> String {
        let mut rows = Vec::new();
        for at in 0..60 {
            let row = |draw: &mut Self| {
                [
                    format!("i{at}"),
                    draw.one(&["x", "y", ""]).to_string(),
                    draw.one(&["phone", "mail", ""]).to_string(),
                    draw.moment(),
                    draw.one(&["1.25", "3", ""]).to_string(),
                    draw.one(&["yes", "no", ""]).to_string(),
                ]
                .join(",")
            };
            let (first, seen) = (row(self), format!("2026-03-{:02} 10:00:00Z", 1 + at % 28));
            rows.push(format!("{first},{seen}"));
            for _ in 0..self.below(3) {
                let (other, later) = (
                    row(self),
                    format!("2026-04-{:02} {:02}:{:02}:00Z", 1 + at % 28, self.below(24), rows.len() % 60),
                );
                let last = at == 59;
                rows.push(match repeat {
                    Repeat::Alike => format!("{first},{seen}"),
                    Repeat::Unlike => format!("{},{seen}", if last { &other } else { &first }),
                    Repeat::Later => format!("{other},{}", if self.below(4) == 0 { "" } else { &later }),
                    Repeat::SameTime => format!("{other},{}", if last { &seen } else { &later }),
                });
            }
        }
        if repeat == Repeat::Unlike || repeat == Repeat::SameTime {
            rows.push("i59,z,z,2026-01-05 10:00:00Z,77,no,2026-03-04 10:00:00Z".to_string());
            rows.push("i59,w,z,2026-01-05 10:00:00Z,78,no,2026-03-04 10:00:00Z".to_string());
            rows.retain(|row| !row.starts_with("i59,") || row.contains("2026-03-04"));
        }
        self.shuffle(&mut rows);
        format!("id,queue,channel,started_at,cost,resolved,seen_at\n{}\n", rows.join("\n"))
    }

    pub fn events(&mut self, ties: bool) -> String {
        let mut rows = Vec::new();
        for at in 0..40 {
            for event in 0..1 + self.below(5) {
                let seen = match self.below(12) {
                    0 => String::new(),
                    _ => format!(
                        "2026-{:02}-{:02} {:02}:{event:02}:00Z",
                        1 + self.below(3),
                        1 + self.below(28),
                        self.below(24)
                    ),
                };
                // Events without a time are in no order either: one of them at most in a case.
                let seen =
                    if seen.is_empty() && event > 0 { format!("2026-01-02 03:{event:02}:04Z") } else { seen };
                let state = self.one(&["New", "Open", "Resolved", "Fixed", "Closed", ""]);
                let (topic, priority) = (self.one(&["bill", "net", "new", ""]), self.one(&["1", "2", ""]));
                rows.push(format!("r{at:02},{topic},{priority},{state},{seen}"));
            }
        }
        if ties {
            rows.push("r07,bill,1,Closed,2026-04-02 10:00:00Z".to_string());
            rows.push("r07,net,2,Closed,2026-04-02 10:00:00Z".to_string());
        }
        self.shuffle(&mut rows);
        format!("case,topic,priority,state,seen_at\n{}\n", rows.join("\n"))
    }

    pub fn unkeyed(&mut self, ties: bool) -> [(&'static str, String); 4] {
        // No two rows of a table at one moment, and those of the two tables never.
        let moment = |at: u64, second: u64| {
            format!(
                "2026-{:02}-{:02} {:02}:{:02}:{second:02}Z",
                1 + at * 7 % 3,
                1 + at * 5 % 28,
                at % 24,
                at * 3 % 60
            )
        };
        let mut interactions = String::from("customer,queue,started_at,channel,resolved\n");
        let mut purchases = String::from("customer,bought_at\n");
        let mut resolutions = String::from("id,opened_at,resolved_at\n");
        let mut events = String::from("case,seen_at,status\n");
        for at in 0..70_u64 {
            let (customer, queue) = (self.one(&["a", "b", "c", ""]), self.one(&["x", "y", ""]));
            let (channel, resolved) = (self.one(&["phone", "mail"]), self.one(&["yes", "no", ""]));
            // The same row twice may change places with itself.
            for _ in 0..1 + u64::from(at % 9 == 0) {
                writeln!(interactions, "{customer},{queue},{},{channel},{resolved}", moment(at, 1)).unwrap();
            }
            writeln!(purchases, "{},{}", self.one(&["a", "b", "c", ""]), moment(at * 11 % 70, 2)).unwrap();
            writeln!(resolutions, "r{at},{},{}", moment(at, 0), moment(at + self.below(9), 0)).unwrap();
            let (case, status) = (self.below(70), self.one(&["pending", "open", ""]));
            writeln!(events, "r{case},{},{status}", moment(at, 3)).unwrap();
        }
        if ties {
            match self.below(3) {
                0 => interactions
                    .push_str("a,x,2026-02-02 02:02:02Z,mail,no\na,y,2026-02-02 02:02:02Z,mail,no\n"),
                1 => {
                    interactions.push_str("a,x,2026-02-02 02:02:02Z,mail,no\n");
                    purchases.push_str("a,2026-02-02 02:02:02Z\n");
                }
                _ => events.push_str("r5,2026-02-02 02:02:02Z,pending\nr5,2026-02-02 02:02:02Z,open\n"),
            }
        }
        [
            ("interactions", interactions),
            ("purchases", purchases),
            ("resolutions", resolutions),
            ("events", events),
        ]
    }

    fn shuffle(&mut self, rows: &mut [String]) {
        for at in (1..rows.len()).rev() {
            let other = usize::try_from(self.below(u64::try_from(at + 1).unwrap())).unwrap();
            rows.swap(at, other);
        }
    }
}
