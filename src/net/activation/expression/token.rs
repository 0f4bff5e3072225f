//! An expression's text cut into numbers, names and signs.

use super::error::ExpressionError;

/// The longest text that is read.
const LONGEST: usize = 1000;

/// A number, a name, a sign, or the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A number without a sign.
    Number(f64),
    /// Letters, digits and `_`, beginning with a letter.
    Word(String),
    /// One of `+ - * / ^ ( ) ,`; `**` is `^`.
    Sign(char),
    /// After the last character.
    End,
}

/// A token and where it begins: the column counts characters from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spot {
    pub(super) token: Token,
    pub(super) column: usize,
    /// As it was typed.
    pub(super) typed: String,
}

impl Spot {
    /// The token in quotes, or `end`.
    pub(super) fn shown(&self) -> String {
        match self.token {
            Token::End => "end".to_owned(),
            _ => format!("`{}`", self.typed),
        }
    }
}

/// All tokens of `text`, [`Token::End`] last.
pub(super) fn tokens(text: &str) -> Result<Vec<Spot>, ExpressionError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > LONGEST {
        return Err(ExpressionError::Size {
            text: format!("{}...", chars[..40].iter().collect::<String>()),
            limit: format!("{LONGEST} characters"),
        });
    }
    let mut spots = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        if rest[0].is_whitespace() {
            at += 1;
            continue;
        }
        let (token, length) = token(rest).ok_or_else(|| ExpressionError::Unexpected {
            text: text.to_owned(),
            found: format!("`{}`", rest[0]),
            column: at + 1,
            expected: "only numbers, names and + - * / ^ ( ) ,",
        })?;
        if token == Token::Number(f64::INFINITY) {
            let text = text.to_owned();
            return Err(ExpressionError::Large {
                text,
                column: at + 1,
            });
        }
        spots.push(Spot {
            token,
            column: at + 1,
            typed: rest[..length].iter().collect(),
        });
        at += length;
    }
    spots.push(Spot {
        token: Token::End,
        column: chars.len() + 1,
        typed: String::new(),
    });
    Ok(spots)
}

/// The token at the beginning of `chars`, and its length.
fn token(chars: &[char]) -> Option<(Token, usize)> {
    let run = |from: usize, keep: fn(char) -> bool| {
        from + chars[from..].iter().take_while(|c| keep(**c)).count()
    };
    let digit = |c: char| c.is_ascii_digit();
    match chars[0] {
        '*' if chars.get(1) == Some(&'*') => Some((Token::Sign('^'), 2)),
        c @ ('+' | '-' | '*' | '/' | '^' | '(' | ')' | ',') => Some((Token::Sign(c), 1)),
        c if c.is_ascii_alphabetic() || c == '_' => {
            let end = run(1, |c| c.is_ascii_alphanumeric() || c == '_');
            Some((Token::Word(chars[..end].iter().collect()), end))
        }
        c if digit(c) || c == '.' => {
            let mut end = run(0, digit);
            if chars.get(end) == Some(&'.') {
                end = run(end + 1, digit);
            }
            // An exponent only where digits follow: `2e` is 2 and the constant e.
            if matches!(chars.get(end), Some('e' | 'E')) {
                let sign = usize::from(matches!(chars.get(end + 1), Some('+' | '-')));
                let exponent = run((end + 1 + sign).min(chars.len()), digit);
                if exponent > end + 1 + sign {
                    end = exponent;
                }
            }
            let number: String = chars[..end].iter().collect();
            Some((Token::Number(number.parse().ok()?), end))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Token> {
        tokens(text)
            .unwrap()
            .into_iter()
            .map(|spot| spot.token)
            .collect()
    }

    #[test]
    fn numbers_may_have_a_point_and_an_exponent() {
        for (text, number) in [("1e-3", 1e-3), (".5", 0.5), ("2.", 2.0), ("1.5E+2", 150.0)] {
            assert_eq!(read(text), [Token::Number(number), Token::End]);
        }
        let e = Token::Word("e".to_owned());
        assert_eq!(read("2e"), [Token::Number(2.0), e, Token::End]);
    }

    #[test]
    fn columns_count_characters_and_both_powers_are_one_sign() {
        let spots = tokens("é").unwrap_err();
        assert!(
            spots
                .to_string()
                .starts_with("unexpected `é` at column 1 of `é`")
        );
        let columns: Vec<usize> = tokens("x ** 2").unwrap().iter().map(|s| s.column).collect();
        assert_eq!(columns, [1, 3, 6, 7]);
        assert_eq!(read("x**2")[1], Token::Sign('^'));
    }
}
