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
    let mut matching = Matching { rest: d.input().get(start..d.position()).unwrap_or_default() };
    let same = encode_events(&events, &mut Encoder::new(&mut matching)).is_ok()
        && matching.rest.is_empty();
    if same { Ok(events) } else { Err(malformed(d, &"not in the canonical form")) }
}

fn encode_event<W: Write>(event: &Event, e: &mut Encoder<W>) -> Result<(), EncodeError<W::Error>> {
    e.array(3)?.u16(event.type_number())?.u16(event.version())?;
    match event {
        Event::LogGenesis(fields) => e.encode(fields)?,
        Event::LogRedacted(fields) => e.encode(fields)?,
        Event::LogKeyRotated(fields) => e.encode(fields)?,
        Event::KernelSnapshotClaimed(fields) => e.encode(fields)?,
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
        2 => fields(d).map(Event::LogRedacted),
        3 => fields(d).map(Event::LogKeyRotated),
        5 => fields(d).map(Event::KernelSnapshotClaimed),
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
        // Most writes are of one byte, which a call to compare would cost more than to compare.
        self.rest = match (bytes, self.rest) {
            ([byte], [first, rest @ ..]) if byte == first => rest,
            ([_], _) => return Err(Differs),
            _ => self.rest.strip_prefix(bytes).ok_or(Differs)?,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(hex: &str) -> Result<Vec<Event>, Error> {
        let bytes = hex::decode(hex.replace(' ', "")).unwrap();
        decode_events(&mut Decoder::new(&bytes))
    }

    #[test]
    fn what_no_writer_writes_is_refused() {
        let check = |hex: &str, expected: &str| {
            assert_eq!(decode(hex).unwrap_err().to_string(), expected, "{hex}");
        };
        assert_eq!(decode("81 83 1850 01 81 03").unwrap().len(), 1);
        assert_eq!(decode("80").unwrap(), []);
        check("81 83 1851 02 82 03 04", "unknown event: type 81 version 2");
        check("81 83 1903e7 01 80", "unknown event: type 999 version 1");
        check(
            "81 83 1bffffffffffffffff 01 80",
            "unknown event: type 18446744073709551615 version 1",
        );
        check("81 83 1850 01 82 03 04", "malformed event at byte 8: not in the canonical form");
        check("81 83 1850 01 81 1803", "malformed event at byte 8: not in the canonical form");
        check("81 83 1850 01 9f 03 ff", "malformed event at byte 8: not in the canonical form");
        check("9f 83 1850 01 81 03 ff", "malformed event at byte 1: an indefinite length");
        check("81 84 1850 01 81 03 00", "malformed event at byte 2: an event is an array of three");
        check(
            "81 83 1850 01 80",
            "malformed event at byte 6: missing value at index 0 (IpcSent::to) in map or array starting at position 5",
        );
        check("81 83 1850 01 81 00", "malformed event at byte 7: decode error: pid out of range");
        check("81 83 1850 01 81", "malformed event at byte 6: end of input bytes");
        check("a0", "malformed event at byte 1: unexpected type map at position 0: expected array");
    }

    #[test]
    fn limits_of_fields_hold_when_decoding() {
        let refused = |hex: &str, reason: &str| {
            assert!(decode(hex).unwrap_err().to_string().contains(reason), "{hex}");
        };
        refused(
            "81 83 1860 01 83 622f61 6166 82 6162 6161",
            "metadata keys: at most 64, ascending",
        );
        refused(
            "81 83 1860 01 83 622f61 6166 82 6161 6161",
            "metadata keys: at most 64, ascending",
        );
        refused("81 83 1868 01 84 820001 820002 00 1903e9", "weight above 1000");
        refused("81 83 1870 01 82 00 84 82 03 8203 622f61 f6 f6 f5", "object does not fit");
    }

    proptest! {
        #[test]
        fn events_round_trip(events in prop::collection::vec(crate::testing::event(), 0..6)) {
            let mut e = Encoder::new(Vec::new());
            encode_events(&events, &mut e).unwrap();
            let bytes = e.into_writer();
            let mut d = Decoder::new(&bytes);
            prop_assert_eq!(decode_events(&mut d).unwrap(), events);
            prop_assert_eq!(d.position(), bytes.len());
        }

        #[test]
        fn what_decodes_encodes_to_the_same_bytes(
            event in crate::testing::event(), at in any::<prop::sample::Index>(), byte in any::<u8>()
        ) {
            let mut e = Encoder::new(Vec::new());
            encode_events(&[event], &mut e).unwrap();
            let mut bytes = e.into_writer();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let mut d = Decoder::new(&bytes);
            if let Ok(events) = decode_events(&mut d) {
                let mut e = Encoder::new(Vec::new());
                encode_events(&events, &mut e).unwrap();
                prop_assert_eq!(e.into_writer(), &bytes[..d.position()]);
            }
        }

        #[test]
        fn decoding_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = decode_events(&mut Decoder::new(&bytes)).is_ok();
        }
    }
}
