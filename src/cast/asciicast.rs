//! The asciicast file format, versions 2 and 3: one JSON document a line, a header and then events `[time, code, data]`.
//!
//! Version 2 counts time from the beginning, version 3 from the event before; times are whole milliseconds, so that the
//! intervals of version 3 sum to exactly the times of version 2.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::app::lecture::Millis;

/// Version of the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Read by every player.
    #[default]
    V2,
    /// asciinema 3.0, its player 3.10 and newer.
    V3,
}

/// What the whole file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Columns and rows.
    pub size: (u16, u16),
    /// What it is about.
    pub title: String,
    /// Foreground and background, `0xRRGGBB`.
    pub page: [u32; 2],
}

/// What happens at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Bytes to the terminal: a whole frame.
    Output(String),
    /// Bytes from the keyboard.
    Input(String),
    /// A chapter begins.
    Marker(String),
}

/// Whether a text is a recording: its first line is a JSON object with a version.
#[must_use]
pub fn is_recording(text: &str) -> bool {
    let header = text
        .lines()
        .next()
        .and_then(|line| serde_json::from_str(line).ok());
    header.is_some_and(|header: Value| header["version"].is_u64())
}

/// How time runs in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Seconds of the lecture in a second of the file.
    pub speed: f64,
    /// The longest time without an event, in milliseconds of the file.
    pub max_idle: Option<Millis>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            speed: 1.0,
            max_idle: None,
        }
    }
}

/// The sixteen colours, for a lecture that is recorded without others.
const PALETTE: [&str; 16] = [
    "#15181c", "#e0604e", "#8bbf6a", "#d9b45b", "#5c9fe0", "#c678c9", "#5fb8b8", "#c3c6cb",
    "#7f858e", "#ff7a59", "#a5d986", "#f0cd78", "#6db3ff", "#de93e1", "#7ed1d1", "#f4f5f7",
];

/// The file of these events, which end at `end`; times in milliseconds, ascending.
#[must_use]
pub fn write(
    format: Format,
    header: &Header,
    events: &[(Millis, Event)],
    end: Millis,
    pace: Pace,
) -> String {
    let mut file = head(format, header).to_string();
    file.push('\n');
    let (mut before, mut shift, mut last) = (0, 0, 0);
    let mut line = |at: Millis, code: char, data: &str| {
        // what idles too long is cut out of everything after it
        let scaled = (at as f64 / pace.speed).round() as Millis;
        let idle = scaled.saturating_sub(before);
        shift += idle.saturating_sub(pace.max_idle.unwrap_or(idle));
        before = scaled;
        let time = scaled - shift;
        let told = match format {
            Format::V2 => time,
            Format::V3 => time - last,
        };
        last = time;
        // writing to a String cannot fail
        let _ = writeln!(
            file,
            "[{}.{:03},\"{code}\",{}]",
            told / 1000,
            told % 1000,
            Value::from(data)
        );
    };
    for (at, event) in events {
        match event {
            Event::Output(bytes) => line(*at, 'o', bytes),
            Event::Input(bytes) => line(*at, 'i', bytes),
            Event::Marker(label) => line(*at, 'm', label),
        }
    }
    // the last picture stands until here
    match format {
        Format::V2 => line(end, 'o', ""),
        Format::V3 => line(end, 'x', "0"),
    }
    file
}

fn head(format: Format, header: &Header) -> Value {
    let (columns, rows) = header.size;
    let palette = PALETTE.join(":");
    let [fg, bg] = header.page.map(|rgb| format!("#{rgb:06x}"));
    let theme = json!({"fg": fg, "bg": bg, "palette": palette});
    // a fixed time: the same lecture is the same file on every day
    match format {
        Format::V2 => json!({
            "version": 2, "width": columns, "height": rows, "timestamp": 0, "title": header.title,
            "env": {"TERM": "xterm-256color"}, "theme": theme,
        }),
        Format::V3 => json!({
            "version": 3,
            "term": {"cols": columns, "rows": rows, "type": "xterm-256color", "theme": theme},
            "timestamp": 0, "title": header.title,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(format: Format, pace: Pace) -> Vec<String> {
        let header = Header {
            size: (80, 24),
            title: "T".into(),
            page: [0xd8dee9, 0x16181d],
        };
        let events = [
            (0, Event::Output("\x1b[2Jé".into())),
            (1333, Event::Marker("one".into())),
            (1333, Event::Input("\r".into())),
            (10_000, Event::Output("b".into())),
        ];
        write(format, &header, &events, 12_001, pace)
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn version_2_counts_from_the_beginning() {
        let lines = lines(Format::V2, Pace::default());
        assert!(lines[0].starts_with("{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":0,"));
        assert_eq!(
            lines[1..],
            [
                "[0.000,\"o\",\"\\u001b[2Jé\"]",
                "[1.333,\"m\",\"one\"]",
                "[1.333,\"i\",\"\\r\"]",
                "[10.000,\"o\",\"b\"]",
                "[12.001,\"o\",\"\"]",
            ]
        );
    }

    #[test]
    fn version_3_counts_from_the_event_before_and_never_drifts() {
        let times = |pace| -> Vec<f64> {
            let lines = lines(Format::V3, pace);
            lines[1..]
                .iter()
                .map(|line| line[1..6].parse().expect("a time"))
                .collect()
        };
        assert_eq!(times(Pace::default()), [0.0, 1.333, 0.0, 8.667, 2.001]);
        let fast = Pace {
            speed: 3.0,
            max_idle: Some(1000),
        };
        // 444, 3333 and 4000 ms, of which 2889 idle becomes 1000
        assert_eq!(times(fast), [0.0, 0.444, 0.0, 1.0, 0.667]);
    }
}
