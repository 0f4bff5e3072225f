//! Reading activations typed as expressions: what is refused and where, and what is written reads back.

use initscope::net::activation::Activation;
use initscope::net::spec::{Draft, Spec};

fn refusal(text: &str) -> String {
    text.parse::<Activation>().unwrap_err().to_string()
}

#[test]
fn errors_point_at_the_column() {
    for (text, message) in [
        (
            "x*sigmoid()",
            "unexpected `)` at column 11 of `x*sigmoid()`: expected a number, `x`, a function such as `tanh(x)`, or `(`",
        ),
        (
            "x+",
            "unexpected end at column 3 of `x+`: expected a number, `x`",
        ),
        (
            "x^^2",
            "unexpected `^` at column 3 of `x^^2`: expected a number",
        ),
        (
            "2*x 3",
            "unexpected `3` at column 5 of `2*x 3`: expected an operator + - * / ^ or the end",
        ),
        (
            "2x",
            "unexpected `x` at column 2 of `2x`: expected an operator",
        ),
        (
            "(x+1",
            "unexpected end at column 5 of `(x+1`: expected an operator + - * / ^ or `)`",
        ),
        (
            "x)",
            "unexpected `)` at column 2 of `x)`: expected an operator + - * / ^ or the end",
        ),
        (
            "tanh(x",
            "unexpected end at column 7 of `tanh(x`: expected an operator + - * / ^, `,` or `)`",
        ),
        (
            "x,1",
            "unexpected `,` at column 2 of `x,1`: expected an operator",
        ),
        (
            "x*$y",
            "unexpected `$` at column 3 of `x*$y`: expected only numbers, names and + - * / ^ ( ) ,",
        ),
        ("x² + 1", "unexpected `²` at column 2 of `x² + 1`"),
        (
            "x*1e999",
            "the number at column 3 of `x*1e999` is too large: at most 1e308",
        ),
        (
            "x*y",
            "unknown name `y` at column 3 of `x*y`: the variable is `x`, constants are `pi` and `e`",
        ),
        (
            "tanh(x)*alpha",
            "unknown name `alpha` at column 9 of `tanh(x)*alpha`",
        ),
        (
            "1+rleu(x)",
            "unknown function `rleu` at column 3 of `1+rleu(x)` (did you mean `relu`?): functions are exp, ln,",
        ),
        (
            "x*tanh",
            "`tanh` at column 3 of `x*tanh` is a function: type `tanh(x)`",
        ),
        (
            "x+max",
            "`max` at column 3 of `x+max` is a function: type `max(x, 0)`",
        ),
        (
            "max(x)",
            "`max` at column 1 of `max(x)` takes two numbers, not 1: type `max(x, 0)`",
        ),
        (
            "x+tanh(x,2)",
            "`tanh` at column 3 of `x+tanh(x,2)` takes one number, not 2: type `tanh(x)`",
        ),
        (
            "leaky_relu(x,0.1,2)",
            "`leaky_relu` at column 1 of `leaky_relu(x,0.1,2)` takes at most 2 numbers, not 3: type `leaky_relu(x, 0.2)`",
        ),
        (
            "leaky_relu(x, 11)",
            "slope at column 15 of `leaky_relu(x, 11)` must be a number from -10 to 10",
        ),
        (
            "elu(x,x)",
            "alpha at column 7 of `elu(x,x)` must be a number from 0.001 to 1000",
        ),
    ] {
        let error = refusal(text);
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn what_is_no_activation_is_refused_with_the_place() {
    for (text, message) in [
        (
            "2*3",
            "`2*3` is a constant: an activation is an expression in `x`, for instance `x*sigmoid(1.702*x)`",
        ),
        ("sqrt(2)", "`sqrt(2)` is a constant"),
        ("ln(x)", "`ln(x)` is infinite at x = 0"),
        ("1/x", "`1/x` is infinite at x = 0"),
        (
            "1/(x-0.3)",
            "`1/(x-0.3)` is infinite at x = 0.3: an activation must be finite there",
        ),
        ("1/(x^2-2*x+1)", "`1/(x^2-2*x+1)` is infinite at x = 1"),
        ("tan(x)", "`tan(x)` is infinite at x = -1.57079632679"),
        (
            "sqrt(x)",
            "`sqrt(x)` is not a number left of x = 0: an activation must be defined for every x from -100 to 100",
        ),
        ("log(x+2)", "`log(x+2)` is not a number left of x = -2"),
        ("sqrt(9-x)", "`sqrt(9-x)` is not a number right of x = 9"),
        ("sin(x)/x", "`sin(x)/x` is not a number at x = 0"),
        ("(x^2-1)/(x-1)", "`(x^2-1)/(x-1)` is not a number at x = 1"),
        ("x^0.5", "`x^0.5` is not a number left of x = 0"),
        (
            "relu(log(x))",
            "`relu(log(x))` is not a number left of x = 0",
        ),
        (
            "max(log(x),0)",
            "`max(log(x),0)` is not a number left of x = 0",
        ),
        (
            "abs(sqrt(x))",
            "`abs(sqrt(x))` is not a number left of x = 0",
        ),
        (
            "sign(sqrt(x))",
            "`sign(sqrt(x))` is not a number left of x = 0",
        ),
        (
            "relu6(ln(x+2))",
            "`relu6(ln(x+2))` is not a number left of x = -2",
        ),
        (
            "threshold(sqrt(x))",
            "`threshold(sqrt(x))` is not a number left of x = 0",
        ),
        ("abs(x^x)", "`abs(x^x)` is not a number left of x = 0"),
        ("relu(x^x)", "`relu(x^x)` is not a number left of x = 0"),
        ("ln(abs(x-0.3))", "`ln(abs(x-0.3))` is infinite at x = 0.3"),
        (
            "sqrt(abs(x-0.314159)-1e-4)",
            "`sqrt(abs(x-0.314159)-1e-4)` is not a number",
        ),
    ] {
        let error = refusal(text);
        assert!(error.starts_with(message), "{error}");
    }
    let deep = format!("{}x{}", "(".repeat(200), ")".repeat(200));
    assert!(refusal(&deep).contains("too deeply nested: at most 64 levels"));
    let long = vec!["x"; 600].join("+");
    assert!(refusal(&long).contains("at most 1000 characters"));
    let pending = format!("{}x{}", "2-(x*".repeat(20), ")".repeat(20));
    assert!(refusal(&pending).contains("at most 16 pending operands"));
}

#[test]
fn names_keep_the_errors_of_the_table() {
    for (text, message) in [
        ("rleu", "unknown activation `rleu` (did you mean `relu`"),
        ("gleu(2)", "unknown activation `gleu` (did you mean `gelu`?"),
        ("relu(0.2)", "relu takes no parameters, not 1: type `relu`"),
        ("leaky_relu(11)", "leaky_relu: slope = 11 is not allowed"),
        ("elu(one)", "elu: alpha = `one` is not a number"),
        (
            "threshold(0.1,-2000)",
            "threshold: value = -2000 is not allowed",
        ),
        (
            "leaky-rleu",
            "unknown activation `leaky-rleu` (did you mean `leaky_relu`?",
        ),
        ("", "unknown activation ``"),
    ] {
        let error = refusal(text);
        assert!(error.starts_with(message), "{error}");
    }
    for (text, name) in [
        ("exp", "exponential"),
        ("Leaky-ReLU(2e-1)", "leaky_relu"),
        ("threshold(0.1,-2)", "threshold"),
    ] {
        let row = text.parse::<Activation>().unwrap();
        assert_eq!(row.row().map(|row| row.name), Some(name));
    }
}

#[test]
fn precedence_is_that_of_mathematics() {
    let value = |text: &str, x: f64| text.parse::<Activation>().unwrap().phi().value(x);
    for (text, want) in [
        ("-x^2", -9.0),
        ("x^2^3", 6561.0),
        ("2^-x", 0.125),
        ("x**2/9", 1.0),
        ("12/(x^2+1)/2", 0.6),
        ("10-x-2", 5.0),
        ("2*-x", -6.0),
        ("+x", 3.0),
        ("--x", 3.0),
        ("1e-1*X", 0.3),
        ("2*(x+1)^2", 32.0),
    ] {
        assert!(
            (value(text, 3.0) - want).abs() <= 1e-15 * want.abs(),
            "{text}"
        );
    }
}

#[test]
fn an_expression_reads_back_as_itself_without_its_blanks() {
    for (typed, text) in [
        (" x * sigmoid( 1.702 * x ) ", "x*sigmoid(1.702*x)"),
        ("x / (1 + abs(x))", "x/(1+abs(x))"),
        ("-x", "-x"),
        ("x", "x"),
        ("max(x, 0.1*x)", "max(x,0.1*x)"),
    ] {
        let act: Activation = typed.parse().unwrap();
        assert_eq!((act.text(), act.name()), (text, text));
        assert!(act.row().is_none());
        assert_eq!(text.parse::<Activation>().unwrap(), act);

        let activation = act.clone();
        let spec = Spec::new(Draft {
            activation,
            ..Draft::default()
        })
        .unwrap();
        assert_eq!(spec.to_string().parse::<Spec>().unwrap(), spec);
        let option = match text {
            "-x" => "--activation=-x".to_owned(),
            "x" => "--activation x".to_owned(),
            _ => format!("--activation '{text}'"),
        };
        let line = spec.command_line();
        assert!(line.starts_with(&format!("initscope {option} ")), "{line}");
    }
}
