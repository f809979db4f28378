//! docs/api.md lists every method, parameter and error, as the code knows them.

use crate::api::World;
use crate::support::assert_page;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use weft_commands::Rejection;
use weft_runtime::api::{
    COMMAND_PARAMS, COMMANDS, Client, Method, Param, QUERIES, Trouble, exit_of, limits, rpc_of,
};

const INTRODUCTION: &str = "\
# The socket

A running kernel listens on `kernel.sock` in its data directory. It speaks JSON-RPC 2.0, one object a line in
UTF-8, in both directions. `weft` itself uses nothing else, and any program may. The tables of this page are made
from the code by a test (`tests/src/docs/api.rs`; `WEFT_BLESS=1` writes it), so they cannot differ from it.

```text
→ {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.hello\",\"params\":{\"token\":\"3.1.5f…\"}}
← {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocol\":1,\"log_id\":\"…\",\"nonce\":\"…\",\"pid\":4711,\"actor\":\"process:3\"}}
→ {\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ipc.send\",\"params\":{\"to\":\"analyst\",\"body\":\"hello\"}}
← {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"seq\":120,\"link\":\"…\",\"verdict\":\"permit\", …}}
```

Every request has an `id`, a number or a text; the answer repeats it. Requests of one connection run side by
side, so answers come in any order: whoever needs an order waits for the answer before it asks again. There are
no batches and no requests without an answer. A parameter that a method does not know is an error. Fields are
only ever added to answers. Positions, pids and sizes are numbers; links, ids, times and actors are texts.

## Who is who

What a connection has shown decides who asks. The Unix user is no identity.

**Agents** show a token. A process that the kernel starts finds it in `WEFT_TOKEN`, the socket in `WEFT_SOCKET` and
its pid in `WEFT_PID`. The token belongs to one run: it is checked at every request, and it is worth nothing once
that run has ended, on old connections as on new ones. A process that belongs to another agent cannot use it.
The kernel keeps a digest of it only.

**Operators** sign each request. The request has a member `auth` beside `params`:

```text
{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tree.put\",\"params\":{\"path\":\"/a\"},\"auth\":{\"operator\":1,\"signature\":\"<128 hex>\"}}
```

The signature is Ed25519 (RFC 8032) by the operator's key (`keys/operator.key` for operator 1) over 106 bytes:

```text
\"weft/act/1\" ‖ log id (32) ‖ nonce (32) ‖ SHAKE-256(id ‖ \"\\n\" ‖ method ‖ \"\\n\" ‖ params, 32 bytes out)
```

`session.hello` tells the log's id and the nonce, which is another one on each connection. `id` is a whole number
from 1 on in plain decimal, greater than that of every request signed before on this connection; `params` are the
bytes between the member's colon and the comma or brace behind it, without the space around, and nothing where
there is no such member. So a signature counts once, on one connection, for one request.

An operator's client has to know whom it talks to, since whoever relays could use what it signs: it compares the
peer of its connection (`SO_PEERCRED`) with the process that holds the node's lock, whatever `WEFT_SOCKET` says.

**Everybody else** has no rights. What such a connection asks for is denied and recorded, as `unauthenticated`,
and so is a token that is not valid, as the unknown method `session.hello`; queries are refused.

## Answers and errors

