//! The contract's head: everything a settlement cannot do without.
//!
//! What lacks is listed in one finding; until it is written, a stand-in (UTC,
//! no currency, one day) lets the rest of the contract be checked.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::suggest;
use meed_grammar::tree::{
    ContractHead, MoneyRounding as Written, Name, PeriodLength, Periods, Text, UnitWord,
};

use super::literal;
use super::names::Names;
use crate::contract::MoneyRounding;
use crate::value::{Currency, Date, Mode, Ratio, Rounding, Schedule, Zone};

/// The head with stand-ins for what lacks.
#[derive(Debug)]
pub(super) struct Head {
    pub title: String,
    pub client: String,
    pub vendor: String,
    pub zone: Zone,
    pub currency: Currency,
    /// Whether the currency is written and known; otherwise any currency passes.
    pub currency_known: bool,
    /// The code that is written but not known: reported once, in the head.
    pub not_a_currency: Option<String>,
    pub schedule: Schedule,
    pub rounding: MoneyRounding,
}

impl Head {
    /// Reads the head. None only if the bundled databases lack UTC.
    pub fn of(names: &Names<'_>, found: &mut Vec<Diagnostic>) -> Option<Self> {
        let mut head = stand_in()?;
        match names.heads.first() {
            Some((written, span)) => head.read(written, *span, found),
            None => found.push(no_head()),
        }
        Some(head)
    }

    fn read(&mut self, written: &ContractHead, span: Span, found: &mut Vec<Diagnostic>) {
        found.extend(incomplete(written, span));
        let text = |text: &Option<Text>| text.as_ref().map(|it| it.value.clone()).unwrap_or_default();
        self.title = written.title.value.clone();
        self.client = text(&written.client);
        self.vendor = text(&written.vendor);
        if let Some(name) = &written.timezone {
            self.zone = zone(name, found).unwrap_or_else(|| self.zone.clone());
        }
        if let Some(code) = &written.currency {
            self.read_currency(code, found);
        }
        self.read_term(written, found);
        if let Some(rounding) = &written.rounding {
            self.read_rounding(&rounding.value, found);
        }
    }

    fn read_currency(&mut self, code: &Name, found: &mut Vec<Diagnostic>) {
        match Currency::from_code(&code.value) {
            Some(currency) => {
                self.currency = currency;
                self.currency_known = true;
            }
            None => {
                self.not_a_currency = Some(code.value.clone());
                found.push(unknown_currency(&code.value, code.span));
            }
        }
    }

    fn read_term(&mut self, written: &ContractHead, found: &mut Vec<Diagnostic>) {
        if let Some(Spanned { value: (from, to), span }) = &written.term {
            match (literal::date(*from), literal::date(*to)) {
                (Some(from), Some(to)) if from <= to => (self.schedule.from, self.schedule.to) = (from, to),
                (Some(from), Some(to)) => found.push(
                    Diagnostic::error(codes::DATE_ORDER, "the term ends before it starts")
                        .label(*span, format!("{to} is before {from}"))
                        .help(format!("write `term {to} to {from}`, or correct a year")),
                ),
                _ => {}
            }
        }
        if let Some(periods) = &written.periods {
            self.schedule.length = periods.value.length;
            found.extend(impossible_start(periods));
            self.schedule.start_day = periods.value.start_day.as_ref().map_or(1, |day| day.value);
            self.schedule.start_month = periods.value.start_month.as_ref().map_or(1, |month| month.value);
        }
    }

    fn read_rounding(&mut self, written: &Written, found: &mut Vec<Diagnostic>) {
        let step = &written.rounding.step;
        match &step.value.unit {
            UnitWord::None => {}
            UnitWord::Money(code) => found.extend(self.other_currency(code, step.span)),
            _ => found.push(
                Diagnostic::error(codes::UNITS_DIFFER, "money is rounded to an amount")
                    .label(step.span, "not an amount of money")
                    .help("write for instance `rounding money to 0.01 half up on each line`".to_owned()),
            ),
        }
        let value = literal::number(step.value.number);
        if !value.is_positive() {
            found.push(literal::not_positive("a rounding step", step.span));
            return;
        }
        let rounding = Rounding { step: value, mode: written.rounding.mode };
        self.rounding = MoneyRounding { rounding, each_line: written.each_line };
    }

    /// What is wrong with an amount in currency `code`, if anything.
    pub fn other_currency(&self, code: &str, span: Span) -> Option<Diagnostic> {
        let Some(currency) = Currency::from_code(code) else {
            let said = self.not_a_currency.as_deref() == Some(code);
            return (!said).then(|| unknown_currency(code, span));
        };
        let other = self.currency_known && currency != self.currency;
        other.then(|| {
            Diagnostic::error(
                codes::OTHER_CURRENCY,
                format!("this contract is in {}, not in {code}", self.currency),
            )
            .label(span, format!("an amount in {code}"))
            .help(format!(
                "state the amount in {0}, or with `exchange {code} to {0} …` write `… in {0}`",
                self.currency
            ))
        })
    }
}

