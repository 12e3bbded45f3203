//! The headless runner. The same engine as the page, native; see `headwater help`.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::time::Instant;

use headwater::kernel::Span;
use headwater::runner::{Console, Failure, execute};

/// Bad input, as for usage errors everywhere.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let began = Instant::now();
    let clock = || Span::from_micros(began.elapsed().as_micros() as u64);
    let (mut input, mut output) = (io::stdin(), io::stdout().lock());
    let mut console = Console { input: &mut input, output: &mut output, clock: &clock };
    let done = execute(std::env::args_os().skip(1), &mut console);
    match done.and_then(|()| Ok(output.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read has read enough.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => complain(&error.to_string(), 1),
        Err(Failure::Input(message)) => complain(&message, BAD_INPUT),
    }
}

/// One line, whatever the message holds.
fn complain(message: &str, status: u8) -> ExitCode {
    let line: Vec<&str> = message.split_whitespace().collect();
    // If nobody reads errors either, the status has to do.
    let _ = writeln!(io::stderr(), "headwater: {}", line.join(" "));
    ExitCode::from(status)
}
