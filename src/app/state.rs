//! The model: everything a frame is drawn from, and nothing else.

use std::any::Any;
use std::ops::Deref;
use std::sync::Arc;

use crate::app::action::{Action, ViewName};
use crate::app::context::Context;
use crate::app::export::Dialog;
use crate::app::help::Help;
use crate::app::keys::map::KeyMap;
use crate::app::keys::row::Focus;
use crate::app::look::Look;
use crate::app::palette::CommandPalette;
use crate::app::view::View;
use crate::app::views::VIEWS;
use crate::net::spec::Spec;
use crate::sweep::cube::Cube;

/// What is open over the view and takes the keys.
#[derive(Clone, Debug)]
pub enum Popup {
    /// The help.
    Help(Help),
    /// The dialog of exports.
    Export(Dialog),
    /// The command palette.
    Palette(CommandPalette),
}

/// The largest screen that is drawn on, columns by rows; what a terminal claims beyond it is left alone.
pub const LARGEST_SCREEN: (u16, u16) = (1000, 400);

/// The dashboard: what all views share, every view, and what is open over them.
#[derive(Clone, Debug)]
pub struct Model {
    pub(super) context: Context,
    /// In the order of [`VIEWS`].
    views: Vec<Box<dyn View>>,
    /// Which of them is on the screen.
    shown: usize,
    pub(super) popup: Option<Popup>,
    /// What is done where it is asked for once more.
    pub(super) asked: Option<Action>,
}

/// A model can be asked everything that its context can.
impl Deref for Model {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl Model {
    /// A dashboard of this spec on a screen of `(columns, rows)`.
    #[must_use]
    pub fn new(spec: Spec, look: Look, size: (u16, u16)) -> Self {
        let mut model = Self {
            context: Context::new(spec, look, clamped(size), &VIEWS[0].info),
            views: VIEWS.iter().map(|row| (row.new)()).collect(),
            shown: 0,
            popup: None,
            asked: None,
        };
        model.bind(&KeyMap::default());
        model.refresh();
        model
    }

    /// These keys, without those of views that are not to be had.
    fn bind(&mut self, keys: &KeyMap) {
        let views = VIEWS.iter().zip(&self.views);
        let absent = views.filter(|(_, view)| !view.is_present(&self.context));
        let absent = absent.map(|(row, _)| row.info.name).collect();
        self.context.keys = Arc::new(keys.clone().without(absent));
    }

    /// The same with the table of a sweep.
    #[must_use]
    pub fn reading(mut self, table: Arc<Cube>) -> Self {
        self.context.table = Some(table);
        let keys = Arc::clone(&self.context.keys);
        self.bind(&keys);
        self
    }

    /// This dashboard after another one on the same screen: its questions are numbered on from there.
    #[must_use]
    pub fn continued(mut self, after: &Self) -> Self {
        self.context.size = after.size;
        self.context.remedies.clone_from(&after.remedies);
        self.context.inquiries = self.context.inquiries.continued(&after.inquiries);
        self.refresh();
        self
    }

    /// The view on the screen, and what it shares with the others.
    pub(super) fn on_screen(&mut self) -> (&mut dyn View, &mut Context) {
        (&mut *self.views[self.shown], &mut self.context)
    }

    /// The view on the screen.
    pub(super) fn shown(&self) -> &dyn View {
        &*self.views[self.shown]
    }

    /// A view by its type.
    ///
    /// # Panics
    /// It has no row in the table.
    #[must_use]
    pub fn view_as<V: View>(&self) -> &V {
        let mut views = self.views.iter().map(|view| &**view as &dyn Any);
        let found = views.find_map(|view| view.downcast_ref());
        found.expect("every view has a row in the table")
    }

    /// The views that are to be had, and the place of the one on the screen among them.
    #[must_use]
    pub fn choice_of_views(&self) -> (Vec<ViewName>, usize) {
        let views = self.keys.views();
        let here = views.iter().position(|view| *view == self.view().name);
        (views, here.unwrap_or(0))
    }

