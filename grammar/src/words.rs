//! Every word and symbol of the language: text, role, meaning. The one list.
//!
//! `words.md`, the editor grammar, highlighting, "did you mean" and the reserved
//! names all come from it.

/// What part a piece of text plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Starts a clause.
    Clause,
    /// Starts an item of a block.
    Item,
    /// A calculation or a worded form.
    Form,
    /// Compares, joins or calculates.
    Operator,
    /// Unit of a number.
    Unit,
    /// A fixed value: `yes`, `monthly`, `met`.
    Value,
    /// Joins the parts of a sentence.
    Connective,
    /// Punctuation.
    Symbol,
    /// A name the author chose, or a field of a table.
    Name,
    /// A text in quotes.
    Text,
    /// A number, a date, a time of day, a currency code.
    Number,
    /// `#` to the end of the line.
    Comment,
    /// Not part of the language.
    Unknown,
}

/// A word of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it is written.
    pub text: &'static str,
    /// What part it plays.
    pub role: Role,
    /// What it means, in one sentence.
    pub doc: &'static str,
    /// Whether it cannot be a name.
    pub reserved: bool,
}

const fn word(text: &'static str, role: Role, doc: &'static str) -> Word {
    Word { text, role, doc, reserved: false }
}

const fn reserved(text: &'static str, role: Role, doc: &'static str) -> Word {
    Word { text, role, doc, reserved: true }
}

use Role::{Clause, Connective, Form, Item, Operator, Symbol, Unit, Value};

