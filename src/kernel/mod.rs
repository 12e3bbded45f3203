//! Virtual time, the calendar of future events, seeded chance, the network, documents. Knows no broker and no browser.
//!
//! Everything above is a function of what is kept here: the same seed and the same commands give the same run, on any
//! machine, natively and in wasm. Hence no clock, no entropy, integer microseconds, ordered collections only, and no
//! transcendental function from `std` (its bits differ between targets; those of the `libm` crate do not).

mod calendar;
mod chance;
mod clock;
mod distribution;
pub mod document;
pub mod later;
mod network;
pub mod order;
mod shared_list;
mod sorted_map;
mod time;

pub use calendar::{Calendar, Ticket};
pub use chance::{Chance, Ppm};
pub use clock::{Clock, Clocks};
pub use distribution::{Delay, Zipf};
pub use network::{Endpoint, Fate, Link, Network, Packet, PacketId};
pub use shared_list::SharedList;
pub use sorted_map::SortedMap;
pub use time::{Span, Time};
