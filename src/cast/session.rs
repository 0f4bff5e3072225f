//! A recorded session as an asciicast file and as a script.

use crate::app::lecture::{CAPTION, LARGEST, Millis, SMALLEST};
use crate::app::look::{Choice, Colour};
use crate::app::session::{Happening, Session};
use crate::cast::asciicast::{self, Event, Format, Header, Pace};
use crate::cast::bytes;
use crate::cast::recorder::ENTER;

/// What a session is called in its files.
const TITLE: &str = "A session";
/// The longest time from one key to the next in a script.
const LONGEST: Millis = 10_000;

/// The recording.
#[must_use]
pub fn cast(session: &Session) -> String {
    let mut events = vec![(0, Event::Output(ENTER.into()))];
    events.extend(session.events.iter().map(|(at, happening)| {
        let event = match happening {
            Happening::Frame(bytes) => Event::Output(bytes.clone()),
            Happening::Key(key) => Event::Input(bytes::of_key(*key)),
            Happening::Typed(c) => Event::Input(c.to_string()),
        };
        (*at, event)
    }));
    let header = Header {
        size: session.size,
        title: TITLE.into(),
        page: session.look.palette.row().page,
    };
    asciicast::write(Format::V2, &header, &events, session.end, Pace::default())
}

/// The script that does the same.
#[must_use]
pub fn script(session: &Session) -> String {
    let (columns, rows) = session.size;
    let columns = columns.clamp(SMALLEST.0, LARGEST.0);
    let rows = (rows + CAPTION).clamp(SMALLEST.1, LARGEST.1);
    let theme = match session.look.colour {
        Colour::Mono => "mono",
        _ => session.look.palette.name(),
    };
    let mut text = format!(
        "title = {}\nsize = \"{columns}x{rows}\"\ntheme = \"{theme}\"\nnetwork = {}\n",
        quoted(TITLE),
        quoted(&session.network)
    );
    let mut step = |lines: &str| text.push_str(&format!("\n[[step]]\n{lines}\n"));
    if let Some(command) = &session.opening {
        step("key = \":\"");
        step(&format!("type = {}", quoted(&format!("{command}\n"))));
    }
    let keys: Vec<(Millis, &Happening)> = session
        .events
        .iter()
        .filter(|(_, happening)| !matches!(happening, Happening::Frame(_)))
        .map(|(at, happening)| (*at, happening))
        .collect();
    let mut typed = String::new();
    for (place, (at, happening)) in keys.iter().enumerate() {
        let next = keys.get(place + 1);
        let until = next.map_or(session.end, |(at, _)| *at);
        let tenths = (until.saturating_sub(*at).min(LONGEST) + 50) / 100;
        match happening {
            Happening::Typed(c) => {
                typed.push(*c);
                if !matches!(next, Some((_, Happening::Typed(_)))) {
                    step(&format!("type = {}", quoted(&typed)));
                    typed.clear();
                }
            }
            Happening::Key(key) => {
                let key = quoted(&key.to_string());
                step(&format!(
                    "key = {key}\nfor = {}.{}",
                    tenths / 10,
                    tenths % 10
                ));
            }
            Happening::Frame(_) => {}
        }
    }
    if keys.is_empty() {
        step("wait = 1");
    }
    text
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Key;
    use crate::app::look::Look;
    use crate::cast::{Recorder, parse};
    use std::sync::Arc;

    #[test]
    fn the_script_of_a_session_can_be_played_and_ends_where_it_did() {
        let happenings = [
            Happening::Key(Key::Char('i')),
            Happening::Frame("\x1b[H".into()),
            Happening::Key(Key::Char(':')),
            Happening::Typed('g'),
            Happening::Typed('e'),
            Happening::Typed('l'),
            Happening::Typed('u'),
            Happening::Key(Key::Enter),
            Happening::Key(Key::Char('5')),
        ];
        let session = Session {
            size: (80, 24),
            look: Look::default(),
            network: "relu/he_normal 16x4 draws=2".into(),
            opening: Some(
                "initscope --activation relu --initializer he_normal --width 16 --depth 4 --draws 2 --pin 'tanh/default 16x4'".into(),
            ),
            events: (0..).map(|n| n * 300).zip(happenings).collect(),
            end: 4000,
        };
        let lecture = parse(&script(&session)).expect("a script");
        let mut recorder = Recorder::new(Arc::new(lecture)).expect("baseline");
        while !recorder.is_over() {
            recorder.step().expect("it goes on");
        }
        let model = recorder.player().model();
        assert_eq!(model.spec().activation().to_string(), "gelu");
        assert_eq!(model.view().name.0, "advice");
        assert_eq!(model.pins().count(), 1);
        let cast = cast(&session);
        assert!(cast.starts_with("{\"version\":2,\"width\":80,\"height\":24,"));
        assert!(cast.contains("[0.300,\"o\",\"\\u001b[H\"]"), "{cast}");
    }
}
