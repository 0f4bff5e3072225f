//! The intents: everything a key, a palette or a script can ask for.

use std::fmt;

use crate::app::look::Choice;
pub use crate::net::spec::Direction;
use crate::net::spec::Field;
pub use crate::sweep::slice::MapSide;

/// The name of a view, by which it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewName(pub &'static str);

impl ViewName {
    /// Three curves over the layers, the network and its verdict; where the program begins.
    pub const SCOPE: Self = Self("scope");
    /// The network and what is pinned, curve over curve.
    pub const COMPARE: Self = Self("compare");
    /// Every initializer ranked, with the lines to paste.
    pub const ADVICE: Self = Self("advice");
}

impl Default for ViewName {
    fn default() -> Self {
        Self::SCOPE
    }
}

impl fmt::Display for ViewName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// One coordinate of the phase plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coordinate {
    /// `sqrt(fan_in Var W)`.
    SigmaW,
    /// `sqrt(Var b)`.
    SigmaB,
}

/// What the signal panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Variance of `z` over units and inputs.
    #[default]
    VarianceZ,
    /// `mean z^2`.
    SecondMomentZ,
    /// Variance of `x`.
    VarianceX,
    /// `mean x^2`.
    SecondMomentX,
}

impl Choice for Quantity {
    const WHAT: &'static str = "quantity";
    const NAMES: &'static [(&'static str, Self)] = &[
        ("z-variance", Self::VarianceZ),
        ("z-second-moment", Self::SecondMomentZ),
        ("x-variance", Self::VarianceX),
        ("x-second-moment", Self::SecondMomentX),
    ];
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The picture, for slides.
    Svg,
    /// The picture as characters.
    Text,
    /// The picture as characters with colours, for a terminal.
    Ansi,
    /// The numbers behind the picture as rows.
    Csv,
    /// The numbers behind the picture as one document.
    Json,
}

/// How far to scroll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scroll {
    /// This many lines, negative towards the top.
    Lines(i32),
    /// This many pages, negative towards the top.
    Pages(i32),
    /// To the first line.
    Top,
    /// To the last line.
    Bottom,
}

/// One change of a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// A character at the cursor.
    Insert(char),
    /// Away with the character before the cursor.
    Erase,
    /// Away with the character at the cursor.
    Delete,
    /// The cursor one character left.
    Left,
    /// The cursor one character right.
    Right,
    /// The cursor before the first character.
    Start,
    /// The cursor behind the last character.
    End,
    /// Away with everything.
    Clear,
}

/// Every intent a key (or a palette, or a script) can express.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Change one parameter.
    Step(&'static Field, Direction),
    /// Another quantity in the signal panel or the atlas.
    Quantity(Direction),
    /// Hold the picture still, or let it go.
    Freeze,
    /// Apply the best initializer for this activation, depth and width.
    Remedy,
    /// The cursor of a list to its next or previous line.
    Choose(Direction),
    /// The cursor of a table to its next or previous column.
    Across(Direction),
    /// The layer cursor so many layers further.
    Layer(i32),
    /// What is under the cursor of the advice view, the atlas or the table becomes the network.
    Apply,
    /// Lines to paste for the next or previous framework.
    Target(Direction),
    /// The lines to paste into the clipboard of the user's terminal.
    Copy,
    /// Open the command palette.
    Palette,
    /// Open it with the activation in its line.
    Open,
    /// Change that line.
    Edit(Edit),
    /// Do what is under the cursor of the palette.
    Accept,
    /// Start the work of the view, pause it, go on.
    Run,
    /// Start it again with the next seed.
    Restart,
    /// Another optimizer.
    Optimizer(Direction),
    /// A larger or smaller learning rate.
    LearningRate(Direction),
    /// More or fewer runs or steps.
    Amount(Direction),
    /// The network for which an experiment was made.
    Preset(Direction),
    /// Another axis of the table along a side of its map.
    Axis(MapSide, Direction),
    /// Another one of the axes that are held is changed by a key.
    Hold(Direction),
    /// That axis, or the one of this number, at its next or previous value.
    Held(Option<usize>, Direction),
    /// The line in place of the map, or the map again.
    Chart,
    /// The network before this one.
    Undo,
    /// The network that was left by [`Undo`](Self::Undo).
    Redo,
    /// Back to what the program was started with.
    Reset,
    /// The present network stays on the screen while it changes.
    Pin,
    /// Away with the pin under the cursor.
    Unpin,
    /// The network and the pin under the cursor change places.
    Swap,
    /// The default layers of four frameworks become the network and its pins.
    CompareDefaults,
    /// Another view.
    Show(ViewName),
    /// The next or previous view.
    Turn(Direction),
    /// The next or previous theme.
    Theme(Direction),
    /// Open the dialog of exports.
    Export,
    /// Save the screen or what is behind it.
    Save(Format),
    /// Replace the file that is there already.
    Overwrite,
    /// The command line into the clipboard of the user's terminal.
    CopyCommand,
    /// What was copied last, or the command line, into a file.
    SaveCopied,
    /// One point further on the phase plane, the network with it.
    Move(Coordinate, Direction),
    /// To the nearest point of the edge of chaos at the same `sigma_b`.
    Snap,
    /// Open or close the help.
    Help,
    /// The panel under the cursor fills the screen, or stands among the others again.
    Zoom,
    /// The next or previous page of the help.
    Page(Direction),
    /// Search the help.
    Search,
    /// Close what is open over the view, else put the layer cursor away, else the panel back among the others, else show the view that
    /// has opened this one, else say which key quits.
    Back,
    /// Move the help.
    Scroll(Scroll),
    /// Take the mouse, or leave it to the terminal.
    Mouse,
    /// Record what is done from now on as a lecture, or end that and write it.
    Record,
    /// Theme, mouse and keys as they are now into the configuration file.
    Keep,
    /// Paint everything anew.
    Redraw,
    /// Give the terminal back until the shell continues the program.
    Suspend,
    /// End.
    Quit,
}