fn stand_in() -> Option<Head> {
    let day = Date::new(2000, 1, 1)?;
    let schedule =
        Schedule { length: PeriodLength::Monthly, start_day: 1, start_month: 1, from: day, to: day };
    let rounding = Rounding { step: Ratio::decimal(1, 2), mode: Mode::HalfUp };
    Some(Head {
        title: String::new(),
        client: String::new(),
        vendor: String::new(),
        zone: Zone::new("UTC").ok()?,
        currency: Currency::from_code("XXX")?,
        currency_known: false,
        not_a_currency: None,
        schedule,
        rounding: MoneyRounding { rounding, each_line: true },
    })
}

fn no_head() -> Diagnostic {
    Diagnostic::error(codes::HEAD_INCOMPLETE, "there is no `contract` clause")
        .label(Span::new(0, 0), "the file starts here")
        .note(
            "the head names the parties, the term, the time zone, the currency, the periods and the rounding",
        )
        .help("start the file with `contract \"TITLE\" { client \"…\" vendor \"…\" term … }`".to_owned())
}

fn incomplete(written: &ContractHead, span: Span) -> Option<Diagnostic> {
    let parts = [
        (written.client.is_none(), "client \"…\""),
        (written.vendor.is_none(), "vendor \"…\""),
        (written.term.is_none(), "term 2026-01-01 to 2028-12-31"),
        (written.timezone.is_none(), "timezone \"Europe/London\""),
        (written.currency.is_none(), "currency GBP"),
        (written.periods.is_none(), "periods monthly"),
        (written.rounding.is_none(), "rounding money to 0.01 half up on each line"),
    ];
    let lacking: Vec<&str> = parts.iter().filter(|(lacks, _)| *lacks).map(|(_, line)| *line).collect();
    let words: Vec<&str> = lacking.iter().filter_map(|line| line.split(' ').next()).collect();
    (!lacking.is_empty()).then(|| {
        Diagnostic::error(codes::HEAD_INCOMPLETE, format!("the head lacks {}", super::names::list(&words)))
            .label(head_span(written, span), "not complete")
            .note("nothing that decides money is taken for granted")
            .help(format!("add for instance {}", super::names::list(&lacking)))
    })
}

/// The word `contract` and the title, not the whole block.
fn head_span(written: &ContractHead, span: Span) -> Span {
    Span::new(span.start, written.title.span.end.max(span.start))
}

/// The zone of this name.
pub(super) fn zone(name: &Text, found: &mut Vec<Diagnostic>) -> Option<Zone> {
    if let Ok(zone) = Zone::new(&name.value) {
        return Some(zone);
    }
    let near = nearest_zone(&name.value);
    found.push(
        Diagnostic::error(codes::UNKNOWN_TIMEZONE, format!("`{}` is not a time zone", name.value))
            .label(name.span, "not in the zone database")
            .help(near.map_or_else(
                || "name a region and a city, such as `Europe/London`; an abbreviation such as `CET` leaves the clock change open".to_owned(),
                |near| format!("did you mean `{near}`?"),
            )),
    );
    None
}

/// By the whole name, ignoring case; otherwise by the city alone.
fn nearest_zone(name: &str) -> Option<&'static str> {
    let mut all: Vec<&'static str> = Zone::names().filter(|zone| zone.contains('/')).collect();
    all.sort_unstable();
    let whole = suggest::nearest(&name.replace(' ', "_"), all.iter().copied());
    let city = || {
        let city = name.to_lowercase().replace(' ', "_");
        let city = city.rsplit('/').next().unwrap_or_default().to_owned();
        all.iter().copied().find(|zone| zone.to_lowercase().ends_with(&format!("/{city}")))
    };
    whole.or_else(city)
}

fn unknown_currency(code: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::UNKNOWN_CURRENCY, format!("`{code}` is not a currency"))
        .label(span, "not an ISO 4217 code")
        .help("write the three-letter code, such as `GBP`, `EUR` or `USD`".to_owned())
}

fn impossible_start(periods: &Spanned<Periods>) -> Option<Diagnostic> {
    let Periods { length, start_day, start_month } = &periods.value;
    let fault = |span: Span, message: String, help: &str| {
        Some(
            Diagnostic::error(codes::PERIOD_START, message).label(span, "not possible").help(help.to_owned()),
        )
    };
    if let Some(day) = start_day {
        if *length == PeriodLength::WholeTerm {
            return fault(
                day.span,
                "a single period starts when the term starts".to_owned(),
                "leave `starting on day …` out",
            );
        }
        if !(1..=31).contains(&day.value) {
            return fault(
                day.span,
                format!("no month has a day {}", day.value),
                "write a day from 1 to 31; a month without that day starts on its last",
            );
        }
    }
    let month = start_month.as_ref()?;
    match length {
        PeriodLength::Monthly | PeriodLength::WholeTerm => fault(
            month.span,
            "only quarters and years start in a certain month".to_owned(),
            "leave `in month …` out",
        ),
        _ if !(1..=12).contains(&month.value) => {
            fault(month.span, format!("there is no month {}", month.value), "write a month from 1 to 12")
        }
        _ => None,
    }
}
