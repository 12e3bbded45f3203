//! What hostile people and bad lines make of links and documents.

use headwater::scenario::link::encode_json;
use headwater::scenario::{Scenario, Timed, catalog};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use xxhash_rust::xxh3::xxh3_64;

use crate::samples::{busy, kinds};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Pieces of documents, put where they do not belong.
const PIECES: [&str; 22] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "null",
    "-1",
    "1e999",
    "18446744073709551616",
    "1000000000",
    "{\"\":0}",
    "[[[[",
    "\"commands\":[",
    "\"partitions\":1000000000",
    "\"version\":2,",
    "\"type\":\"kill\",",
    "\u{0}",
    "🌊",
    "\"a\":{\"a\":",
];

/// Endless different inputs, the same ones for the same seed.
pub struct Inputs {
    dice: Xoshiro256PlusPlus,
    links: Pool,
    documents: Pool,
    bombs: Vec<String>,
    packed_bombs: Vec<String>,
}

/// Sound texts to spoil. Mostly short ones are taken, since more of those can be tried in a day.
struct Pool {
    /// Without a command.
    tiny: Vec<String>,
    /// With one.
    short: Vec<String>,
    long: Vec<String>,
}

/// One in so many is a long one, and a quarter is short.
const LONG_ONE_IN: usize = 400;

impl Pool {
    fn map(&self, act: impl Fn(&String) -> String) -> Pool {
        let of = |all: &[String]| all.iter().map(&act).collect();
        Pool { tiny: of(&self.tiny), short: of(&self.short), long: of(&self.long) }
    }
}

/// More than any link may hold; a link that holds more is as bad as one that holds this.
const TOO_MUCH: usize = 70_000;

impl Inputs {
    pub fn new(seed: u64) -> Inputs {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
        let documents = documents(&mut dice);
        let bombs = bombs();
        let lit = bombs.iter().map(|bomb| encode_json(&bomb[..bomb.len().min(TOO_MUCH)]));
        Inputs {
            dice,
            links: documents.map(|document| encode_json(&linked(document))),
            documents,
            packed_bombs: lit.collect(),
            bombs,
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.dice.next_u64() as usize % limit.max(1)
    }

    fn one_of(&mut self, of: fn(&Inputs) -> &Pool) -> String {
        let (size, at) = (self.below(LONG_ONE_IN), self.dice.next_u64() as usize);
        let pool = of(self);
        let all = match size {
            0 => &pool.long,
            1..100 => &pool.short,
            _ => &pool.tiny,
        };
        all[at % all.len()].clone()
    }

    fn bomb(&mut self, of: fn(&Inputs) -> &Vec<String>) -> String {
        let at = self.dice.next_u64() as usize;
        let all = of(self);
        all[at % all.len()].clone()
    }

    pub fn links(&mut self, count: u64) -> impl Iterator<Item = String> {
        (0..count).map(|_| self.link())
    }

    pub fn documents(&mut self, count: u64) -> impl Iterator<Item = String> {
        (0..count).map(|_| self.document())
    }

    /// Small texts that ask for much, as documents.
    pub fn bombs(&self) -> impl Iterator<Item = String> {
        self.bombs.iter().cloned()
    }

    /// And packed, as links.
    pub fn packed_bombs(&self) -> impl Iterator<Item = String> {
        self.packed_bombs.iter().cloned()
    }

    /// Something that may be taken for a link. Most get as far as their checksum; a third have one that is right.
    fn link(&mut self) -> String {
        match self.below(12) {
            0 => self.random_letters(),
            1 | 2 => self.cut_link(),
            3..=5 => self.changed_link(),
            6 => self.link_of_random_bytes(),
            7 | 8 => self.link_of_changed_bytes(),
            9 if self.below(2_000) == 0 => self.bomb(|inputs| &inputs.packed_bombs),
            _ => {
                let document = self.changed_document();
                encode_json(&linked(&document))
            }
        }
    }

    fn random_letters(&mut self) -> String {
        let letters = (0..self.below(300)).map(|_| LETTERS[self.below(64)] as char);
        std::iter::once('1').chain(letters).collect()
    }

    fn cut_link(&mut self) -> String {
        let mut link = self.one_of(|inputs| &inputs.links);
        link.truncate(self.below(link.len()));
        link
    }

    fn changed_link(&mut self) -> String {
        let mut link = self.one_of(|inputs| &inputs.links).into_bytes();
        for _ in 0..=self.below(3) {
            let at = self.below(link.len());
            match self.below(4) {
                0 => drop(link.remove(at)),
                1 => link.insert(at, self.below(128) as u8),
                _ => link[at] = LETTERS[self.below(64)],
            }
        }
        String::from_utf8(link).expect("ASCII")
    }

    fn link_of_random_bytes(&mut self) -> String {
        let bytes: Vec<u8> = (0..self.below(200)).map(|_| self.dice.next_u64() as u8).collect();
        link_of(&bytes)
    }

    /// Packed bytes that went wrong before they got their checksum: this is what the unpacking has to stand.
    fn link_of_changed_bytes(&mut self) -> String {
        let link = self.one_of(|inputs| &inputs.links);
        let mut bytes = packed_bytes_of(&link);
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            bytes[at] = self.dice.next_u64() as u8;
        }
        link_of(&bytes)
    }

