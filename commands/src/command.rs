//! The closed set of commands.

use minicbor::{Decode, Encode, Encoder};
use weft_projections::Kind;

use crate::{
    Error,
    codec::encodes_to,
    limits::INLINE_MESSAGE_BYTES_MAX,
    requests::{
        capability, causal, governance, ipc, kernel, log, process, topic, tree, unrecognised,
    },
};

/// Makes the enum and everything that must list every command, from one list.
macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident($request:ty) = $kind:ident,)+) => {
        /// What somebody asks the kernel to do. The payload is not part of it.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Command {
            $($(#[$doc])* $variant($request),)+
        }

        impl Command {
            /// Every command's kind, ascending.
            pub const KINDS: &'static [Kind] = &[$(Kind::$kind,)+];

            /// The number of this kind of command, as the record header holds it.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Command::$variant(_) => Kind::$kind,)+
                }
            }

            /// The arguments as one canonical CBOR map, however long.
            #[must_use]
            pub fn encode_arguments(&self) -> Vec<u8> {
                match self {
                    $(Command::$variant(request) => to_vec(request),)+
                }
            }

            /// Whether [`Command::encode_arguments`] gives these bytes.
            pub(crate) fn encodes_to(&self, bytes: &[u8]) -> bool {
                match self {
                    $(Command::$variant(request) => encodes_to(request, bytes),)+
                }
            }

            /// Reads what the bytes say, in whatever form it is written.
            pub(crate) fn decode_loosely(kind: Kind, bytes: &[u8]) -> Result<Command, Error> {
                match kind {
                    $(Kind::$kind => from_slice(bytes).map(Command::$variant),)+
                    other => Err(Error::UnknownKind { kind: other }),
                }
            }
        }
    };
}

commands! {
    /// A request that nobody knows.
    Unrecognised(unrecognised::Unrecognised) = UNRECOGNISED,
    /// The first record of a log.
    Genesis(log::Genesis) = LOG_GENESIS,
    /// Erase the payload of a record.
    Redact(log::Redact) = LOG_REDACT,
    /// Have checkpoints signed with another key.
    RotateKey(log::RotateKey) = LOG_ROTATE_KEY,
    /// The kernel claims the root of State as of a record.
    Snapshot(kernel::Snapshot) = KERNEL_SNAPSHOT,
    /// The kernel starts to take commands.
    Boot(kernel::Boot) = KERNEL_BOOT,
    /// The kernel stops taking commands.
    Shutdown(kernel::Shutdown) = KERNEL_SHUTDOWN,
    /// Refusals beyond a budget, counted.
    Suppressed(governance::Suppressed) = GOVERNANCE_SUPPRESSED,
    /// Register a new process.
    Spawn(process::Spawn) = PROCESS_SPAWN,
    /// A process runs.
    Started(process::Started) = PROCESS_STARTED,
    /// A run of a process has ended.
    Exited(process::Exited) = PROCESS_EXITED,
    /// Ask that a process ends.
    Stop(process::Stop) = PROCESS_STOP,
    /// Put a message into an inbox.
    Send(ipc::Send) = IPC_SEND,
    /// Take a handled message out of one's own inbox.
    Ack(ipc::Ack) = IPC_ACK,
    /// Have published messages put into one's own inbox.
    Subscribe(topic::Subscribe) = TOPIC_SUBSCRIBE,
    /// End a subscription.
    Unsubscribe(topic::Unsubscribe) = TOPIC_UNSUBSCRIBE,
    /// Put a message into every subscriber's inbox.
    Publish(topic::Publish) = TOPIC_PUBLISH,
    /// Make or replace a resource.
    Put(tree::Put) = TREE_PUT,
    /// Take a resource out of the tree.
    Remove(tree::Remove) = TREE_REMOVE,
    /// Assert a causal edge.
    Link(causal::Link) = CAUSAL_LINK,
    /// Hand a right on.
    Grant(capability::Grant) = CAPABILITY_GRANT,
    /// Take a right back.
    Revoke(capability::Revoke) = CAPABILITY_REVOKE,
}

impl Command {
    /// The name of this kind of command, as the API and the constitution write it.
    ///
    /// # Panics
    /// Never: every command's kind has a name, as a test shows.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.kind().name().expect("every command's kind has a name, as a test shows")
    }

    /// Bytes of content that its record holds itself at most, where longer content is kept as a blob;
    /// `None` for commands that take no blob.
    #[must_use]
    pub fn inline_bytes_max(&self) -> Option<u32> {
        match self {
            Command::Send(_) | Command::Publish(_) => Some(INLINE_MESSAGE_BYTES_MAX),
            Command::Unrecognised(_)
            | Command::Genesis(_)
            | Command::Redact(_)
            | Command::RotateKey(_)
            | Command::Snapshot(_)
            | Command::Boot(_)
            | Command::Shutdown(_)
            | Command::Suppressed(_)
            | Command::Spawn(_)
            | Command::Started(_)
            | Command::Exited(_)
            | Command::Stop(_)
            | Command::Ack(_)
            | Command::Subscribe(_)
            | Command::Unsubscribe(_)
            | Command::Put(_)
            | Command::Remove(_)
            | Command::Link(_)
            | Command::Grant(_)
            | Command::Revoke(_) => None,
        }
    }
}

/// Bytes that arguments hardly ever exceed.
const USUAL_BYTES: usize = 96;

fn to_vec<T: Encode<()>>(request: &T) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::with_capacity(USUAL_BYTES));
    encoder.encode(request).expect("writing to memory cannot fail");
    encoder.into_writer()
}

fn from_slice<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Error> {
    minicbor::decode(bytes).map_err(|source| Error::Malformed { what: "arguments", source })
}
