//! The style sheet's colours, as strings that the canvas takes.

use crate::scene::palette::{GROUP_HUES, KEY_HUES};

/// All that the painter uses; read anew when the theme changes.
#[derive(Default)]
pub struct Colors {
    theme: Option<String>,
    pub panel: String,
    pub sunk: String,
    pub line: String,
    pub line2: String,
    pub ink2: String,
    pub ink3: String,
    pub accent: String,
    pub bad: String,
    pub warn: String,
    pub background: String,
    pub cell_ink: String,
    pub shadow: String,
    /// By index into the key hues.
    pub keys: Vec<String>,
    pub no_key: String,
    groups: Vec<String>,
    /// The same, paler: wires.
    pale_groups: Vec<String>,
}

impl Colors {
    /// Reads the colours if the theme on the root element is another than last time; whether it was.
    pub fn refresh(&mut self) -> bool {
        let Some(window) = web_sys::window() else { return false };
        let Some(root) = window.document().and_then(|document| document.document_element()) else { return false };
        let theme = Some(root.get_attribute("data-theme").unwrap_or_default());
        if theme == self.theme {
            return false;
        }
        let Ok(Some(style)) = window.get_computed_style(&root) else { return false };
        let read = |name: &str| style.get_property_value(name).unwrap_or_default().trim().to_string();
        *self = Colors::read(theme, read);
        true
    }

    fn read(theme: Option<String>, read: impl Fn(&str) -> String) -> Self {
        let (lightness, chroma) = (read("--cell-l"), read("--cell-c"));
        let groups: Vec<String> = (0..GROUP_HUES).map(|hue| read(&format!("--group-{hue}"))).collect();
        Colors {
            panel: read("--panel"),
            sunk: read("--sunk"),
            line: read("--line"),
            line2: read("--line2"),
            ink2: read("--ink2"),
            ink3: read("--ink3"),
            accent: read("--accent"),
            bad: read("--bad"),
            warn: read("--warn"),
            background: read("--bg"),
            cell_ink: read("--cell-ink"),
            shadow: read("--stage-shadow"),
            keys: KEY_HUES.iter().map(|hue| format!("oklch({lightness} {chroma} {hue})")).collect(),
            no_key: format!("oklch({lightness} 0.012 230)"),
            pale_groups: groups.iter().map(|group| format!("color-mix(in oklab,{group} 62%,transparent)")).collect(),
            groups,
            theme,
        }
    }

    pub fn group(&self, hue: u32) -> &str {
        self.groups.get((hue % GROUP_HUES) as usize).map_or("gray", String::as_str)
    }

    pub fn pale_group(&self, hue: u32) -> &str {
        self.pale_groups.get((hue % GROUP_HUES) as usize).map_or("gray", String::as_str)
    }

    pub fn key(&self, hue: Option<u8>) -> &str {
        hue.and_then(|hue| self.keys.get(usize::from(hue))).unwrap_or(&self.no_key)
    }
}