    /// Something that may be taken for a scenario.
    fn document(&mut self) -> String {
        match self.below(10_000) {
            0 => self.bomb(|inputs| &inputs.bombs),
            _ => self.changed_document(),
        }
    }

    fn changed_document(&mut self) -> String {
        let mut text = self.one_of(|inputs| &inputs.documents).into_bytes();
        if self.below(20) == 0 {
            text.truncate(self.below(text.len()));
        }
        for _ in 0..=self.below(4) {
            self.change(&mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    fn change(&mut self, text: &mut Vec<u8>) {
        let at = self.below(text.len());
        match self.below(6) {
            0 if !text.is_empty() => text[at] = self.dice.next_u64() as u8,
            1 => drop(text.splice(at..at, PIECES[self.below(PIECES.len())].bytes())),
            2 => drop(text.drain(at..(at + self.below(40)).min(text.len()))),
            3 => {
                let end = (at + self.below(200)).min(text.len());
                let slice = text[at..end].to_vec();
                let to = self.below(text.len());
                text.splice(to..to, slice);
            }
            // A number, or part of one, becomes another.
            _ => {
                let Some(digit) = (at..text.len()).find(|&at| text[at].is_ascii_digit()) else { return };
                let number = self.dice.next_u64() >> self.below(64);
                text.splice(digit..=digit, number.to_string().into_bytes());
            }
        }
    }
}

fn documents(dice: &mut Xoshiro256PlusPlus) -> Pool {
    let kinds = kinds();
    let of_kinds = |from: usize, count: usize| {
        let commands = kinds.iter().cycle().skip(from).take(count).cloned();
        let commands =
            commands.map(|command| Timed { at_us: 0, command: serde_json::from_value(command).expect("a command") });
        Scenario { title: "Short".into(), commands: commands.collect(), ..Scenario::empty() }
    };
    let short = (0..kinds.len()).map(|kind| of_kinds(kind, 1));
    let mut tiny = vec![Scenario::empty(), of_kinds(0, 0)];
    tiny.extend((0..30).map(|_| Scenario {
        name: String::new(),
        title: String::new(),
        seed: dice.next_u64() >> (dice.next_u64() % 64),
        ..Scenario::empty()
    }));
    let orders = catalog::find("orders").expect("the opening scene");
    let mut eventful = orders.clone();
    eventful.commands.extend(busy(50));
    let long = [orders, eventful, of_kinds(0, kinds.len())];
    let text = |scenario: Scenario| serde_json::to_string(&scenario).expect("plain data");
    Pool {
        tiny: tiny.into_iter().map(text).collect(),
        short: short.map(text).collect(),
        long: long.into_iter().map(text).collect(),
    }
}

fn linked(document: &str) -> String {
    format!("{{\"at_us\":1000000,\"scenario\":{document}}}")
}

/// What a link holds behind its version, the number of its bytes and their checksum.
fn packed_bytes_of(link: &str) -> Vec<u8> {
    let value = |letter: u8| LETTERS.iter().position(|known| *known == letter).expect("a letter of ours") as u32;
    let groups: Vec<u32> = link.bytes().skip(1).map(value).collect();
    let bytes = groups.chunks(4).flat_map(|group| {
        let bits = group.iter().enumerate().fold(0u32, |bits, (at, value)| bits | value << (18 - 6 * at));
        (0..group.len() * 6 / 8).map(move |at| (bits >> (16 - 8 * at)) as u8)
    });
    let bytes: Vec<u8> = bytes.collect();
    let length = bytes.iter().take_while(|byte| **byte & 128 != 0).count() + 1;
    bytes[length + 4..].to_vec()
}

/// Small texts that ask for much.
fn bombs() -> Vec<String> {
    let with = |commands: &str| format!("{{\"version\":1,\"seed\":1,\"commands\":[{commands}]}}");
    let in_command = |value: &str| with(&format!("{{\"type\":\"kill\",\"consumer\":{value}}}"));
    let objects = format!("[{}0]", "{\"\":0},".repeat(39_000));
    vec![
        "[".repeat(1 << 20),
        "{\"a\":".repeat(1 << 17),
        " ".repeat(8 << 20),
        "\0".repeat(16 << 20),
        with(&"{},".repeat(1 << 15)),
        in_command(&objects),
        in_command(&format!("[{}0]", "0,".repeat(140_000))),
        in_command(&format!("\"{}\"", "x".repeat(7 << 20))),
        in_command(&format!("\"{}\"", "\\u0041".repeat(1 << 20))),
        in_command(&"9".repeat(1 << 20)),
        with("{\"type\":\"add_topic\",\"topic\":\"t\",\"config\":{\"partitions\":1000000000}}"),
        with(&format!(
            "{{\"type\":\"replay\",\"producer\":\"p\",\"pace\":{{\"kind\":\"rate\",\"per_second\":1}},\"rows\":[{}{{\"value\":\"\"}}]}}",
            "{\"value\":\"\"},".repeat(39_000)
        )),
        with(&format!("{{{}\"type\":\"kill\"}}", (0..60_000).map(|n| format!("\"f{n}\":0,")).collect::<String>())),
        with(&"{\"type\":\"kill\",\"consumer\":\"c\"},".repeat(39_000)),
        format!("{{\"version\":1,\"seed\":1,\"cluster\":{}}}", objects),
        with(&listed(30_000, |n| {
            format!("{{\"type\":\"add_topic\",\"topic\":\"t{n}\",\"config\":{{\"partitions\":9000}}}}")
        })),
        with(&listed(30_000, |n| format!("{{\"type\":\"add_producer\",\"producer\":\"p{n}\"}}"))),
        with(&listed(10, |n| {
            format!(
                "{{\"type\":\"add_topic\",\"topic\":\"t{n}\",\"config\":{{\"partitions\":1000,\"replication.factor\":3}}}}"
            )
        })),
    ]
}

fn listed(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(",")
}

/// Bytes in a sound frame, as letters: what is wrong with them has to be found out further in.
fn link_of(packed: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(packed.len() + 8);
    let mut length = packed.len();
    while length >= 128 {
        bytes.push(length as u8 | 128);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend((xxh3_64(packed) as u32).to_le_bytes());
    bytes.extend(packed);
    let mut letters = String::from("1");
    for group in bytes.chunks(3) {
        let bits = group.iter().enumerate().fold(0u32, |bits, (at, &byte)| bits | u32::from(byte) << (16 - 8 * at));
        letters.extend((0..=group.len()).map(|at| LETTERS[(bits >> (18 - 6 * at)) as usize & 63] as char));
    }
    letters
}
