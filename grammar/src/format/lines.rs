//! Lines with their columns, set under each other.

/// One line of the result.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// Spaces before it.
    pub indent: usize,
    /// Its text, or its first column.
    pub text: String,
    /// Its second column, and whether that one is flush right.
    pub column: Option<(String, bool)>,
    /// The comment at its end.
    pub comment: Option<String>,
    /// Whether a blank line comes before it.
    pub blank: bool,
}

impl Line {
    /// A line without columns.
    pub fn new(indent: usize, text: impl Into<String>) -> Self {
        Self { indent, text: text.into(), ..Self::default() }
    }
}

/// Sets the columns of the items of one block under each other.
pub(super) fn align(lines: &mut [Line], indent: usize) {
    let length = |text: &str| text.chars().count();
    let own = |line: &&Line| line.indent == indent && line.column.is_some();
    let left = lines.iter().filter(own).map(|line| length(&line.text)).max().unwrap_or_default();
    let flush = |line: &Line| line.column.as_ref().filter(|(_, right)| *right).map(|(text, _)| length(text));
    let right = lines.iter().filter(own).filter_map(flush).max().unwrap_or_default();
    for line in lines.iter_mut().filter(|line| line.indent == indent) {
        let Some((column, is_right)) = line.column.take() else { continue };
        let text = &line.text;
        line.text = match is_right {
            true => format!("{text:<left$}  {column:>right$}"),
            false => format!("{text:<left$}  {column}"),
        };
    }
}

/// The text of all lines; comments at the ends of lines of one paragraph stand under each other.
pub(super) fn text(lines: &[Line]) -> String {
    let mut result = String::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let together = |line: &&Line| !line.blank && line.indent == first.indent && !line.text.is_empty();
        let run = 1 + rest.iter().skip(1).take_while(together).count();
        let Some((group, after)) = rest.split_at_checked(run) else { break };
        let commented = group.iter().filter(|line| line.comment.is_some());
        let width = commented.map(|line| line.text.chars().count()).max().unwrap_or_default();
        for line in group {
            write_line(line, width, &mut result);
        }
        rest = after;
    }
    result
}

fn write_line(line: &Line, width: usize, result: &mut String) {
    if line.blank && !result.is_empty() {
        result.push('\n');
    }
    let indent = " ".repeat(line.indent);
    let text = &line.text;
    let written = match &line.comment {
        Some(comment) if text.is_empty() => format!("{indent}{comment}"),
        Some(comment) => format!("{indent}{text:<width$}  {comment}"),
        None => format!("{indent}{text}"),
    };
    result.push_str(written.trim_end());
    result.push('\n');
}
