//! Diagnostics for programs: JSON, SARIF 2.1.0, GitHub annotations.

use meed_grammar::codes;
use meed_grammar::diagnostic::{Diagnostic, Severity};
use meed_grammar::span::Span;
use meed_grammar::{Place, Source};
use serde_json::{Value, json};

/// A contract's text and what was found in it.
pub struct Findings {
    /// The text with its path.
    pub source: Source,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// What the parties accept, with their reasons.
    pub accepted: Vec<(Diagnostic, String)>,
}

fn ends(source: &Source, span: Span) -> (Place, Place) {
    (source.place(span.start), source.place(span.end.max(span.start)))
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// All findings as one JSON document. Columns count characters from 1.
pub fn as_json(all: &[Findings]) -> String {
    let files: Vec<Value> = all.iter().map(json_file).collect();
    pretty(&json!({ "format": "meed check 1", "files": files }))
}

fn json_file(findings: &Findings) -> Value {
    let source = &findings.source;
    let place = |span: Span| {
        let (start, end) = ends(source, span);
        json!({
            "line": start.line, "column": start.column,
            "end_line": end.line, "end_column": end.column,
            "start_byte": span.start, "end_byte": span.end,
        })
    };
    let labels = |diagnostic: &Diagnostic| -> Vec<Value> {
        diagnostic.labels.iter().map(|label| json!({ "at": place(label.span), "text": label.text })).collect()
    };
    let one = |diagnostic: &Diagnostic| {
        json!({
            "code": diagnostic.code,
            "severity": word(diagnostic.severity),
            "message": diagnostic.message,
            "at": diagnostic.span().map(place),
            "labels": labels(diagnostic),
            "notes": diagnostic.notes,
            "help": diagnostic.help,
        })
    };
    let accepted =
        |(diagnostic, because): &(Diagnostic, String)| with(one(diagnostic), "because", json!(because));
    json!({
        "path": source.label(),
        "diagnostics": findings.diagnostics.iter().map(one).collect::<Vec<_>>(),
        "accepted": findings.accepted.iter().map(accepted).collect::<Vec<_>>(),
    })
}

/// An object with one member more.
fn with(mut object: Value, name: &str, value: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    object
}

/// All findings in the Static Analysis Results Interchange Format, for code hosts and editors.
pub fn as_sarif(all: &[Findings]) -> String {
    let rules: Vec<Value> = codes::ALL
        .iter()
        .map(|(code, title)| json!({ "id": code, "shortDescription": { "text": title } }))
        .collect();
    let results: Vec<Value> = all
        .iter()
        .flat_map(|findings| {
            let accepted = |(it, because): &(Diagnostic, String)| {
                let suppressed = json!([{ "kind": "inSource", "justification": because }]);
                with(sarif_result(it, &findings.source), "suppressions", suppressed)
            };
            let open = findings.diagnostics.iter().map(|it| sarif_result(it, &findings.source));
            open.chain(findings.accepted.iter().map(accepted))
        })
        .collect();
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "meed", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    }))
}

fn sarif_result(diagnostic: &Diagnostic, source: &Source) -> Value {
    let location = diagnostic.span().map(|span| {
        let (start, end) = ends(source, span);
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": uri(source.label()) },
            "region": {
                "startLine": start.line, "startColumn": start.utf16,
                "endLine": end.line, "endColumn": end.utf16,
            },
        } })
    });
    json!({
        "ruleId": diagnostic.code,
        "level": word(diagnostic.severity),
        "message": { "text": in_full(diagnostic) },
        "locations": location.into_iter().collect::<Vec<_>>(),
    })
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let slashes = path.replace('\\', "/");
    slashes
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Message, notes and help in one text.
fn in_full(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let parts =
        std::iter::once(diagnostic.message.clone()).chain(diagnostic.notes.iter().cloned()).chain(help);
    parts.collect::<Vec<_>>().join("\n")
}

/// All findings as workflow commands, which GitHub shows beside the lines.
pub fn as_github(all: &[Findings]) -> String {
    let lines =
        all.iter().flat_map(|findings| findings.diagnostics.iter().map(|it| github(it, &findings.source)));
    lines.collect()
}

fn github(diagnostic: &Diagnostic, source: &Source) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let place = diagnostic.span().map(|span| {
        let (start, end) = ends(source, span);
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column, end.column)
        } else {
            String::new()
        };
        format!(",line={},endLine={}{columns}", start.line, end.line)
    });
    format!(
        "::{} file={}{},title={}::{}\n",
        word(diagnostic.severity),
        property(source.label()),
        place.unwrap_or_default(),
        property(diagnostic.code),
        data(&in_full(diagnostic))
    )
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Vec<Findings> {
        let source = Source::new("a b/terms.contract", "😀 x\n");
        let diagnostic =
            Diagnostic::error("E0101", "50% is\nodd").label(Span::new(5, 6), "here").help("no".to_string());
        vec![Findings {
            source,
            diagnostics: vec![diagnostic, Diagnostic::warning("W0602", "nowhere")],
            accepted: Vec::new(),
        }]
    }

    #[test]
    fn github_commands_are_escaped() {
        let want = "::error file=a b/terms.contract,line=1,endLine=1,col=3,endColumn=4,title=E0101::50%25 is%0Aodd%0Ahelp: no\n\
                    ::warning file=a b/terms.contract,title=W0602::nowhere\n";
        assert_eq!(as_github(&example()), want);
    }

    #[test]
    fn sarif_counts_columns_in_utf16_units() {
        let sarif: Value = serde_json::from_str(&as_sarif(&example())).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        let region = json!({ "startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 5 });
        assert_eq!(result["locations"][0]["physicalLocation"]["region"], region);
        assert_eq!(
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "a%20b/terms.contract"
        );
        assert_eq!(sarif["runs"][0]["results"][1]["locations"], json!([]));
    }

    #[test]
    fn json_counts_columns_in_characters() {
        let found: Value = serde_json::from_str(&as_json(&example())).unwrap();
        assert_eq!(found["files"][0]["diagnostics"][0]["at"]["column"], 3);
        assert_eq!(found["files"][0]["diagnostics"][1]["at"], Value::Null);
    }
}
