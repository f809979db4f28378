//! One command from the command line to its receipt.

use crate::args::Global;
use crate::error::{Error, RefusedRuling, Trace};
use crate::node::Node;
use crate::render::{Out, Receipt, receipt};
use weft_commands::{Command, CommandId};
use weft_projections::{Actor, GrantId, Kind, State};
use weft_runtime::{Answer, Kernel, Native, Platform, Refused, Rehearsal, Request, SealedPayload};

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

/// A command with its payload.
pub(crate) struct Asked {
    pub(crate) command: Command,
    pub(crate) payload: Option<Vec<u8>>,
}

impl From<Command> for Asked {
    fn from(command: Command) -> Asked {
        Asked { command, payload: None }
    }
}

/// What a command may be made from.
pub(crate) struct Present<'a> {
    /// State before the command.
    pub(crate) state: &'a State,
    /// The wall clock, in milliseconds since 1970.
    pub(crate) now_ms: u64,
}

/// Opens the node, runs the command that `ask` makes, closes the node and prints the receipt.
///
/// # Errors
/// [`Error::Refused`] after the receipt was printed, when the command did not take effect; the rest
/// before anything is printed.
pub(crate) fn perform(
    mutation: &Mutation,
    global: &Global,
    ask: impl FnOnce(&Present<'_>) -> Result<Asked, Error>,
) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    let receipt = if mutation.dry_run {
        rehearse(&node, &out, mutation, ask)
    } else {
        run(&node, &out, mutation, ask)
    }?;
    conclude(&out, receipt)
}

fn run(
    node: &Node,
    out: &Out,
    mutation: &Mutation,
    ask: impl FnOnce(&Present<'_>) -> Result<Asked, Error>,
) -> Result<Receipt, Error> {
    let mut kernel = node.open(out)?;
    let outcome = execute(&mut kernel, node, mutation, ask);
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
    ask: impl FnOnce(&Present<'_>) -> Result<Asked, Error>,
) -> Result<Receipt, Error> {
    let mut platform = node.platform();
    let actor = node.operator(kernel.state())?;
    let asked = ask(&Present { state: kernel.state(), now_ms: platform.unix_ms() })?;
    let id = mutation.id.map_or_else(|| fresh_id(&mut platform, node), Ok)?;
    let told = Told { id, actor, command: asked.command.name(), kind: asked.command.kind() };
    let mut request = Request::new(actor, id, asked.command);
    if let Some(bytes) = asked.payload {
        let sealed = kernel.payload(bytes).map_err(Error::node(node.data_dir()))?;
        request = request.with_payload(sealed);
    }
    let answer = kernel.execute(request).map_err(|error| unknown(id, error, node))?;
    accept(answer, told, node)
}

/// What is known of a command beside its answer.
#[derive(Clone, Copy)]
struct Told {
    id: CommandId,
    actor: Actor,
    command: &'static str,
    kind: Kind,
}

impl Told {
    /// The receipt of a record.
    fn recorded(self, receipt: weft_runtime::Receipt) -> Receipt {
        let granted = self.kind == Kind::CAPABILITY_GRANT && receipt.took_effect();
        Receipt {
            position: Some((receipt.seq, receipt.link, receipt.time)),
            actor: self.actor,
            command: self.command,
            id: self.id,
            grant: granted.then_some(GrantId { seq: receipt.seq, index: 0 }),
            repetition: receipt.duplicate,
            dry_run: false,
            ruling: receipt.ruling,
            events: Vec::new(),
        }
    }

    /// The same of a dry run.
    fn rehearsed(self, rehearsal: Rehearsal) -> Receipt {
        match rehearsal {
            Rehearsal::Repeated(receipt) => Receipt { dry_run: true, ..self.recorded(receipt) },
            Rehearsal::Ruled { ruling, events } => Receipt {
                position: None,
                actor: self.actor,
                command: self.command,
                id: self.id,
                grant: None,
                repetition: false,
                dry_run: true,
                ruling,
                events,
            },
        }
    }
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

fn accept(answer: Answer, told: Told, node: &Node) -> Result<Receipt, Error> {
    let Told { id, command, .. } = told;
    match answer {
        Ok(receipt) => Ok(told.recorded(receipt)),
        Err(Refused::Suppressed(ruling)) => Err(Error::Refused(Box::new(RefusedRuling {
            trace: Trace::Counted,
            command,
            ruling: *ruling,
        }))),
        Err(Refused::OutcomeUnknown) => Err(Error::OutcomeUnknown {
            id,
            reason: "the kernel halted before it was answered".to_owned(),
        }),
        Err(refused) => Err(Error::node(node.data_dir())(refused.into())),
    }
}

/// Asks what would be ruled on State as it is, without lock and without a record.
fn rehearse(
    node: &Node,
    out: &Out,
    mutation: &Mutation,
    ask: impl FnOnce(&Present<'_>) -> Result<Asked, Error>,
) -> Result<Receipt, Error> {
    let inspection = node.inspect(out)?;
    let state = &inspection.published.state;
    let mut platform = node.platform();
    let actor = node.operator(state)?;
    let asked = ask(&Present { state, now_ms: platform.unix_ms() })?;
    let id = mutation.id.map_or_else(|| fresh_id(&mut platform, node), Ok)?;
    let told = Told { id, actor, command: asked.command.name(), kind: asked.command.kind() };
    let mut request = Request::new(actor, id, asked.command);
    if let Some(bytes) = asked.payload {
        let sealed = SealedPayload::new(bytes, salt(&mut platform, node)?);
        request = request.with_payload(sealed.map_err(Error::node(node.data_dir()))?);
    }
    let said = inspection.dry_run(&mut platform, &request);
    Ok(told.rehearsed(said.map_err(Error::node(node.data_dir()))?))
}

fn conclude(out: &Out, printed: Receipt) -> Result<(), Error> {
    receipt(out, &printed).map_err(|error| match printed.position {
        Some((seq, _, _)) => error.after(seq),
        None => error,
    })?;
    if printed.ruling.took_effect() {
        return Ok(());
    }
    let trace = printed.position.map_or(Trace::Nothing, |(seq, _, _)| Trace::Record(seq));
    Err(Error::Refused(Box::new(RefusedRuling {
        trace,
        command: printed.command,
        ruling: printed.ruling,
    })))
}

/// A UUIDv7 (RFC 9562): the wall clock in front, chance behind.
fn fresh_id(platform: &mut Native, node: &Node) -> Result<CommandId, Error> {
    let mut random = [0; 10];
    platform.fill_entropy(&mut random).map_err(Error::node(node.data_dir()))?;
    let uuid = uuid::Builder::from_unix_timestamp_millis(platform.unix_ms(), &random).into_uuid();
    CommandId::new(uuid.into_bytes()).map_err(|error| Error::Usage(error.to_string()))
}

fn salt(platform: &mut Native, node: &Node) -> Result<[u8; 16], Error> {
    let mut salt = [0; 16];
    platform.fill_entropy(&mut salt).map_err(Error::node(node.data_dir()))?;
    Ok(salt)
}
