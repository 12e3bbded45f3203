//! Member ids: the client's id and a UUID.

use xxhash_rust::xxh3::Xxh3Default;

use crate::model::Name;

/// A hyphen and a UUID.
const SUFFIX: usize = 37;

/// The id of the `nth` member of a group. Kafka's UUID is random. Ours only looks random: the same run gives the same.
pub fn member_id(group: &Name, client_id: &Name, nth: u64) -> Name {
    let mut hash = Xxh3Default::new();
    for part in [group.as_str().as_bytes(), client_id.as_str().as_bytes(), &nth.to_le_bytes()] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let hex = format!("{:032x}", hash.digest128());
    let uuid = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
    Name::from(format!("{client_id}-{uuid}"))
}

/// The client id that a member id was made from: what an operator reads in it.
pub fn client_id_of(member_id: &Name) -> Name {
    let id = member_id.as_str();
    id.len().checked_sub(SUFFIX).and_then(|end| id.get(..end)).unwrap_or(id).into()
}
