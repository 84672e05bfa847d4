//! Stdout, stderr and the ways a command ends.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstream::AutoStream;

use crate::audit::AuditError;

/// Columns when stdout is not a terminal.
const WIDTH: u16 = 100;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Nothing to object to.
    Well,
    /// It did its work and found something: exit code 1.
    Findings,
}

impl Done {
    /// Findings if so.
    pub fn with_findings(found: bool) -> Self {
        if found { Self::Findings } else { Self::Well }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Stop {
    /// The reader of stdout has gone, as `head` does; nothing is wrong.
    Closed,
    /// Wrong usage or unusable input: exit code 2.
    Fault(Fault),
}

/// What was wrong, for stderr.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fault {
    /// What is wrong; several when all are known.
    pub messages: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Stop {
    /// A fault with its message.
    pub fn fault(message: impl Into<String>) -> Self {
        Self::Fault(Fault { messages: vec![message.into()], help: None })
    }

    /// Says which file it belongs to, where there are several.
    pub fn of(self, path: &Path) -> Self {
        match self {
            Self::Fault(Fault { messages, help }) => {
                let named = |message| format!("{}: {message}", path.display());
                Self::Fault(Fault { messages: messages.into_iter().map(named).collect(), help })
            }
            Self::Closed => self,
        }
    }

    /// Says what to do about it.
    pub fn help(self, help: impl Into<Option<String>>) -> Self {
        match self {
            Self::Fault(fault) => Self::Fault(Fault { help: help.into().or(fault.help), ..fault }),
            Self::Closed => self,
        }
    }
}

impl From<AuditError> for Stop {
    fn from(error: AuditError) -> Self {
        Self::fault(error.message).help(error.help)
    }
}

/// Where results and everything else are written.
pub struct Screen {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    width: u16,
}

impl Screen {
    /// The process's own.
    pub fn new() -> Self {
        let width = match terminal_size::terminal_size_of(io::stdout()) {
            Some((terminal_size::Width(width), _)) if io::stdout().is_terminal() => width.max(60),
            _ => WIDTH,
        };
        let out = AutoStream::auto(io::stdout());
        Self { out, err: AutoStream::auto(io::stderr()), width }
    }

    /// Columns there are on stdout.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Writes a result.
    pub fn result(&mut self, text: &str) -> Result<(), Stop> {
        // Looking for escape sequences takes longer than writing: millions of lines of counts have none.
        let written = match is_plain(text) {
            true => io::stdout().write_all(text.as_bytes()),
            false => self.out.write_all(text.as_bytes()),
        };
        written.map_err(|error| refused(&error))
    }

    /// Writes a remark.
    pub fn remark(&mut self, text: impl Display) {
        // Nowhere is left to say that stderr cannot be written.
        let _ = writeln!(self.err, "{text}");
    }

    /// Writes what was wrong.
    pub fn fault(&mut self, fault: &Fault) {
        // What the command had written before belongs before the fault.
        let _ = self.out.flush();
        for message in &fault.messages {
            self.remark(format_args!("\u{1b}[1;31merror\u{1b}[0m: {}", printable(message)));
        }
        if let Some(help) = &fault.help {
            self.remark(format_args!("  = help: {}", printable(help)));
        }
    }

    /// Makes sure that everything is out.
    pub fn finish(&mut self) -> Result<(), Stop> {
        self.out.flush().map_err(|error| refused(&error))
    }
}

fn refused(error: &io::Error) -> Stop {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Stop::Closed
    } else {
        Stop::fault(format!("cannot write the result: {error}"))
    }
}

/// Without characters that would move the cursor: messages quote what anyone may have written.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect()
}

/// Whether a text is nothing but letters, digits, signs and spaces of ASCII, which need no looking after.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t' | b'\r'))
}

/// A line on stderr when nothing else works any more.
pub fn last_words(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_move_the_cursor_is_not_plain() {
        assert!(is_plain("measure,period\r\nvolume,\t\"a b\"~\n"));
        for text in ["\u{1b}[1m", "\u{7f}", "\u{0}", "\u{8}", "Köln", "\u{9b}1m"] {
            assert!(!is_plain(text), "{text:?}");
        }
    }
}
