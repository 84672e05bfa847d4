//! The command `meed`.

fn main() -> std::process::ExitCode {
    meed::cli::main()
}
