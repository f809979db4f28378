//! The `weft` binary: one call.

fn main() -> std::process::ExitCode {
    weft::run()
}
