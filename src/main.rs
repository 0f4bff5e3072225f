//! The `initscope` program: everything is in the library, see [`initscope::cli`].

fn main() -> std::process::ExitCode {
    initscope::cli::main()
}
