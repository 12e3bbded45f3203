//! Hues and marks, so that neither colour nor shape is ever the only sign.

/// The hues of keys in OKLCH degrees, ordered so that neighbours in the order are far apart on the wheel. Lightness and
/// chroma are the theme's (`--cellL`, `--cellC`).
pub const KEY_HUES: [u16; 12] = [225, 25, 145, 75, 300, 185, 345, 110, 265, 45, 205, 325];

/// How many hues groups have (`--g0` and so on in the style sheet).
pub const GROUP_HUES: u32 = 8;

/// A key's second sign: the mark inside its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Dot,
    Dash,
    Bar,
    Ring,
    Cross,
}

const MARKS: [Mark; 5] = [Mark::Dot, Mark::Dash, Mark::Bar, Mark::Ring, Mark::Cross];

/// Five marks against twelve hues: 60 keys until a pair repeats.
pub fn mark(key: u32) -> Mark {
    MARKS[(key % 5) as usize]
}

/// Index into [`KEY_HUES`].
pub fn hue(key: u32) -> u8 {
    (key % KEY_HUES.len() as u32) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_keys_have_sixty_looks() {
        let mut looks: Vec<_> = (0..60).map(|key| (hue(key), format!("{:?}", mark(key)))).collect();
        looks.sort();
        looks.dedup();
        assert_eq!(looks.len(), 60);
    }
}