/// All words, grouped by what they do.
#[rustfmt::skip]
pub const WORDS: &[Word] = &[
    // clauses
    word("contract", Clause, "Opens the contract's head: parties, term, zone, currency, periods and rounding."),
    word("calendar", Clause, "Opens a calendar of business hours; after a number, `calendar days` are dates rather than 24 hours."),
    word("fields", Clause, "Declares further fields of a table, or a new table."),
    word("set", Clause, "Names the records that count."),
    word("measure", Clause, "Names a calculation."),
    word("fact", Clause, "Names a figure both parties have agreed on."),
    word("charge", Clause, "Names a sum the client owes; also `charges`, their sum, in an example."),
    word("charges", Clause, "In an example: the sum of all charges."),
    word("risk", Clause, "With `at`: names the money that penalties draw on."),
    word("commitment", Clause, "Opens what is promised for a measure, and what follows."),
    word("convert", Clause, "Says how service points become money."),
    word("bonus", Clause, "Money toward the vendor; as a clause, when it is paid at all."),
    word("penalty", Item, "Money toward the client."),
    word("phase", Clause, "Names some periods of the term in which other rules hold."),
    word("amendment", Clause, "Opens changes of the contract that hold from a date."),
    word("cap", Clause, "Limits what can be due in a period."),
    word("right", Clause, "Names what a party may do, and when the right arises."),
    word("history", Clause, "Says how periods without a verdict count where verdicts are counted."),
    word("accept", Clause, "Accepts a warning of the check, with a reason."),
    word("earn", Clause, "With `back`: returns a penalty when later service makes up for it."),
    word("deadlines", Clause, "By when things have to be done after a period."),
    word("call", Clause, "Gives penalties or bonuses the name the parties use."),
    word("relief", Clause, "Approved reasons not to count, row by row of a register."),
    word("excuse", Clause, "Says when a commitment is neither met nor missed."),
    word("disputes", Clause, "Says whether disputed records are paid as counted; among deadlines, by when a statement may be disputed."),
    word("disputed", Clause, "Says that disputed records are left out."),
    word("one", Clause, "With `penalty for each`: one incident costs once; also part of `the one the client chooses`."),
    word("example", Clause, "Opens an illustration that is calculated and compared."),
    // items
    word("client", Item, "The party that receives the service."),
    word("vendor", Item, "The party that gives the service."),
    word("term", Item, "First and last day of the contract, both included."),
    word("timezone", Item, "The zone that local dates and times are in."),
    word("currency", Item, "The currency of charges and pay."),
    word("periods", Item, "How long a settlement period is."),
    word("rounding", Item, "How money is rounded."),
    word("money", Item, "What `rounding` is about; as a field's type, an amount in the contract's currency."),
    word("closed", Item, "Days on which a calendar does not run."),
    word("dimension", Item, "The aspect of service a measure belongs to, for the scorecard."),
    word("kind", Item, "Whether a measure tells of an outcome, an experience or an operation."),
    word("outcome", Value, "What the customer came for."),
    word("experience", Value, "What it was like for the customer."),
    word("operational", Value, "How the work was done."),
    word("by", Item, "Fields a measure is broken down by."),
    word("round", Item, "How a reading is rounded before it is judged."),
    word("needs", Item, "The fewest records that make a reading."),
    word("if", Item, "Starts a condition: `if none`, `only if`, `if not measured open`."),
    word("matured", Item, "With `only`: leaves out records whose look-ahead is still open."),
    word("shown", Item, "With `in`: the unit a time is shown in."),
    word("clause", Item, "The clause of the agreement this stands for."),
    word("target", Item, "The level a measure has to reach."),
    word("minimum", Item, "The level below which graver consequences follow."),
    word("paid", Item, "From when, or until when, a commitment is paid; in a phase, `measured, not paid`."),
    word("misses", Item, "Whether missed targets of unpaid periods count toward streaks and rights."),
    word("raise", Item, "Moves a level on a date, never to the vendor's ease."),
    word("reset", Item, "Moves a level on a date, up or down."),
    word("remove", Item, "In an amendment: a clause that no longer holds."),
    word("replace", Item, "In an amendment: all caps, all gates or the conversion anew."),
    word("pay", Item, "What is due, toward one party or the other."),
    word("bands", Item, "Amounts by ranges of the reading."),
    word("scale", Item, "Amounts by straight lines between levels."),
    word("notice", Item, "With `within`: how long after the period's end a right may be used."),
    word("given", Item, "What an example starts from."),
    word("expect", Item, "What an example must come to."),
    word("excess", Item, "What a cap cuts."),
    word("report", Item, "The statement of a period; with `due within`, by when it has to be there."),
    word("restatements", Item, "By when a statement may be corrected."),
    word("evidence", Item, "With `kept for`: how long records are kept."),
    // calculations
    word("share", Form, "The part of a set that meets a condition, in percent."),
    word("ratio", Form, "One figure divided by another."),
    word("rate", Form, "How many of one set for so many of another."),
    word("count", Form, "How many records."),
    word("distinct", Form, "How many different values of a field."),
    word("sum", Form, "The total of a value."),
    word("mean", Form, "The average of a value."),
    word("average", Form, "The mean of a figure over several periods, each counting once."),
    word("highest", Form, "The greatest of a figure over several periods; of several penalties the one that stays."),
    word("lowest", Form, "The least of a figure over several periods."),
    word("median", Form, "The middle value."),
    word("percentile", Form, "The value so many percent do not exceed."),
    word("net", Form, "With `promoter score`: promoters less detractors."),
    word("promoter", Form, "See `net`."),
    word("score", Form, "See `net`."),
    word("top", Form, "With `boxes`: the share of the best answers."),
    word("box", Form, "See `top`."),
    word("boxes", Form, "See `top`."),
    word("calculated", Form, "A measure from other measures."),
    word("reported", Form, "A measure whose readings come from a file."),
    word("graduated", Form, "Each unit is priced at its own tier."),
    word("slab", Form, "All units are priced at the tier that is reached."),
    word("price", Form, "With `graduated` or `slab`."),
    word("greater", Form, "The greater of two values."),
    word("lesser", Form, "The lesser of two values."),
    word("time", Form, "The time between two fields."),
    word("business", Form, "Time that only runs while a calendar is open."),
    word("paused", Form, "Statuses that stop the clock."),
    word("while", Form, "See `paused`."),
    word("status", Form, "The status of an event; see `paused`."),
    word("followed", Form, "A later record exists."),
    word("preceded", Form, "An earlier record exists."),
    word("starts", Form, "With `a case`: the first record of a case."),
    word("case", Form, "See `starts`."),
    // operators
    reserved("and", Operator, "Both hold."),
    reserved("or", Operator, "At least one holds."),
    reserved("not", Operator, "Turns a condition round."),
    reserved("in", Operator, "One of a list; also joins a field to its set."),
    reserved("is", Operator, "Compares in words: `is`, `is not`, `is at least`, `is missing`."),
    reserved("of", Operator, "A part of a whole, or what a figure is about."),
    reserved("rounded", Operator, "Rounds a value where it stands."),
    word("x", Operator, "Times."),
    word("=", Operator, "Equal."),
    word("!=", Operator, "Not equal."),
    word("<", Operator, "Less than."),
    word("<=", Operator, "At most."),
    word(">", Operator, "More than."),
    word(">=", Operator, "At least."),
    word("+", Operator, "Plus; before an amount, a bonus."),
    word("-", Operator, "Minus; before an amount, a penalty."),
    word("*", Operator, "Times."),
    word("/", Operator, "Divided by."),
    // units
    word("%", Unit, "Hundredths, exact."),
    word("percent", Unit, "Hundredths, where a unit is named without a number."),
    word("point", Unit, "A percentage point, or a service point."),
    word("points", Unit, "Percentage points, or service points."),
    word("second", Unit, "One second."),
    word("seconds", Unit, "Seconds."),
    word("minute", Unit, "60 seconds."),
    word("minutes", Unit, "Minutes."),
    word("hour", Unit, "60 minutes."),
    word("hours", Unit, "Hours."),
    word("day", Unit, "24 hours; with `calendar`, a date."),
    word("days", Unit, "Days."),
    word("week", Unit, "Seven days."),
    word("weeks", Unit, "Weeks."),
    word("month", Unit, "To the same day of the next month, or its last day."),
    word("months", Unit, "Months."),
    word("year", Unit, "Twelve months."),
    word("years", Unit, "Years."),
    // values
    reserved("yes", Value, "The condition holds."),
    reserved("no", Value, "The condition does not hold."),
    word("nothing", Value, "No amount is due."),
    word("missing", Value, "There is no value."),
    word("known", Value, "There is a value."),
    word("measured", Value, "There is a reading; used as `not measured`."),
    word("met", Value, "The target is reached."),
    word("missed", Value, "The target is not reached."),
    word("excused", Value, "An approved relief covers the period."),
    word("capped", Value, "A cap is reached."),
    word("compounding", Value, "Each further period multiplies again."),
    word("passed", Value, "With `over`: as if the period had not been."),
    word("counts", Value, "With `as met` or `as missed`: how a period without a verdict counts."),
    word("open", Value, "Bonuses are paid."),
    word("lapses", Value, "What a cap cuts is gone."),
    word("cash", Value, "With `is paid in`: what a cap cuts is not set off against the invoice but paid."),
    word("monthly", Value, "Periods of one month."),
    word("quarterly", Value, "Periods of three months."),
    word("yearly", Value, "Periods of twelve months."),
    word("whole", Value, "With `term`: one period; with `number`: no decimals."),
    word("half", Value, "A value in the middle: with `up` away from zero, with `even` to the even step."),
    word("up", Value, "Away from zero."),
    word("down", Value, "Toward zero."),
    word("even", Value, "See `half`."),
    word("nearest", Value, "With `rank`: the percentile is the value at that rank."),
    word("rank", Value, "See `nearest`."),
    word("linear", Value, "With `interpolation`: the percentile lies between its neighbours."),
    word("interpolation", Value, "See `linear`."),
    word("interpolated", Value, "Points between two rows cost in proportion."),
    word("mon", Value, "Monday."),
    word("tue", Value, "Tuesday."),
    word("wed", Value, "Wednesday."),
    word("thu", Value, "Thursday."),
    word("fri", Value, "Friday."),
    word("sat", Value, "Saturday."),
    word("sun", Value, "Sunday."),
    word("text", Value, "A field of letters and digits."),
    word("number", Value, "A field that may have decimals; or a measure's unit."),
    word("duration", Value, "A field that holds a length of time."),
    word("timestamp", Value, "A field that holds a moment."),
    word("date", Value, "A field that holds a day."),
    word("penalties", Value, "All penalties."),
    word("bonuses", Value, "All bonuses."),
    word("total", Value, "Charges and bonuses less penalties; also the sum of allocations."),
    word("caps", Value, "All caps, where an amendment replaces them."),
    word("gates", Value, "All conditions on bonuses, where an amendment replaces them."),
    word("conversion", Value, "How points become money, where an amendment replaces it."),
    word("pool", Value, "Money at risk, where an amendment removes it."),
    word("numerator", Value, "The records that are counted."),
    word("denominator", Value, "The records they are counted among."),
    word("segment", Value, "One group of a measure that is broken down."),
    word("edge", Value, "The end of a dead band."),
    word("baseline", Clause, "A figure taken from past periods and then fixed; also the agreed volume of a charge."),
    // connectives
    word("a", Connective, "Part of `starts a case` and `on a later day`."),
    word("above", Connective, "Beyond a level."),
    word("after", Connective, "The field a window starts at; or units already included."),
    word("all", Connective, "With `day`: from midnight to midnight."),
    word("allocations", Connective, "With `total`: what all allocations may add up to."),
    word("again", Connective, "Part of `used again`."),
    word("an", Connective, "Part of `on an earlier day`."),
    word("anew", Connective, "Part of `counted anew after each time`."),
    word("any", Connective, "Whichever it is: `any commitment`, `of any 6 periods`."),
    word("are", Connective, "Compares several: `penalties are capped`."),
    word("as", Connective, "Part of `calculated as` and `read as`."),
    word("at", Connective, "Part of `at risk`, `at least`, `at most` and `at or below`."),
    word("back", Connective, "Part of `earn back`."),
    word("band", Connective, "Part of `dead band`."),
    reserved("because", Connective, "Gives the reason."),
    word("before", Connective, "Part of `pooled with the period before`."),
    word("below", Connective, "Under a level."),
    word("carries", Connective, "With `forward`: what a cap cuts is due as soon as there is room."),
    word("claim", Connective, "Part of `only on claim`."),
    word("commitments", Connective, "Several of them: `at least 2 commitments are missed`."),
    word("better", Connective, "Part of `only where the vendor is better for it`."),
    word("chooses", Connective, "Part of `the one the client chooses`."),
    word("counted", Connective, "Part of `counted anew after each time` and `disputes are paid as counted`."),
    word("counting", Connective, "Records that count in part, or up to a number."),
    word("covers", Connective, "Part of `when it covers at least 10% of it`."),
    word("dated", Connective, "The field that says which period a record belongs to."),
    word("dead", Connective, "With `band`: how far a volume may move at the same price."),
    word("deemed", Connective, "Counts as met or missed."),
    word("do", Connective, "Part of `do not count`."),
    word("due", Connective, "Part of `report due` and `when any is due`."),
    reserved("each", Connective, "For every one."),
    word("best", Connective, "Only the best of several periods."),
    word("earlier", Connective, "Part of `on an earlier day`."),
    word("every", Connective, "All commitments."),
    word("excusing", Connective, "What approved relief does to a period it covers."),
    word("exactly", Connective, "This level and no other."),
    word("except", Connective, "Leaves some out."),
    reserved("excluding", Connective, "Takes records out."),
    word("fixed", Connective, "The day from which a baseline no longer changes."),
    word("first", Connective, "The first tier."),
    reserved("for", Connective, "Part of `for each`; the baseline a price is for."),
    word("forward", Connective, "See `carries`."),
    word("from", Connective, "Where something starts."),
    word("full", Connective, "Only whole steps count."),
    word("included", Connective, "Units that cost nothing extra."),
    word("kept", Connective, "Part of `evidence kept for`."),
    word("it", Connective, "Part of `for it` and `of it`."),
    word("later", Connective, "Part of `on a later day`."),
    word("least", Connective, "Part of `at least`."),
    word("left", Connective, "Part of `left out until settled`."),
    word("less", Connective, "Part of `less than`."),
    word("liability", Connective, "Part of `count toward the liability cap`."),
    word("line", Connective, "Part of `on each line`."),
    word("more", Connective, "Part of `more than`."),
    word("most", Connective, "Part of `at most`."),
    word("netted", Connective, "Set against each other, so that only the difference is due."),
    word("next", Connective, "A further tier."),
    word("none", Connective, "There is nothing to measure."),
    word("offset", Connective, "With `only`: bonuses reduce penalties, and are not paid beyond them."),
    reserved("on", Connective, "What a percentage, a cap or a figure is about."),
    word("once", Connective, "Part of `each used once`."),
    word("only", Connective, "Part of `matured only` and `only if`."),
    reserved("otherwise", Connective, "In all other cases."),
    reserved("over", Connective, "The records a value is taken from."),
    word("out", Connective, "Part of `left out until settled`."),
    word("part", Connective, "A part of a step counts as a whole one."),
    reserved("per", Connective, "For each unit."),
    word("period", Connective, "A settlement period."),
    word("pooled", Connective, "Measured together with periods before: their counts are added up."),
    word("read", Connective, "Part of `read as`."),
    word("remedy", Connective, "See `sole`."),
    word("row", Connective, "Part of `3 periods in a row`."),
    word("records", Connective, "Part of `disputed records are left out`."),
    word("register", Connective, "The table that holds what was approved."),
    word("same", Connective, "Part of `with same`."),
    word("sole", Connective, "With `remedy`: nothing else can be asked for the same failure."),
    word("settled", Connective, "Part of `left out until settled`."),
    word("starting", Connective, "The day a period starts on."),
    word("than", Connective, "Part of `more than` and `less than`."),
    word("the", Connective, "Part of `on the total`."),
    word("then", Connective, "The last tier."),
    word("times", Connective, "How often since the start: `5 times`."),
    word("to", Connective, "Up to, or the step to round to."),
    word("toward", Connective, "Part of `count toward`."),
    word("until", Connective, "The last day of something."),
    word("used", Connective, "Part of `each used once` and `used again`."),
    reserved("when", Connective, "When a fixed amount is due."),
    reserved("where", Connective, "The condition records must meet."),
    reserved("with", Connective, "Fields that must agree."),
    reserved("within", Connective, "How far to look, the end included."),
    word("(", Symbol, "Opens a bracket."),
    word(")", Symbol, "Closes a bracket."),
    word("{", Symbol, "Opens a block."),
    word("}", Symbol, "Closes a block."),
    word(",", Symbol, "Between the members of a list."),
    word(";", Symbol, "Between items; may be left out."),
    word(":", Symbol, "Between a field and its type."),
];

