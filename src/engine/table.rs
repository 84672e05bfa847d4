//! All rows of a table by their number, put together from its batches.

use arrow::array::BooleanBufferBuilder;
use arrow::buffer::BooleanBuffer;

use super::error::EngineError;
use super::frame::Frame;

/// How many rows the batches number.
pub(super) fn rows(frames: &[Frame]) -> usize {
    frames.last().map_or(0, |frame| first(frame) + frame.rows)
}

/// The number of the first row of a batch.
pub(super) fn first(frame: &Frame) -> usize {
    usize::try_from(frame.first).unwrap_or(usize::MAX)
}

/// The batch of a row, and its place there.
pub(super) fn place(frames: &[Frame], row: u32) -> (usize, usize) {
    let after = frames.partition_point(|frame| frame.first <= row);
    let at = after.saturating_sub(1);
    let first = frames.get(at).map_or(0, |frame| frame.first);
    (at, usize::try_from(row.saturating_sub(first)).unwrap_or(usize::MAX))
}

/// One bit for every row; unset where a batch has none.
pub(super) fn bits<'f>(
    frames: &'f [Frame],
    of: impl Fn(&'f Frame) -> Option<&'f BooleanBuffer>,
) -> BooleanBuffer {
    let none = |frame: &Frame| BooleanBuffer::new_unset(frame.rows);
    let bits: Vec<BooleanBuffer> =
        frames.iter().map(|frame| of(frame).cloned().unwrap_or_else(|| none(frame))).collect();
    all(frames, &bits)
}

/// The bits of all batches together.
pub(super) fn all(frames: &[Frame], bits: &[BooleanBuffer]) -> BooleanBuffer {
    let mut all = BooleanBufferBuilder::new(rows(frames));
    for (frame, bits) in frames.iter().zip(bits) {
        all.append_n(first(frame).saturating_sub(all.len()), false);
        all.append_buffer(bits);
    }
    all.finish()
}

/// A value for every row.
pub(super) fn values<T: Clone>(
    frames: &[Frame],
    missing: T,
    of: impl Fn(&Frame) -> Result<Vec<T>, EngineError>,
) -> Result<Vec<T>, EngineError> {
    let mut all = Vec::with_capacity(rows(frames));
    for frame in frames {
        all.resize(first(frame), missing.clone());
        all.extend(of(frame)?);
    }
    Ok(all)
}
