//! Values with their units: exact numbers, money, dates, periods. No float anywhere.

mod civil;
mod currency;
mod period;
mod ratio;
mod rounding;
mod unit;
mod zone;

pub use civil::{Date, Instant, LocalTime};
pub use currency::Currency;
pub use period::{Period, PeriodLength, Schedule};
pub use ratio::Ratio;
pub use rounding::{Mode, Rounding};
pub use unit::{Quantity, Unit, grouped};
pub use zone::{Resolved, Zone, ZoneError, tz_version};
