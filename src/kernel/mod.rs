//! Virtual time, the calendar of future events, seeded chance and the network. Knows no broker and no browser.