/// The entry of `text`; none when the language gives it no meaning.
#[must_use]
pub fn find(text: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.text == text)
}

/// Whether `text` can be a name: `a` to `z` first, then also `0` to `9` and `_`; not reserved.
#[must_use]
pub fn is_name(text: &str) -> bool {
    is_name_spelling(text) && !WORDS.iter().any(|word| word.reserved && word.text == text)
}

/// Whether `text` is spelled as names are.
#[must_use]
pub fn is_name_spelling(text: &str) -> bool {
    let allowed = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
    text.bytes().all(allowed) && text.starts_with(|letter: char| letter.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields and tables every contract can use; none of them may be reserved.
    const STANDARD: &str = "id customer topic case channel queue site agent direction initiated_by started_at \
        answered_at ended_at waited handled_for abandoned transferred resolved cause unit cost priority \
        opened_at first_response_at resolved_at reopened_at reopen_count closed_at outcome due_at at status \
        by interaction sent_at csat nps ces value from to segment period forecast actual scope reason \
        approved_by reference clause record amount interactions resolutions events surveys purchases \
        customers volumes relief adjustments claims";

    #[test]
    fn standard_fields_and_tables_are_names() {
        for name in STANDARD.split_whitespace() {
            assert!(is_name(name), "{name}");
        }
    }

    #[test]
    fn words_are_listed_once() {
        let mut texts: Vec<_> = WORDS.iter().map(|word| word.text).collect();
        texts.sort_unstable();
        assert!(texts.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn names_start_with_a_small_letter() {
        assert!(is_name("m2_b") && !is_name("2m") && !is_name("_m") && !is_name("Sla") && !is_name("where"));
    }
}
