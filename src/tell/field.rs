//! Tables and fields by the words people use for them.

/// What a record of a table is called: `contact`; `record` for a table of one's own.
pub(super) fn noun(table: &str) -> String {
    let known = match table {
        "interactions" => "contact",
        "resolutions" => "case",
        "events" => "change of status",
        "surveys" => "answer",
        "purchases" => "purchase",
        "customers" => "customer",
        "volumes" => "volume",
        "claims" => "claim",
        _ => "record",
    };
    known.to_owned()
}

/// Several of them.
pub(super) fn nouns(table: &str) -> String {
    match table {
        "events" => "changes of status".to_owned(),
        "interactions" | "resolutions" | "surveys" | "purchases" | "customers" | "volumes" | "claims" => {
            format!("{}s", noun(table))
        }
        other => format!("records of {other}"),
    }
}

/// A field's value as the subject of a sentence: `the outcome`, `the wait`.
pub(super) fn value(field: &str) -> String {
    let known = match field {
        "waited" => "the wait",
        "handled_for" => "the handling time",
        "csat" => "the satisfaction answer",
        "nps" => "the recommendation answer",
        "ces" => "the effort answer",
        "initiated_by" => "the one who began it",
        "reopen_count" => "the number of reopenings",
        "outcome" | "channel" | "queue" | "topic" | "site" | "agent" | "direction" | "cause" | "unit"
        | "cost" | "priority" | "status" | "customer" | "value" | "segment" => return format!("the {field}"),
        other => return format!("the {}", other.replace('_', " ")),
    };
    known.to_owned()
}

/// A moment: `the opening`.
pub(super) fn moment(field: &str) -> String {
    let known = match field {
        "opened_at" => "the opening",
        "resolved_at" => "the resolution",
        "closed_at" => "the closing",
        "reopened_at" => "the reopening",
        "first_response_at" => "the first response",
        "started_at" => "the start",
        "answered_at" => "the answer",
        "ended_at" => "the end",
        "due_at" => "the time it was due",
        "sent_at" => "the sending",
        "as_at" => "the moment at which it is looked at",
        other => return format!("`{other}`"),
    };
    known.to_owned()
}

/// What a yes-or-no field says of its record: `was abandoned`.
pub(super) fn said(field: &str, yes: bool) -> String {
    let not = if yes { "" } else { " not" };
    match field.ends_with("ed") {
        true => format!("was{not} {}", field.replace('_', " ")),
        false => format!("is{not} marked {}", field.replace('_', " ")),
    }
}