A command that took effect is answered with its receipt, once its record is durable ([cli](cli.md), \"JSON of a
record\"). A command that was denied, deferred or rejected has a record and a receipt, too: the answer is an
error, with the receipt in `data.receipt` (`seq` is null where the refusal was only counted, since the budget of
recorded refusals was used up). A command that was answered `outcome_unknown`, or not at all, may be asked again
with the same `command_id`: it runs at most once.

```text
{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32004,\"message\":\"ipc.send denied, recorded as 121\",\"data\":{\"exit\":4,\"code\":\"denied\",\"receipt\":{…}}}}
```

`data.exit` is the exit code that `weft` ends with, `data.code` a stable word. An error without an `id` is about
the connection, or about a line that was no request.

## Streams

`log.follow` and `process.output` answer with a number, `subscription`, and notices follow, which have no `id`:

```text
{\"jsonrpc\":\"2.0\",\"method\":\"log.record\",\"params\":{\"subscription\":1,\"record\":{…}}}
{\"jsonrpc\":\"2.0\",\"method\":\"process.printed\",\"params\":{\"subscription\":2,\"text\":\"…\"}}
```

The last one is `log.ended` or `process.ended`, with a `reason`: `denied` (the right, or the run, has ended),
`stopped` (the kernel has), `ended` (the process has), `too_slow` (output was printed faster than it was read),
`unreadable` (the log could not be read). A follower of the log that is slow falls behind and misses nothing, as
long as it reads at all. A record is sent when it is durable; what a process prints is no record.
";

#[test]
fn the_page_of_the_socket_is_what_the_code_says() {
    let page = format!("{INTRODUCTION}{}{}{}{}", commands(), queries(), errors(), bounds());
    assert_page("api.md", &page);
}

fn commands() -> String {
    let mut page = String::from(
        "\n## Commands\n\nThe methods are the kinds of [events](events.md), which says who may ask for what. Each of them also takes:\n\n",
    );
    page.push_str(&table(COMMAND_PARAMS));
    page.push_str(&methods(COMMANDS));
    page
}

fn queries() -> String {
    let introduction = "\n## Queries\n\nQueries are gated and not recorded. Operators see everything, and so do agents with the right `observe:*`; any other\n\
         agent sees what is its own. They read State as of the last durable record.\n";
    format!("{introduction}{}", methods(QUERIES))
}

fn methods(methods: &[Method]) -> String {
    let mut page = String::new();
    for Method { name, meaning, params, result } in methods {
        writeln!(page, "\n### `{name}`\n\n{}.\n", capital(meaning)).unwrap();
        if !params.is_empty() {
            writeln!(page, "{}", table(params)).unwrap();
        }
        writeln!(page, "Answer: {result}.").unwrap();
    }
    page
}

fn table(params: &[Param]) -> String {
    let mut page = String::from("| parameter | form | meaning |\n|---|---|---|\n");
    for Param { name, form, meaning, is_required } in params {
        let needed = if *is_required { "" } else { ", optional" };
        writeln!(page, "| `{name}`{needed} | {form} | {meaning} |").unwrap();
    }
    page
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn errors() -> String {
    let mut page = String::from(
        "\n## Errors\n\n`code` of the error is that of JSON-RPC where it has one, and -32000 less the exit code otherwise.\n\n\
         | word | exit | code | when |\n|---|---|---|---|\n",
    );
    for trouble in Trouble::ALL {
        let (word, exit, code) = (trouble.word(), trouble.exit(), trouble.rpc());
        writeln!(page, "| `{word}` | {exit} | {code} | {} |", trouble.meaning()).unwrap();
    }
    page.push_str("\nA rejected command has the word of its rejection ([events](events.md)):\n\n| word | exit | code |\n|---|---|---|\n");
    for rejection in Rejection::CODES {
        let exit = exit_of(rejection.class);
        writeln!(page, "| `{}` | {exit} | {} |", rejection.name, rpc_of(exit)).unwrap();
    }
    page
}

fn bounds() -> String {
    let mib = |bytes: usize| format!("{} MiB", bytes >> 20);
    let rows = [
        ("a line", mib(limits::FRAME_BYTES_MAX), "`frame_too_long`, and the connection is closed"),
        (
            "a line from its first byte to its last",
            format!("{} s", limits::FRAME_TIME_MAX.as_secs()),
            "`frame_too_slow`, and the connection is closed",
        ),
        ("a request's id", format!("{} bytes", limits::ID_BYTES_MAX), "`invalid_request`"),
        (
            "requests in flight of one client",
            limits::IN_FLIGHT_MAX.to_string(),
            "further ones are not read",
        ),
        (
            "the same of a client that nobody knows",
            limits::STRANGER_IN_FLIGHT_MAX.to_string(),
            "further ones are not read",
        ),
        (
            "bytes of requests of all clients",
            mib(limits::REQUEST_BYTES_MAX),
            "further ones wait, in turn",
        ),
        (
            "of them, of clients that nobody knows",
            mib(limits::STRANGER_BYTES_MAX),
            "further ones wait, in turn",
        ),
        (
            "unread answers before requests wait",
            format!("{} KiB", limits::OUT_BYTES_PAUSE >> 10),
            "further requests are not read",
        ),
        ("unread answers", mib(limits::OUT_BYTES_MAX), "`too_slow`, and the connection is closed"),
        (
            "answers that wait and are not read at all",
            format!("{} s", limits::STALL_MAX.as_secs()),
            "`too_slow`, and the connection is closed",
        ),
        ("streams of one client", limits::STREAMS_MAX.to_string(), "`limit`"),
        ("clients", limits::CLIENTS_MAX.to_string(), "`too_many_clients`"),
        ("of them, of one agent", limits::AGENT_CLIENTS_MAX.to_string(), "`too_many_clients`"),
        ("of them, kept for operators", limits::OPERATOR_CLIENTS.to_string(), "`too_many_clients`"),
        (
            "grace of a client that has shown nothing, when places are short",
            format!("{} s", limits::STRANGER_GRACE.as_secs()),
            "`too_many_clients`, and the connection is closed",
        ),
    ];
    let mut page = String::from("\n## Limits\n\n| what | at most | beyond |\n|---|---|---|\n");
    for (what, most, beyond) in rows {
        writeln!(page, "| {what} | {most} | {beyond} |").unwrap();
    }
    page.push_str(
        "\nClients take turns: one that floods the kernel waits for its own answers, and others do not wait for them. When all\n\
         places are taken, a client that has shown neither token nor signature has to go for a new one: after its grace, and at\n\
         once in the places that are kept for operators, so that an operator who signs always finds one.\n",
    );
    page
}

#[test]
fn the_methods_take_the_parameters_that_are_listed() {
    let world = World::start();
    let mut operator = world.operator();
    for method in COMMANDS {
        let all: Vec<Param> = [method.params, COMMAND_PARAMS].concat();
        check_params(&mut operator, method.name, &all);
    }
    for method in QUERIES {
        check_params(&mut operator, method.name, method.params);
    }
}

fn check_params(client: &mut Client, method: &str, params: &[Param]) {
    let error = client.call::<Value>(method, &json!({"no such": 1})).unwrap_err();
    let (_, known) = error.message.split_once("`no such`").unwrap();
    let known: BTreeSet<&str> = known.split('`').skip(1).step_by(2).collect();
    let listed: BTreeSet<&str> = params.iter().map(|param| param.name).collect();
    assert_eq!(known, listed, "{method}: {error}");
    let needed: Vec<&str> =
        params.iter().filter(|param| param.is_required).map(|param| param.name).collect();
    let missing = client.call::<Value>(method, &json!({})).err();
    let missing = missing.filter(|error| error.message.starts_with("missing field"));
    let missing = missing.map(|error| error.message.split('`').nth(1).unwrap().to_owned());
    assert_eq!(missing.as_deref(), needed.first().copied(), "{method}");
}
