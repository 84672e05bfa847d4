//! The engine: from files to exact counts. The only place that knows Arrow.

mod batch;
mod error;
pub mod load;

pub use batch::{Batch, Column, NUMBER_SCALE};
pub use error::EngineError;
