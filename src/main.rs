//! The command `meed`.

/// Threads that read take and give back lists of many thousand values all the
/// time; this allocator keeps them, instead of asking the system for pages anew.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    meed::cli::main()
}
