//! The view and its texts: human, Markdown, JSON, CSV.
