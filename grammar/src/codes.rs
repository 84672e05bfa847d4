//! The registry of diagnostic codes: number and title. A number is never reused.
//!
//! `E01xx` syntax, `E02xx` names, `E03xx` units and money, `E04xx` time,
//! `E05xx` completeness and proofs, `W06xx` warnings. `D07xx` is kept for data.
//! Every code has its page in `explain/`.

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal;)*) => {
        $(#[doc = concat!("`", $code, "`: ", $title)]
        pub const $name: &str = $code;)*

        /// Every code with its title, in order.
        pub const ALL: &[(&str, &str)] = &[$(($code, $title)),*];
    };
}

codes! {
    UNEXPECTED = "E0101", "something else belongs here";
    TEXT_NOT_CLOSED = "E0102", "a text is not closed";
    BLOCK_NOT_CLOSED = "E0103", "a block is not closed";
    STRAY_CHARACTER = "E0104", "a character that is not part of the language";
    ODD_QUOTES = "E0105", "typographic or single quotes";
    UNKNOWN_CLAUSE = "E0106", "no clause starts with this word";
    UNKNOWN_ITEM = "E0107", "this does not belong into the block";
    ITEM_TWICE = "E0108", "said twice in one block";
    NO_SUCH_DATE = "E0109", "no such date or time of day";
    NUMBER_TOO_LONG = "E0110", "a number with too many digits";
    TOO_DEEP = "E0111", "an expression is nested too deeply";
    RESERVED_WORD = "E0112", "a reserved word used as a name";
    COMPARISON_CHAIN = "E0113", "comparisons in a chain";
    NAME_SPELLING = "E0114", "a name is not written with a to z, 0 to 9 and _";
    UNIT_SPELLING = "E0115", "a unit is not written as the language has it";
    STRAY_BRACE = "E0116", "a closing brace too many";
    UNKNOWN_ESCAPE = "E0117", "a backslash alone in a text";
    EXACT_TARGET = "E0118", "a level that must be hit exactly";

    NAME_TWICE = "E0200", "a name is declared twice";
    UNKNOWN_TABLE = "E0201", "unknown table or set";
    UNKNOWN_FIELD = "E0202", "unknown field";
    UNKNOWN_MEASURE = "E0203", "unknown measure";
    UNKNOWN_CALENDAR = "E0204", "unknown calendar";
    UNKNOWN_FIGURE = "E0205", "unknown charge, pool or fact";
    CIRCULAR = "E0206", "a definition needs itself";
    NO_SEGMENTS = "E0207", "the measure has no segments";
    UNKNOWN_COMMITMENT = "E0208", "unknown commitment";
    NAME_TAKEN = "E0209", "a standard field or table declared again";
    UNKNOWN_DIMENSION = "E0210", "unknown dimension";

    UNITS_DIFFER = "E0300", "units do not match";
    CONDITION_EXPECTED = "E0301", "a condition belongs here";
    NUMBER_EXPECTED = "E0302", "a number belongs here";
    OTHER_CURRENCY = "E0303", "another currency";
    NOT_USABLE_HERE = "E0304", "this figure or unit cannot be used here";
    DIVISION_BY_ZERO = "E0305", "division by zero";
    SIDE_MISSING = "E0306", "penalty or bonus is not said";
    BASE_MISSING = "E0307", "a percentage of what is not said";
    POINTS_WITHOUT_CONVERSION = "E0308", "points that never become money";
    SCALE_OUT_OF_RANGE = "E0309", "boxes and answer scale do not fit";

    DATE_ORDER = "E0400", "the end comes before the start";
    UNKNOWN_TIMEZONE = "E0401", "unknown time zone";
    CALENDAR_HOURS = "E0402", "calendar hours overlap or are empty";
    NOT_A_DATE = "E0403", "a date field belongs here";
    WINDOW_NOT_POSITIVE = "E0404", "a window must be longer than nothing";
    UNKNOWN_CURRENCY = "E0405", "unknown currency";
    PERIOD_START = "E0406", "periods cannot start there";

    HEAD_INCOMPLETE = "E0500", "the contract's head lacks something";
    BAND_GAP = "E0501", "a gap in bands";
    BAND_OVERLAP = "E0502", "bands overlap";
    PENALTY_WHILE_MET = "E0503", "a penalty while the target is met";
    BETTER_PAID_LESS = "E0504", "better service is paid less";
    SCALE_ORDER = "E0505", "a scale out of order or too short";
    MINIMUM_ABOVE_TARGET = "E0506", "the minimum is not below the target";
    ALLOCATIONS_EXCEED = "E0507", "allocations exceed what is declared";
    EXAMPLE_DISAGREES = "E0508", "an example disagrees with the contract";
    NO_CALCULATION = "E0509", "a measure lacks its calculation";
    NO_PERCENTILE_METHOD = "E0510", "a percentile without its method";
    COMMITMENT_INCOMPLETE = "E0511", "a commitment lacks the level it is about";
    TIERS_WRONG = "E0512", "tiers do not end in `then`";
    NO_DATE_FIELD = "E0513", "a table without its date";
    POOLING_IMPOSSIBLE = "E0514", "pooling is not possible here";
    MORE_THAN_ONE = "E0515", "more than one head or conversion";
    STEP_NOT_POSITIVE = "E0516", "a step must be more than nothing";
    NEVER_SO_OFTEN = "E0520", "more often than there are periods";
    NOT_KNOWN_YET = "E0521", "a figure that is not known yet";
    NOT_OF_PERIODS = "E0522", "a figure that earlier periods do not have";
    COMPOUNDING_NEEDS_A_ROW = "E0523", "only a row can compound";
    NOTHING_TO_MULTIPLY = "E0524", "nothing to multiply";
    NO_SUCH_CAP = "E0525", "there is no such cap";
    NOT_EVENTS = "E0526", "a measure that counts no events";
    NOTICE_IN_DAYS = "E0527", "no time for a notice";
    EXCESS_NOT_SAID = "E0530", "a longer cap does not say what becomes of its excess";
    NO_PERIODS = "E0531", "too few periods to count";
    TIME_AFTER_PERIOD = "E0532", "a time after a period that is no date";
    NOTHING_TO_EARN_BACK = "E0533", "nothing that could be earned back";
    EARN_BACK_PART = "E0534", "a part of a penalty that cannot come back";

    SPLITS_A_PERIOD = "E0540", "a date that splits a period";
    LEVELS_UNCLEAR = "E0541", "levels that leave open which one holds";
    PHASE_UNCLEAR = "E0542", "a phase that does not say enough";
    AMENDMENT_UNCLEAR = "E0543", "an amendment that does not fit its contract";
    BASELINE_DATE = "E0544", "a baseline fixed before its periods are over";
    NOTHING_TO_MOVE = "E0545", "a level that cannot move";

    RELIEF_ON = "E0550", "relief on something that cannot have it";
    REGISTER_CONDITION = "E0551", "a register's row judged by something else";
    RELIEF_SCOPE = "E0552", "the scope of relief is not a text";
    RELIEF_NOT_BETTER = "E0553", "nothing says what is better";
    IN_PART = "E0554", "records in part that do not add up";
    ALLOWANCE = "E0555", "an allowance that cannot be applied";
    EXCUSE_CONDITION = "E0556", "an excuse that compares nothing";
    ONE_PENALTY = "E0557", "penalties that belong to no incident";

    PROOF_IMPOSSIBLE = "E0560", "a proof that this measure does not allow";
    CONFIDENCE_WRONG = "E0561", "a confidence that is none";
    MISSES_NOT_COUNTED = "E0562", "misses that cannot be counted";
    WEIGHTS_WRONG = "E0563", "weights that do not add up";
    ITEM_NOT_SCORED = "E0564", "an item without its score";
    PART_MISSING_UNSAID = "E0565", "what holds without a part is not said";
    OPEN_CASES = "E0566", "open cases that cannot be counted so";

    FORMULA_IN_SCALE = "E0570", "a formula in a scale";
    RIDER_MISPLACED = "E0571", "an addition that does not go with its price";
    BOUNDS_CROSSED = "E0572", "the least is more than the most";
    INDEX_INCOMPLETE = "E0573", "an index or a rate that cannot be read one way";
    NO_EXCHANGE_RATE = "E0574", "no exchange rate";
    WEIGHT_WITHOUT_UNITS = "E0575", "a cost is shared by a figure without units";
    NOTHING_TO_SHARE = "E0576", "a share of what is not money";
    NO_RECORDS_TO_COUNT = "E0577", "records are counted where there are none";
    NOT_DAYS = "E0578", "days between moments";
    REVERSAL_UNCLEAR = "E0579", "what is taken back is not clear";

    CAP_NEVER_BINDS = "W0601", "a cap that can never bind";
    UNUSED = "W0602", "declared but never used";
    BONUS_WHILE_MISSED = "W0603", "a bonus while the target is missed";
    PAY_UNBOUNDED = "W0604", "no cap bounds what can be due";
    CLIFF = "W0605", "the smallest difference decides too much";
    LEVEL_OUT_OF_RANGE = "W0606", "a level the measure can never have";
    EXAMPLE_EMPTY = "W0607", "an example expects nothing";
    OPERATIONAL_ALONE = "W0610", "money hangs on how the work is done alone";
    CHEAPER_TO_PAY = "W0611", "cheaper to pay than to put right";
    GUARD_MISSING = "W0612", "an outcome lacks its usual guard";
    PAID_TWICE = "W0613", "one failure is paid for twice";
    CHANCE_TILTS = "W0614", "chance alone costs one side money";
    ACCEPTED_NOTHING = "W0615", "an acceptance that accepts nothing";
    NEVER_ARISES = "W0630", "a right that can never arise";
    MOVES_ALONE = "W0640", "amounts that do not move with the target";
    RELIEF_TWICE = "W0645", "an event may give relief twice";
    SURVEY_WITHOUT_SAMPLE = "W0650", "money hangs on a survey without a minimum sample";
    Z_UNUSUAL = "W0651", "a z that does not belong to its confidence";
    LATE_DATA = "E0700", "late data that is no number of days";
    PROVISIONAL_SHARE = "E0701", "a share that is none";
    NOT_MONTHS = "E0702", "a time that is no number of months";
    UNKNOWN_IN_TAIL = "E0703", "unknown name after the term";
    TAIL_OF_WHOLE_TERM = "E0704", "nothing comes after a single period";
    NOT_LASTING = "E0705", "records that do not say how long they hold";
    LEAST_UNIT = "E0706", "an amount that is not what is counted";
    JOURNEYS_OF = "E0710", "journeys of contacts that are not known by themselves";
}

/// The title of `code`; none when it is not registered.
#[must_use]
pub fn title(code: &str) -> Option<&'static str> {
    ALL.iter().find(|(known, _)| *known == code).map(|(_, title)| *title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_unique() {
        let order = |code: &&str| code.trim_start_matches(['E', 'W', 'D']).parse::<u32>().unwrap();
        assert!(ALL.windows(2).all(|pair| order(&pair[0].0) < order(&pair[1].0)));
        assert_eq!(title(UNKNOWN_MEASURE), Some("unknown measure"));
        assert_eq!(title("E9999"), None);
    }
}
