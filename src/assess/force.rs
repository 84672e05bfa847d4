//! A commitment as it stands in one period: its levels in force, and how they came about.
//!
//! | period | stated | moved | in force |
//! |---|---|---|---|
//! | 2026-12 | 95 % | | 95 % |
//! | 2027-01 | | raised to 95.5 % | 95.5 % |
//! | 2027-02 | | | 95.5 % |
//! | 2028-01 | 96 % from this day | | 96 % |

use std::borrow::Cow;

use crate::contract::{Bound, Commitment, Contract, Level, LevelKind, Move, MoveWhen, Past};
use crate::measured::Segment;
use crate::reading::Readings;
use crate::reading::baseline::fixed;
use crate::reading::formula::{Figures, Missing, Source, days_in, series_in, shown, value};
use crate::reading::past::Look;
use crate::value::{Date, Quantity, Ratio};

use super::{Judgement, Status};

/// The levels of a commitment in one period.
pub(super) struct Force<'c> {
    /// The commitment with these levels alone.
    pub commitment: Cow<'c, Commitment>,
    /// Why it cannot be judged: a level cannot be worked out.
    pub open: Option<String>,
    /// How the levels came about, where they are not simply stated.
    pub evidence: Vec<String>,
}

/// What the levels of a period depend on.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    /// The version of the contract in force.
    pub contract: &'a Contract,
    pub readings: &'a Readings,
    pub period: usize,
    /// The commitment's judgements in all periods before under the same wording.
    pub before: &'a [&'a Judgement],
    /// Whether it is asked how far readings are from the next edge.
    pub near: bool,
}

/// The commitment as it stands in the scene's period.
pub(super) fn in_force<'c>(scene: &Scene<'_>, commitment: &'c Commitment) -> Force<'c> {
    let mut force = Force { commitment: Cow::Borrowed(commitment), open: None, evidence: Vec::new() };
    let target = force.level(scene, LevelKind::Target);
    let minimum = force.level(scene, LevelKind::Minimum);
    let stated = commitment.levels.stated(LevelKind::Target, scene.first());
    let allowed = stated.and_then(|it| it.allowed.clone());
    // Mostly the levels are those of the start, and nothing has to be copied.
    if (&commitment.target, &commitment.minimum, &commitment.allowed) != (&target, &minimum, &allowed) {
        let changed = force.commitment.to_mut();
        (changed.target, changed.minimum, changed.allowed) = (target, minimum, allowed);
    }
    force
}

/// Said where a level stays as it is, which only the period of that day reports.
const NOT: &str = " not ";

impl Scene<'_> {
    fn first(&self) -> Date {
        self.readings.periods.get(self.period).map_or(self.contract.schedule.from, |period| period.first)
    }

    /// The level as it was in the period before.
    fn carried(&self, kind: LevelKind) -> Option<(Level, Vec<String>)> {
        let last = self.before.last().filter(|last| last.period + 1 == self.period)?;
        let level = match kind {
            LevelKind::Target => &last.target,
            LevelKind::Minimum => &last.minimum,
        };
        let about = |words: &&String| words.starts_with(kind.word()) && !words.contains(NOT);
        Some((level.clone()?, last.evidence.iter().filter(about).cloned().collect()))
    }
}

impl Force<'_> {
    fn level(&mut self, scene: &Scene<'_>, kind: LevelKind) -> Option<Level> {
        let day = scene.first();
        let levels = &self.commitment.levels;
        let moves: Vec<Move> = levels.moves.iter().filter(|it| it.level == kind).cloned().collect();
        let anew = levels.stated(kind, day)?.from == Some(day);
        let carried = scene.carried(kind).filter(|_| !moves.is_empty() && !anew);
        let mut level = match carried {
            Some((level, words)) => {
                self.evidence.extend(words);
                Some(level)
            }
            None => self.stated(scene, kind, day),
        };
        for moved in moves.iter().filter(|it| it.on(day, scene.contract.schedule.from)) {
            level = level.map(|level| self.moved(scene, moved, level, day));
        }
        level
    }

    /// The level the contract states for the day.
    fn stated(&mut self, scene: &Scene<'_>, kind: LevelKind, day: Date) -> Option<Level> {
        let stated = self.commitment.levels.stated(kind, day)?.clone();
        let word = kind.word();
        if let Some(level) = stated.fixed() {
            self.evidence.extend(stated.from.map(|from| format!("{word} {} since {from}", level.value)));
            return Some(level);
        }
        let figures = Here { own: None, ..Here::of(scene, scene.period) };
        match value(&stated.value.node, &figures) {
            Ok(found) => {
                let found = Quantity::new(found, stated.value.unit);
                let working = shown(&stated.value.node, &figures);
                let equal =
                    if working == found.to_string() { String::new() } else { format!("{working} = ") };
                self.evidence.push(format!("{word} {} = {equal}{found}", stated.value.text));
                Some(Level { bound: stated.bound, value: found })
            }
            Err(missing) => {
                let why = format!("the {word} {} cannot be worked out: {missing}", stated.value.text);
                self.open.get_or_insert(why);
                None
            }
        }
    }

    /// The level after a move; as it was when nothing moves it.
    fn moved(&mut self, scene: &Scene<'_>, moved: &Move, level: Level, day: Date) -> Level {
        let word = moved.level.word();
        let verb = if moved.reset { "reset" } else { "raised" };
        let stays = |why: String| format!("{word}{NOT}{verb} on {day}, stays {}: {why}", level.value);
        let Some(last) = scene.period.checked_sub(1) else { return level };
        let figures = Here { own: Some((moved.level, &level)), ..Here::of(scene, last) };
        match holds(scene, moved, &figures) {
            Ok(true) => {}
            Ok(false) => {
                self.evidence.push(stays("the condition was not met".to_string()));
                return level;
            }
            Err(missing) => {
                self.evidence.push(stays(missing.to_string()));
                return level;
            }
        }
        match value(&moved.to.node, &figures) {
            Err(missing) => {
                self.evidence.push(stays(missing.to_string()));
                level
            }
            Ok(to) => {
                let working = shown(&moved.to.node, &figures);
                let found = Quantity::new(to.clone(), level.value.unit);
                let harder =
                    if is_higher(level.bound) { to > level.value.value } else { to < level.value.value };
                if !moved.reset && !harder {
                    let why = format!("{working} = {found} is not harder");
                    self.evidence.push(stays(why));
                    return level;
                }
                let from = format!("{word} {verb} on {day} from {} to {found}", level.value);
                self.evidence.push(format!("{from}: {} = {working} = {found}", moved.to.text));
                Level { bound: level.bound, value: found }
            }
        }
    }
}

