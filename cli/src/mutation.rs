//! One command from the command line to its receipt.

use crate::args::Global;
use crate::asked::Asked;
use crate::error::Error;
use crate::exit;
use crate::host::{entropy, now_ms};
use crate::node::Node;
use crate::reach::{Errand, Link, Reach, reach};
use crate::refusal::{RefusedRuling, Trace};
use crate::render::{Document, Out, receipt};
use serde_json::Value;
use weft_commands::CommandId;
use weft_projections::{Actor, Seq};
use weft_runtime::api::CallError;
use weft_runtime::api::json::{Receipt, Told};
use weft_runtime::{Answer, Kernel, Native, Refused, Request};

/// What every verb that changes something takes.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Mutation options")]
pub(crate) struct Mutation {
    /// Say what the gate and the decider would rule; record nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The command's id: with the same id it runs at most once, and a repetition gets the first
    /// receipt [default: a fresh UUID].
    #[arg(long, value_name = "UUID")]
    pub(crate) id: Option<CommandId>,
}

/// What became of a command.
enum Outcome {
    /// It takes effect.
    Done(Document<Receipt>),
    /// It was ruled on and does not.
    Refused(RefusedRuling),
}

/// Runs one command, and prints its receipt. A running kernel is asked; without one the node is opened,
/// and closed again.
///
/// # Errors
/// [`Error::Refused`] after the receipt was printed, when the command did not take effect; the rest
/// before anything is printed.
pub(crate) fn perform(mutation: &Mutation, global: &Global, asked: Asked) -> Result<(), Error> {
    let out = Out::new(global);
    let errand = if mutation.dry_run { Errand::Read } else { Errand::Change };
    let outcome = match reach(global, errand)? {
        Reach::Kernel(mut link) => ask(&mut link, mutation, &asked),
        Reach::Files(node) if mutation.dry_run => rehearse(&node, &out, mutation, asked),
        Reach::Files(node) => run(&node, &out, mutation, asked),
    };
    conclude(&out, outcome?)
}

/// The same for a command that only a running kernel can be asked for.
///
/// # Errors
/// As [`perform`].
pub(crate) fn perform_by_kernel(
    link: &mut Link,
    mutation: &Mutation,
    global: &Global,
    asked: &Asked,
) -> Result<(), Error> {
    conclude(&Out::new(global), ask(link, mutation, asked)?)
}

fn ask(link: &mut Link, mutation: &Mutation, asked: &Asked) -> Result<Outcome, Error> {
    let id = mutation.id.map_or_else(fresh_id, Ok)?;
    let mut params = asked.params();
    params.insert("command_id".to_owned(), Value::String(id.to_string()));
    params.insert("dry_run".to_owned(), Value::Bool(mutation.dry_run));
    match link.ask(asked.method(), &params) {
        Ok(sent) => Ok(Outcome::Done(Document::Sent(sent))),
        Err(error) if error.receipt().is_some() => {
            let CallError { data, .. } = error;
            let (exit, code) = (exit::Exit::from(data.exit), data.code);
            let receipt = data.receipt.ok_or_else(|| Error::garbled("an error without receipt"))?;
            let trace = Trace::of(&receipt);
            Ok(Outcome::Refused(RefusedRuling { trace, exit, code, receipt }))
        }
        Err(error) if exit::Exit::from(error.exit()) == exit::Exit::OutcomeUnknown => {
            Err(Error::OutcomeUnknown { id, reason: error.to_string() })
        }
        Err(error) => Err(Error::call(error)),
    }
}

fn run(node: &Node, out: &Out, mutation: &Mutation, asked: Asked) -> Result<Outcome, Error> {
    let mut kernel = node.open(out)?;
    let outcome = execute(&mut kernel, node, mutation, asked);
    // A log that has halted has nothing to close; every other one is, whatever became of the command.
    if !matches!(outcome, Err(Error::OutcomeUnknown { .. })) {
        close(kernel, out);
    }
    outcome
}

fn execute(
    kernel: &mut Kernel<Native, ()>,
    node: &Node,
    mutation: &Mutation,
    asked: Asked,
) -> Result<Outcome, Error> {
    let actor = node.operator(kernel.state())?;
    let (command, payload) = asked.settle(kernel.state())?;
    let id = mutation.id.map_or_else(fresh_id, Ok)?;
    let told = Told { actor, kind: command.kind(), id };
    let mut request = Request::new(actor, id, command);
    if let Some(bytes) = payload {
        let made = kernel.with_content(request, bytes);
        request = made.map_err(Error::node(node.data_dir()))?;
    }
    let answer = kernel.execute(request).map_err(|error| unknown(id, error, node))?;
    accept(answer, told, node)
}

