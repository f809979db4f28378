//! Events as bytes.
//!
//! Decoding is strict: what was decoded is encoded again and compared with the input as it goes, so that extra fields, other integer
//! widths or unsorted lists are refused, and every event read is an event that can be written.

use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encoder};

use super::Event;
use crate::Error;

/// Writes events as an array of `[type, version, fields]`.
///
/// # Errors
///
/// Only when the writer fails.
pub fn encode_events<W: Write>(
    events: &[Event],
    e: &mut Encoder<W>,
) -> Result<(), EncodeError<W::Error>> {
    e.array(events.len() as u64)?;
    events.iter().try_for_each(|event| encode_event(event, e))
}

/// Reads what [`encode_events`] wrote, from the decoder's position on.
///
/// # Errors
///
/// `Error::UnknownEvent` for a type or version that this code does not know; `Error::MalformedEvent` for bytes that
/// [`encode_events`] never writes.
pub fn decode_events(d: &mut Decoder<'_>) -> Result<Vec<Event>, Error> {
    const EVENTS_ALLOCATED_MAX: usize = 16;
    let start = d.position();
    let len = d
        .array()
        .map_err(|e| malformed(d, &e))?
        .ok_or_else(|| malformed(d, &"an indefinite length"))?;
    let mut events =
        Vec::with_capacity(usize::try_from(len).unwrap_or(usize::MAX).min(EVENTS_ALLOCATED_MAX));
    for _ in 0..len {
        events.push(decode_event(d)?);
    }
    let read = d.input().get(start..d.position()).unwrap_or_default();
    match encode_events(&events, &mut Encoder::new(Matching { rest: read })) {
        Ok(()) => Ok(events),
        Err(_) => Err(malformed(d, &"not in the canonical form")),
    }
}

fn encode_event<W: Write>(event: &Event, e: &mut Encoder<W>) -> Result<(), EncodeError<W::Error>> {
    e.array(3)?.u16(event.type_number())?.u16(event.version())?;
    match event {
        Event::LogGenesis(fields) => e.encode(fields)?,
        Event::KernelBooted(fields) => e.encode(fields)?,
        Event::KernelHalted(fields) => e.encode(fields)?,
        Event::GovernanceSuppressed(fields) => e.encode(fields)?,
        Event::ProcessSpawned(fields) => e.encode(fields)?,
        Event::ProcessStarted(fields) => e.encode(fields)?,
        Event::ProcessExited(fields) => e.encode(fields)?,
        Event::ProcessStopping(fields) => e.encode(fields)?,
        Event::IpcSent(fields) => e.encode(fields)?,
        Event::IpcAcked(fields) => e.encode(fields)?,
        Event::TopicSubscribed(fields) => e.encode(fields)?,
        Event::TopicUnsubscribed(fields) => e.encode(fields)?,
        Event::TopicPublished(fields) => e.encode(fields)?,
        Event::ResourceStored(fields) => e.encode(fields)?,
        Event::ResourceRemoved(fields) => e.encode(fields)?,
        Event::CausalLinked(fields) => e.encode(fields)?,
        Event::CapabilityGranted(fields) => e.encode(fields)?,
        Event::CapabilityRevoked(fields) => e.encode(fields)?,
    };
    Ok(())
}

fn decode_event(d: &mut Decoder<'_>) -> Result<Event, Error> {
    if d.array().map_err(|e| malformed(d, &e))? != Some(3) {
        return Err(malformed(d, &"an event is an array of three"));
    }
    let event_type = d.u64().map_err(|e| malformed(d, &e))?;
    let version = d.u64().map_err(|e| malformed(d, &e))?;
    if version != 1 {
        return Err(Error::UnknownEvent { event_type, version });
    }
    match event_type {
        1 => fields(d).map(Event::LogGenesis),
        64 => fields(d).map(Event::KernelBooted),
        65 => fields(d).map(Event::KernelHalted),
        66 => fields(d).map(Event::GovernanceSuppressed),
        72 => fields(d).map(Event::ProcessSpawned),
        73 => fields(d).map(Event::ProcessStarted),
        74 => fields(d).map(Event::ProcessExited),
        75 => fields(d).map(Event::ProcessStopping),
        80 => fields(d).map(Event::IpcSent),
        81 => fields(d).map(Event::IpcAcked),
        88 => fields(d).map(Event::TopicSubscribed),
        89 => fields(d).map(Event::TopicUnsubscribed),
        90 => fields(d).map(Event::TopicPublished),
        96 => fields(d).map(Event::ResourceStored),
        97 => fields(d).map(Event::ResourceRemoved),
        104 => fields(d).map(Event::CausalLinked),
        112 => fields(d).map(Event::CapabilityGranted),
        113 => fields(d).map(Event::CapabilityRevoked),
        event_type => Err(Error::UnknownEvent { event_type, version }),
    }
}

fn fields<'b, T: Decode<'b, ()>>(d: &mut Decoder<'b>) -> Result<T, Error> {
    d.decode().map_err(|e: DecodeError| malformed(d, &e))
}

fn malformed(d: &Decoder<'_>, reason: &dyn ToString) -> Error {
    Error::MalformedEvent { offset: d.position() as u64, reason: reason.to_string() }
}

/// A writer that accepts only the bytes it was given.
struct Matching<'b> {
    rest: &'b [u8],
}

/// The bytes written are not the bytes read.
struct Differs;

impl Write for Matching<'_> {
    type Error = Differs;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Differs> {
        self.rest = self.rest.strip_prefix(bytes).ok_or(Differs)?;
        Ok(())
    }
}
