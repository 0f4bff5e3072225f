//! The intents: everything a key, a palette or a script can ask for.

use std::fmt;

use crate::app::export::Format;
use crate::app::state::View;
use crate::net::spec::Spec;

/// One thing a person can set, in the order of the network panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parameter {
    /// Activation function.
    Activation,
    /// Weight initializer, the framework's default included.
    Initializer,
    /// Dialect and preset.
    Framework,
    /// Units per layer.
    Width,
    /// Layers.
    Depth,
    /// Law of the biases.
    Bias,
    /// Multiplier of the weights.
    Gain,
    /// What the network sees.
    Input,
    /// Seed of every random stream.
    Seed,
}

impl Parameter {
    /// In the order of the network panel.
    pub const ALL: [Self; 9] = [
        Self::Activation,
        Self::Initializer,
        Self::Framework,
        Self::Width,
        Self::Depth,
        Self::Bias,
        Self::Gain,
        Self::Input,
        Self::Seed,
    ];

    /// Its value, as typed on the command line.
    #[must_use]
    pub fn typed(self, spec: &Spec) -> String {
        match self {
            Self::Activation => spec.activation().to_string(),
            Self::Initializer => spec
                .initializer()
                .map_or("default".into(), ToString::to_string),
            Self::Framework => spec.framework().to_string(),
            Self::Width => spec.width().to_string(),
            Self::Depth => spec.depth().to_string(),
            Self::Bias => spec.bias().to_string(),
            Self::Gain => spec.gain().to_string(),
            Self::Input => spec.input().typed(),
            Self::Seed => spec.seed().to_string(),
        }
    }
}

/// Which way along a table or ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Next, larger: lower case.
    Forward,
    /// Previous, smaller: upper case.
    Back,
}

/// One coordinate of the phase plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coordinate {
    /// `sqrt(fan_in Var W)`.
    SigmaW,
    /// `sqrt(Var b)`.
    SigmaB,
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
    Step(Parameter, Direction),
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
    /// What is under the cursor of the advice view or the atlas becomes the network.
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
    Show(View),
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
    /// One point further on the phase plane, the network with it.
    Move(Coordinate, Direction),
    /// To the nearest point of the edge of chaos at the same `sigma_b`.
    Snap,
    /// Open or close the help.
    Help,
    /// Close what is open over the view, else put the layer cursor away, else quit.
    Close,
    /// Move the help.
    Scroll(Scroll),
    /// Take the mouse, or leave it to the terminal.
    Mouse,
    /// Paint everything anew.
    Redraw,
    /// Give the terminal back until the shell continues the program.
    Suspend,
    /// End.
    Quit,
}

/// Under which heading a row stands in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// What is simulated.
    Network,
    /// What is shown.
    Picture,
    /// Active only in the scope view.
    Scope,
    /// Active only in the compare view.
    Compare,
    /// Active only in the atlas view.
    Atlas,
    /// Active only in the phase view.
    Phase,
    /// Active only in the advice view.
    Advice,
    /// Active only in the train view.
    Train,
    /// Active only in the factors view.
    Factors,
    /// The program itself.
    Program,
    /// Active only while the help is open.
    Help,
    /// Active only while the command palette is open.
    Palette,
    /// Active only while the dialog of exports is open.
    Export,
}

impl Category {
    /// In the order of the help.
    pub const ALL: [Self; 13] = [
        Self::Network,
        Self::Picture,
        Self::Program,
        Self::Scope,
        Self::Compare,
        Self::Atlas,
        Self::Phase,
        Self::Advice,
        Self::Train,
        Self::Factors,
        Self::Palette,
        Self::Export,
        Self::Help,
    ];

    /// The view outside which its keys mean nothing; `None` where they do everywhere.
    #[must_use]
    pub fn view(self) -> Option<View> {
        match self {
            Self::Scope => Some(View::Scope),
            Self::Compare => Some(View::Compare),
            Self::Atlas => Some(View::Atlas),
            Self::Phase => Some(View::Phase),
            Self::Advice => Some(View::Advice),
            Self::Train => Some(View::Train),
            Self::Factors => Some(View::Factors),
            Self::Network
            | Self::Picture
            | Self::Program
            | Self::Help
            | Self::Palette
            | Self::Export => None,
        }
    }
}

impl Category {
    /// The word before the names of its rows where keys are bound; `None` where they mean the same in every view.
    #[must_use]
    pub fn place(self) -> Option<&'static str> {
        match self {
            Self::Network | Self::Picture | Self::Program => None,
            Self::Scope => Some("scope"),
            Self::Compare => Some("compare"),
            Self::Atlas => Some("atlas"),
            Self::Phase => Some("phase"),
            Self::Advice => Some("advice"),
            Self::Train => Some("train"),
            Self::Factors => Some("factors"),
            Self::Help => Some("help"),
            Self::Palette => Some("palette"),
            Self::Export => Some("export"),
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "network",
            Self::Picture => "picture",
            Self::Scope => "in the scope view",
            Self::Compare => "in the compare view",
            Self::Atlas => "in the atlas view",
            Self::Phase => "in the phase view",
            Self::Advice => "in the advice view",
            Self::Train => "in the train view",
            Self::Factors => "in the factors view",
            Self::Program => "program",
            Self::Help => "in this help",
            Self::Palette => "in the command palette",
            Self::Export => "while exporting",
        })
    }
}