fn is_higher(bound: Bound) -> bool {
    matches!(bound, Bound::AtLeast | Bound::MoreThan)
}

/// Whether what must have been for a move has been.
fn holds(scene: &Scene<'_>, moved: &Move, figures: &Here<'_>) -> Result<bool, Missing> {
    match &moved.when {
        None => Ok(true),
        Some(MoveWhen::Met(count)) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            let Some(from) = scene.period.checked_sub(count) else { return Ok(false) };
            let here = |period: usize| scene.before.iter().filter(move |it| it.period == period);
            let met = |period: usize| {
                here(period).next().is_some() && here(period).all(|it| it.status == Status::Met)
            };
            Ok((from..scene.period).all(met))
        }
        Some(MoveWhen::Compare(left, bound, right)) => {
            let (left, right) = (value(&left.node, figures)?, value(&right.node, figures)?);
            Ok(within(*bound, &left, &right))
        }
    }
}

fn within(bound: Bound, left: &Ratio, right: &Ratio) -> bool {
    match bound {
        Bound::AtLeast => left >= right,
        Bound::MoreThan => left > right,
        Bound::AtMost => left <= right,
        Bound::LessThan => left < right,
    }
}

/// The figures of one period that a level may be worked out from.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub contract: &'a Contract,
    pub readings: &'a Readings,
    pub period: usize,
    /// The level in force, for a formula that names it.
    pub own: Option<(LevelKind, &'a Level)>,
    /// The period whose baselines count: the one that is judged.
    pub judged: usize,
}

impl<'a> Here<'a> {
    fn of(scene: &Scene<'a>, period: usize) -> Self {
        let Scene { contract, readings, period: judged, .. } = *scene;
        Self { contract, readings, period, own: None, judged }
    }
}

impl Figures for Here<'_> {
    fn figure(&self, source: Source, name: &str) -> Result<Quantity, Missing> {
        let missing = |why: String| Missing::Figure { name: name.to_string(), why };
        match source {
            Source::Fact => {
                let fact = self.contract.facts.get(name).map(|fact| fact.value.clone());
                fact.ok_or_else(|| missing("no such fact".to_string()))
            }
            Source::Measure => {
                let reading = self.readings.get(name, self.period, &Segment::whole());
                let reading = reading.ok_or_else(|| missing("not reported".to_string()))?;
                let value = reading.value.clone();
                let value = value.ok_or_else(|| missing(reading.why().unwrap_or_default()))?;
                Ok(Quantity::new(value, reading.unit))
            }
            Source::Baseline => {
                let baseline = self.contract.baselines.get(name);
                let baseline = baseline.ok_or_else(|| missing("no such baseline".to_string()))?;
                fixed(self.contract, self.readings, self.judged, baseline).map(|it| it.value)
            }
            Source::Level => match self.own.filter(|(kind, _)| kind.word() == name) {
                Some((_, level)) => Ok(level.value.clone()),
                None => Err(missing("none is in force".to_string())),
            },
            Source::Period => days_in(self.readings.periods.get(self.period)),
            Source::Series => series_in(self.contract, name, self.readings.periods.get(self.period)),
            Source::Charge | Source::Pool => Err(missing("not a reading".to_string())),
        }
    }

    fn past(&self, past: &Past) -> Result<Quantity, Missing> {
        let crate::contract::Node::Measure(name) = &past.figure else {
            return Err(Missing::Figure { name: past.text.clone(), why: "not a measure".to_string() });
        };
        // The periods before a move are those before its day, however they are said.
        let now = if past.includes_now() { self.period } else { self.judged };
        let look = Look { contract: self.contract, periods: &self.readings.periods, now, since: 0 };
        look.measured(past, &|period| self.readings.get(name, period, &Segment::whole()))
    }
}
