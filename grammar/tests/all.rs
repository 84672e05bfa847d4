//! All tests of the package in one program, so that it is linked once.

#[cfg(test)]
mod ebnf;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod roundtrip;
#[cfg(test)]
mod sentences;
#[cfg(test)]
mod support;
