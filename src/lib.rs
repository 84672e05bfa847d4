//! Meed: outcome-based service contracts, checked, measured and settled.

pub mod advise;
pub mod assess;
pub mod audit;
pub mod book;
pub mod case;
pub mod check;
pub mod checked;
pub mod cli;
pub mod compare;
pub mod connect;
pub mod contract;
pub mod demo;
pub mod engine;
pub mod measured;
pub mod plan;
pub mod prove;
pub mod reading;
pub mod remote;
pub mod report;
pub mod restate;
pub mod settle;
pub mod sql;
pub mod tell;
pub mod value;
