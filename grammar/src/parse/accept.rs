//! Findings the parties accept: `accept W0605 on satisfied because "agreed in clause 7"`.

use super::block::{Notes, Read};
use super::error::{Expected, Input, PResult, expect, mismatch};
use super::token::{keyword, must, name, piece, text};
use crate::codes;
use crate::tree::{Accept, Name};

/// ```ebnf
/// accept = "accept" warning [ "on" name ] "because" text ;
/// ```
pub(super) fn accept(input: Input<'_>) -> PResult<'_, Read<Accept>> {
    let (input, _) = keyword("accept")(input)?;
    let (input, code) = expect("the code of a warning, such as `W0605`", warning)(input)?;
    let (input, on) = match keyword("on")(input) {
        Ok((rest, _)) => {
            let (rest, on) = expect("the name of the clause the warning is about", name)(rest)?;
            (rest, Some(on))
        }
        Err(_) => (input, None),
    };
    let (input, _) = must("because")(input)?;
    let (input, because) = expect("the reason as a text", text)(input)?;
    Ok((input, Read { value: Accept { code, on, because }, notes: Notes::default() }))
}

/// ```ebnf
/// warning = ? the code of a warning, as in W0605 ? ;
/// ```
fn warning(input: Input<'_>) -> PResult<'_, Name> {
    let known = |code: &str| code.starts_with('W') && codes::title(code).is_some();
    match piece(input) {
        Some((rest, word)) if known(word.text) => Ok((rest, Name::new(word.text.to_owned(), word.span))),
        _ => mismatch(input, Expected::Part("the code of a warning")),
    }
}
