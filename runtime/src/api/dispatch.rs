//! What a line asks for.

use super::call_error::Hello;
use super::desk::{Desk, Handled, Waiting, unknown};
use super::fault::{Fault, Trouble};
use super::json::{Receipt, Told};
use super::limits::{OPERATOR_QUEUE, PROTOCOL};
use super::meaning::Meaning;
use super::params::Asked;
use super::reading;
use super::session::{Who, Why};
use super::shared::PIECE_BYTES;
use super::wire::{self, Frame};
use crate::driver::{QUEUE_COMMANDS_MAX, Ticket};
use crate::kernel::{Published, Request};
use crate::{Error, inspect};
use serde::Deserialize;
use std::sync::Arc;
use weft_commands::Command;
use weft_projections::Actor;

/// The greeting.
pub(super) const HELLO: &str = "session.hello";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HelloParams {
    token: Option<String>,
}

impl Desk {
    /// Deals with one line.
    pub(super) fn handle(&mut self, line: &[u8], published: &Arc<Published>) -> Handled {
        // A share of the memory of all goes with the line, unless a command keeps it.
        if line.len() > PIECE_BYTES && !self.has_room() {
            let pieces = line.len().div_ceil(PIECE_BYTES);
            let asked = u32::try_from(pieces).unwrap_or(u32::MAX);
            match self.bytes().try_acquire_many_owned(asked) {
                Ok(room) => self.give_room(Some(room)),
                Err(_) => return Handled::NeedsRoom(pieces),
            }
        }
        let handled = match Frame::parse(line) {
            Ok(frame) => self.dispatch(&frame, published),
            Err(fault) => {
                self.tell(&fault);
                Handled::Done
            }
        };
        if handled == Handled::Done {
            drop(self.take_room());
        }
        handled
    }

    fn dispatch(&mut self, frame: &Frame<'_>, published: &Arc<Published>) -> Handled {
        if frame.method == HELLO {
            return self.hello(frame, published);
        }
        let signed_before = self.session.last_signed();
        let who = self.session.who(frame, &published.state);
        if self.session.is_operator() {
            self.slot.become_operator();
        }
        let asked = match Meaning::of(frame, &published.state) {
            Meaning::Command(asked) => asked,
            Meaning::Query(query) => {
                match (query, who) {
                    (_, Who::Nobody(why)) => self.refuse(frame.id(), &unknown(&why)),
                    (Ok(query), _) => reading::start(self, query, who, frame.id(), published),
                    (Err(fault), _) => self.refuse(frame.id(), &fault),
                }
                return Handled::Done;
            }
        };
        let handled = self.command(frame, asked, who, published);
        if handled != Handled::Done {
            // The same line comes again, with the same signature.
            self.session.set_last_signed(signed_before);
        }
        handled
    }

    fn command(
        &mut self,
        frame: &Frame<'_>,
        asked: Result<Asked, Fault>,
        who: Who,
        published: &Arc<Published>,
    ) -> Handled {
        let actor = who.actor(&published.state);
        match (asked, who) {
            // Nothing of a dry run is recorded, so it is a query: strangers have none.
            (Ok(asked), Who::Nobody(why)) if asked.dry_run => {
                self.refuse(frame.id(), &unknown(&why));
                Handled::Done
            }
            (Ok(asked), _) if asked.dry_run => {
                let rehearsed = self.rehearse(asked, actor, frame.id(), published);
                rehearsed.unwrap_or_else(|fault| self.refuse(frame.id(), &fault));
                Handled::Done
            }
            (Ok(asked), _) => self.submit(asked, actor, frame.id(), None),
            (Err(fault), _) => {
                self.refuse(frame.id(), &fault);
                Handled::Done
            }
        }
    }

