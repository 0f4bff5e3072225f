//! A configuration file in which everything that can be said stands as a comment.

use crate::app::keys::BACK;
use crate::app::views::rows;
use crate::cli::config::settings::{self, settings};

/// The text. A line of `#name = value` is what holds without it; `auto` is found out from the terminal.
pub(super) fn template() -> String {
    let mut text = String::from(
        "# Configuration of initscope. Take the # away before a name to set it; `initscope config` shows what is in effect.\n\
         # The command line wins over this file, and `initscope config --write --theme light` sets a line of it.\n",
    );
    let mut table = String::new();
    for setting in settings() {
        let full = setting.name();
        let name = match full.split_once('.') {
            None => full.clone(),
            Some((of, name)) => {
                if of != table {
                    text.push_str(&format!("\n[{of}]"));
                    of.clone_into(&mut table);
                }
                name.to_owned()
            }
        };
        let (about, value) = setting.explained();
        let value = settings::toml(&value);
        text.push_str(&format!("\n# {about}\n#{name} = {value}\n"));
    }
    text.push_str("\n[keys]\n");
    for row in rows() {
        let sides = [("", Some(row.keys)), (BACK, row.back.map(|(keys, _)| keys))];
        for (end, keys) in sides {
            let Some(keys) = keys else { continue };
            let list: Vec<String> = keys
                .iter()
                .map(|key| settings::quoted(&key.to_string()))
                .collect();
            let name = row.id() + end;
            text.push_str(&format!("#{name} = [{}] # {}\n", list.join(", "), row.does));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check_configuration;

    #[test]
    fn the_template_can_be_read_as_it_is_and_with_every_line_in_force() {
        let text = template();
        check_configuration(&text).expect("comments");
        let set = |line: &str| match line.strip_prefix('#') {
            // these are files or belong to one
            Some(rest)
                if !rest.starts_with(' ')
                    && !rest.starts_with("labels")
                    && !rest.starts_with("scale") =>
            {
                rest.to_owned()
            }
            _ => line.to_owned(),
        };
        let all: Vec<String> = text.lines().map(set).collect();
        check_configuration(&all.join("\n")).expect("what holds without it");
    }
}
