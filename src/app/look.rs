//! How the dashboard may look, as plain data: what the terminal can show and what its user wants.

/// Which colours the terminal may be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Bold, dim and reverse only.
    Mono,
    /// The sixteen colours whose exact shade the terminal's user has chosen.
    #[default]
    Sixteen,
}

/// Which characters the terminal can draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Glyphs {
    /// Block elements, box lines and a few mathematical signs, each one column wide.
    #[default]
    Blocks,
    /// Printable ASCII only.
    Ascii,
}

/// Colour and characters together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Look {
    /// Which colours.
    pub colour: Colour,
    /// Which characters.
    pub glyphs: Glyphs,
}