    /// Hands a command to the kernel. A trace is not what the client asked for, and answered with why
    /// what it showed does not count.
    fn submit(&mut self, asked: Asked, actor: Actor, id: &str, trace_of: Option<Why>) -> Handled {
        let is_operator = matches!(actor, Actor::Operator(_));
        let reserve = if is_operator { 0 } else { OPERATOR_QUEUE };
        if self.shared.handle.waiting() + reserve >= QUEUE_COMMANDS_MAX {
            return Handled::QueueFull;
        }
        let is_unrecognised = matches!(asked.command, Command::Unrecognised(_));
        let (request, told) = match self.request(asked, actor) {
            Ok(made) => made,
            Err(error) => {
                self.refuse(id, &error.into());
                return Handled::Done;
            }
        };
        let number = self.next_number;
        let ticket = Ticket::new(number, self.answers.0.clone());
        match self.shared.handle.try_queue(request, ticket) {
            Ok(()) => {
                self.next_number += 1;
                let _room = self.take_room();
                let id = id.into();
                let waiting = Waiting { id, told, is_unrecognised, trace_of, _room };
                self.commands.insert(number, waiting);
                Handled::Done
            }
            Err(Error::QueueFull(_)) => Handled::QueueFull,
            Err(error) => {
                self.refuse(id, &error.into());
                Handled::Done
            }
        }
    }

    fn request(&self, asked: Asked, actor: Actor) -> Result<(Request, Told), Error> {
        let handle = &self.shared.handle;
        let id = asked.id.map_or_else(|| handle.fresh_id(), Ok)?;
        let told = Told { actor, kind: asked.command.kind(), id };
        let mut request = Request::new(actor, id, asked.command);
        if let Some(cause) = asked.cause {
            request = request.caused_by(cause);
        }
        if let Some(raise) = asked.raise {
            request = request.raised_to(raise);
        }
        if let Some(payload) = asked.payload {
            request = handle.with_content(request, payload)?;
        }
        Ok((request, told))
    }

    /// Says what would become of a command.
    fn rehearse(
        &mut self,
        asked: Asked,
        actor: Actor,
        id: &str,
        published: &Arc<Published>,
    ) -> Result<(), Fault> {
        let is_unrecognised = matches!(asked.command, Command::Unrecognised(_));
        let (request, told) = self.request(asked, actor)?;
        let (shared, published) = (self.shared.clone(), published.clone());
        reading::in_background(self, id, move || {
            let (reader, ids) = (shared.handle.reader(), shared.handle.ids());
            let past = inspect::Past { published: &published, reader, ids };
            let mut platform = crate::Native::new(shared.hooks.layout.data_dir());
            let said = inspect::rehearse(&past, &mut platform, &request)?;
            let printed = Receipt::rehearsed(told, &said);
            match said {
                inspect::Rehearsal::Ruled { ruling, .. } if !ruling.took_effect() => {
                    Err(Fault::ruled(&ruling, printed, is_unrecognised))
                }
                inspect::Rehearsal::Repeated(receipt) if !receipt.took_effect() => {
                    Err(Fault::ruled(&receipt.ruling, printed, is_unrecognised))
                }
                inspect::Rehearsal::Ruled { .. } | inspect::Rehearsal::Repeated(_) => Ok(printed),
            }
        });
        Ok(())
    }

    fn hello(&mut self, frame: &Frame<'_>, published: &Arc<Published>) -> Handled {
        let params = if frame.params().is_empty() { "{}" } else { frame.params() };
        let token = match serde_json::from_str(params) {
            Ok(HelloParams { token }) => token,
            Err(error) => {
                self.refuse(frame.id(), &Fault::new(Trouble::Usage, error.to_string()));
                return Handled::Done;
            }
        };
        let state = &published.state;
        if let Some(token) = token {
            let families = self.shared.hooks.families.clone();
            if let Err(why) = self.session.show(&token, state, &*families) {
                // Somebody tried: that is worth a record, as any other denial.
                let trace = Asked::unrecognised(HELLO);
                return self.submit(trace, Actor::Unauthenticated, frame.id(), Some(why));
            }
            if !self.slot.become_process() {
                let message = "every place that is not an operator's is taken";
                self.refuse(frame.id(), &Fault::new(Trouble::TooManyClients, message));
                return Handled::Done;
            }
        }
        let who = self.session.who(frame, state);
        let hello = Hello {
            protocol: PROTOCOL,
            log_id: self.shared.log_id.to_string(),
            nonce: hex::encode(self.session.nonce()),
            pid: std::process::id(),
            actor: who.actor(state).to_string(),
        };
        wire::answer(&mut self.outbox.bytes, frame.id(), &hello);
        Handled::Done
    }
}