/// What the ledger refused before writing is an error like any other; every other failure leaves the
/// outcome open.
fn unknown(id: CommandId, error: weft_runtime::Error, node: &Node) -> Error {
    use weft_ledger::Error as Ledger;
    let unwritten = matches!(
        &error,
        weft_runtime::Error::Ledger(
            Ledger::Integrity(_)
                | Ledger::Invalid { .. }
                | Ledger::Batch { .. }
                | Ledger::NoSpace { .. }
        )
    );
    if unwritten {
        return Error::node(node.data_dir())(error);
    }
    if let weft_runtime::Error::Ledger(Ledger::OutcomeUnknown { source }) = &error {
        return Error::OutcomeUnknown { id, reason: source.to_string() };
    }
    Error::OutcomeUnknown { id, reason: error.to_string() }
}

/// The command is durable whatever closing says.
fn close(kernel: Kernel<Native, ()>, out: &Out) {
    if let Err(error) = kernel.close() {
        out.remark(&format!(
            "the log was not closed cleanly: {error}; the next opening completes it"
        ));
    }
}

fn accept(answer: Answer, told: Told, node: &Node) -> Result<Outcome, Error> {
    match answer {
        Ok(recorded) => {
            let receipt = Receipt::recorded(told, &recorded);
            Ok(ruled(receipt, exit::of_ruling(&recorded.ruling)))
        }
        // Without a record there is no receipt to print.
        Err(Refused::Suppressed(ruling)) => {
            let receipt = Receipt::unrecorded(told, &ruling);
            Err(Error::Refused(Box::new(RefusedRuling::new(receipt, exit::of_ruling(&ruling)))))
        }
        Err(Refused::OutcomeUnknown) => Err(Error::OutcomeUnknown {
            id: told.id,
            reason: "the kernel halted before it was answered".to_owned(),
        }),
        Err(refused) => Err(Error::node(node.data_dir())(refused.into())),
    }
}

/// Asks what would be ruled on State as it is, without lock and without a record.
fn rehearse(node: &Node, out: &Out, mutation: &Mutation, asked: Asked) -> Result<Outcome, Error> {
    node.refuse_copy()?;
    let inspection = node.inspect(out)?;
    let state = &inspection.published.state;
    let actor: Actor = node.operator(state)?;
    let (command, payload) = asked.settle(state)?;
    let id = mutation.id.map_or_else(fresh_id, Ok)?;
    let told = Told { actor, kind: command.kind(), id };
    let mut request = Request::new(actor, id, command);
    if let Some(bytes) = payload {
        let made = request.with_content(bytes, entropy()?);
        request = made.map_err(Error::node(node.data_dir()))?;
    }
    let said = inspection.dry_run(&mut node.platform(), &request);
    let said = said.map_err(Error::node(node.data_dir()))?;
    let exit = match &said {
        weft_runtime::Rehearsal::Repeated(receipt) => exit::of_ruling(&receipt.ruling),
        weft_runtime::Rehearsal::Ruled { ruling, .. } => exit::of_ruling(ruling),
    };
    Ok(ruled(Receipt::rehearsed(told, &said), exit))
}

fn ruled(receipt: Receipt, exit: exit::Exit) -> Outcome {
    if receipt.took_effect() {
        Outcome::Done(receipt.into())
    } else {
        Outcome::Refused(RefusedRuling::new(receipt, exit))
    }
}

fn conclude(out: &Out, outcome: Outcome) -> Result<(), Error> {
    let printed = match &outcome {
        Outcome::Done(done) => done.clone(),
        Outcome::Refused(RefusedRuling { trace: Trace::Counted, .. }) => return refuse(outcome),
        Outcome::Refused(refused) => Document::Made(refused.receipt.clone()),
    };
    let opened = printed.clone().open()?;
    receipt(out, &printed, &opened).map_err(|error| match opened.seq {
        Some(seq) => error.after(Seq(seq)),
        None => error,
    })?;
    refuse(outcome)
}

fn refuse(outcome: Outcome) -> Result<(), Error> {
    match outcome {
        Outcome::Done(_) => Ok(()),
        Outcome::Refused(refused) => Err(Error::Refused(Box::new(refused))),
    }
}

/// A UUIDv7 (RFC 9562): the wall clock in front, chance behind.
fn fresh_id() -> Result<CommandId, Error> {
    let uuid = uuid::Builder::from_unix_timestamp_millis(now_ms(), &entropy()?).into_uuid();
    CommandId::new(uuid.into_bytes()).map_err(|error| Error::Usage(error.to_string()))
}
