//! The lines of a layer where its matrix stands for a convolution: the layer is one, and so are its fans.

use super::Code;
use crate::net::conv::Conv;
use crate::net::framework::Framework;
use crate::net::spec::Spec;

/// Where PyTorch itself counts the fans of a weight.
const FANS: &str = "fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(layer.weight)";

/// What is typed for the convolution, given what is typed for one layer.
pub(super) fn layer(spec: &Spec, target: Framework, code: Code) -> Code {
    let Some(conv) = &spec.draft().conv else {
        return code;
    };
    let code = match target {
        Framework::PyTorch => torch(spec, conv, code),
        _ => noted(
            code,
            "these are the lines of a dense layer: a convolution takes the same initializers",
        ),
    };
    let (inputs, outputs) = spec.fans(2);
    let told = |framework| conv.fans(framework, inputs, outputs).map(|fans| fans.told);
    match told(target) == told(spec.framework()) {
        true => code,
        false => noted(
            code,
            &format!(
                "{target} tells an initializer other fans of this convolution than {}",
                spec.framework()
            ),
        ),
    }
}

/// Not quite what is wanted, for one reason more.
fn noted(code: Code, why: &str) -> Code {
    let why = match &code.note {
        Some(note) => format!("{note}; {why}"),
        None => why.to_owned(),
    };
    code.but(why)
}

/// The same with the fans of the weight, whatever the layer.
fn torch(spec: &Spec, conv: &Conv, code: Code) -> Code {
    let mut lines = Vec::new();
    let by_fans = code.lines.iter().any(|line| line.contains("_features"));
    lines.extend(by_fans.then(|| FANS.to_owned()));
    let width = spec.width();
    let kind = if conv.transposed {
        "ConvTranspose"
    } else {
        "Conv"
    };
    let sides: Vec<String> = conv.kernel.iter().map(ToString::to_string).collect();
    let kernel = match &sides[..] {
        [side] => side.clone(),
        sides => format!("({})", sides.join(", ")),
    };
    let more = [("stride", conv.stride), ("groups", conv.groups)];
    let more = more.iter().filter(|(_, value)| *value > 1);
    let more: String = more
        .map(|(name, value)| format!(", {name}={value}"))
        .collect();
    let own = format!(
        "nn.{kind}{}d({width}, {width}, {kernel}{more})",
        conv.kernel.len()
    );
    lines.extend(code.lines.iter().map(|line| {
        line.replace("layer.in_features", "fan_in")
            .replace("layer.out_features", "fan_out")
            .replace("nn.Linear(fan_in, fan_out)", &own)
    }));
    Code { lines, ..code }
}

#[cfg(test)]
mod tests {
    use crate::net::framework::Framework;
    use crate::net::snippet::Snippet;
    use crate::net::spec::Spec;

    fn lines(text: &str, target: Framework) -> String {
        let spec: Spec = text.parse().expect(text);
        Snippet::of(&spec, target).text()
    }

    #[test]
    fn a_convolution_has_no_features_and_fans_of_its_own() {
        let text = "relu/variance_scaling(8,fan_in,normal) 64x8 conv=4x4,transposed,stride=2 framework=pytorch bias=0";
        assert_eq!(
            lines(text, Framework::PyTorch),
            "fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(layer.weight)\n\
             nn.init.normal_(layer.weight, std=(8.0 / fan_in) ** 0.5)\n\
             nn.init.zeros_(layer.bias)"
        );
        assert_eq!(
            lines(
                "relu/default 64x8 conv=3x3,groups=64 framework=pytorch",
                Framework::PyTorch
            ),
            "layer = nn.Conv2d(64, 64, (3, 3), groups=64)"
        );
        let named = lines(
            "relu/he_normal 64x8 conv=3x3 framework=pytorch",
            Framework::PyTorch,
        );
        assert!(
            named.starts_with("nn.init.kaiming_normal_(layer.weight, nonlinearity=\"relu\")"),
            "{named}"
        );
        let keras = lines(
            "relu/he_normal 64x8 conv=3x3,groups=64 framework=keras",
            Framework::Keras,
        );
        assert!(
            keras.starts_with("# these are the lines of a dense layer"),
            "{keras}"
        );
        let other = lines(
            "relu/he_normal 64x8 conv=3x3,groups=64 framework=keras",
            Framework::PyTorch,
        );
        assert!(
            other
                .contains("pytorch tells an initializer other fans of this convolution than keras"),
            "{other}"
        );
    }
}