    /// Another view on the screen.
    pub(super) fn show(&mut self, name: ViewName) {
        if let Some(place) = VIEWS.iter().position(|row| row.info.name == name) {
            if !self.views[place].is_present(&self.context) {
                return self.tell(format!("no {name} is open"));
            }
            self.context.came_from = None;
            self.shown = place;
            self.context.view = &VIEWS[place].info;
            self.views[place].open(&self.context);
        }
    }

    /// What follows from a change: a view that has no answer for blocks and norms gives way to the first, the view looks at it, and what it needs to know is wished for.
    pub(super) fn refresh(&mut self) {
        if !self.shown().takes(&self.context.spec) {
            let name = self.context.view.name.0;
            self.context.message = Some(format!(
                "{name} is for blocks and for layers without norms: this network has layers with norms"
            ));
            self.show(VIEWS[0].info.name);
        }
        let view = &mut self.views[self.shown];
        view.refresh(&self.context);
        let request = view.request(&self.context);
        self.context.wish(request);
    }

    /// What is open over the view.
    #[must_use]
    pub fn popup(&self) -> Option<&Popup> {
        self.popup.as_ref()
    }

    /// First line of the help on the screen; `None` when it is closed.
    #[must_use]
    pub fn help(&self) -> Option<usize> {
        match &self.popup {
            Some(Popup::Help(help)) => Some(help.top()),
            _ => None,
        }
    }

    /// The command palette, while it is open.
    #[must_use]
    pub fn palette(&self) -> Option<&CommandPalette> {
        match &self.popup {
            Some(Popup::Palette(palette)) => Some(palette),
            _ => None,
        }
    }

    /// What takes the keys.
    #[must_use]
    pub fn focus(&self) -> Focus {
        let view = self.view.name;
        match &self.popup {
            None => Focus::View(view),
            Some(Popup::Help(help)) if help.search().is_some() => Focus::Search,
            Some(Popup::Help(_)) => Focus::Help(view),
            Some(Popup::Export(_)) => Focus::Export,
            Some(Popup::Palette(_)) => Focus::Palette,
        }
    }

    /// The same with other colours and characters.
    #[must_use]
    pub fn looking(mut self, look: Look) -> Self {
        self.context.look = look;
        self
    }

    /// The same with other keys.
    #[must_use]
    pub fn bound(mut self, keys: &KeyMap) -> Self {
        self.bind(keys);
        self
    }

    /// The same where nothing can be kept for the next time.
    #[must_use]
    pub fn forgetting(mut self) -> Self {
        self.context.keys = Arc::new(KeyMap::clone(&self.context.keys).forgetting());
        self
    }

    /// The same with lectures of these titles in its palette.
    #[must_use]
    pub fn teaching(mut self, titles: impl IntoIterator<Item = String>) -> Self {
        self.context.lectures = titles.into_iter().collect();
        self
    }

    /// The same with hints in its footer.
    #[must_use]
    pub fn hinting(mut self) -> Self {
        self.context.hints = true;
        self
    }

    /// The same with nothing over the view.
    #[must_use]
    pub fn bare(&self) -> Self {
        let mut bare = self.clone();
        bare.popup = None;
        bare.context.message = None;
        bare
    }

    /// Whether there is something to show of everything that is asked for.
    #[must_use]
    pub fn answered(&self) -> bool {
        let known = self.snapshot().is_some() && self.knows_pins();
        known && self.shown().is_answered(&self.context)
    }

    /// The key of an action where the keys go now, to tell somebody; empty where none is bound to it.
    #[must_use]
    pub fn key_here(&self, action: Action) -> String {
        self.keys.key_of(action, self.focus())
    }
}

/// A size that can be drawn on.
pub(super) fn clamped((columns, rows): (u16, u16)) -> (u16, u16) {
    (columns.min(LARGEST_SCREEN.0), rows.min(LARGEST_SCREEN.1))
}
