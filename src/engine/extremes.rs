//! The least and the greatest of many moments, in one go.

use arrow::array::{Array, Int64Array};

/// The least and the greatest known value; none when none is known.
pub(super) fn extremes(values: &Int64Array) -> Option<(i64, i64)> {
    let widen = |(low, high): (i64, i64), value: i64| (low.min(value), high.max(value));
    let all = (i64::MAX, i64::MIN);
    let found = match values.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => {
            // Four at a time, none of which waits for another.
            let (fours, rest) = values.values().as_chunks::<4>();
            let mut lanes = [all; 4];
            for four in fours {
                lanes.iter_mut().zip(four).for_each(|(lane, value)| *lane = widen(*lane, *value));
            }
            let lanes = lanes.iter().fold(all, |sum, lane| (sum.0.min(lane.0), sum.1.max(lane.1)));
            rest.iter().fold(lanes, |sum, value| widen(sum, *value))
        }
        Some(_) => {
            let least = arrow::compute::min(values)?;
            (least, arrow::compute::max(values)?)
        }
    };
    (!values.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_looked_at_and_nothing_missing() {
        let of = |values: Vec<Option<i64>>| extremes(&values.into());
        assert_eq!((of(vec![]), of(vec![None, None])), (None, None));
        for count in 1..12_i64 {
            for place in 0..count {
                let value = |at| if at == place { (Some(-7), Some(9)) } else { (Some(1), Some(1)) };
                let (low, high): (Vec<_>, Vec<_>) = (0..count).map(value).unzip();
                let other = if count == 1 { (-7, 9) } else { (1, 1) };
                assert_eq!((of(low), of(high)), (Some((-7, other.0)), Some((other.1, 9))));
            }
        }
        // What stands where a value is missing says nothing.
        let nulls = arrow::buffer::NullBuffer::from(vec![true, false, true]);
        assert_eq!(extremes(&Int64Array::new(vec![3, -100, 5].into(), Some(nulls))), Some((3, 5)));
    }
}
