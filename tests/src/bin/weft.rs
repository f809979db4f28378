//! The `weft` binary as the tests run it: the same one call.

fn main() -> std::process::ExitCode {
    weft::run()
}
