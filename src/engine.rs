//! The engine: from files to exact counts. The only place that knows Arrow.
