//! The lines of a layer in a network of blocks: which matrices they are for, and the factor of those that write to the stream.

use super::{Code, number, rounded};
use crate::net::block::{Factor, Place};
use crate::net::framework::Framework;
use crate::net::spec::Spec;

/// Names that the last matrix of a branch has in nanoGPT and in `nn.TransformerEncoder`.
const LAST: &str = r#"("c_proj", "out_proj", "linear2")"#;

/// What is typed for the network, given what is typed for one layer; `untouched` where that layer is the framework's own.
pub(super) fn network(spec: &Spec, target: Framework, layer: Code, untouched: bool) -> Code {
    let Some(block) = spec.block() else {
        return layer;
    };
    let outward = spec.draft().outward;
    let scaled = outward != Factor::ONE && !outward.varies();
    let factor = number(rounded(outward.value(spec.counts(1)), 4));
    let mut notes = vec![format!("the blocks are {block}")];
    let lines = if target == Framework::PyTorch {
        let first = block
            .sub_layers()
            .iter()
            .all(|sub| matches!(sub.place, Place::Pre(_)));
        if first {
            notes.push("norm_first=True in nn.TransformerEncoderLayer".into());
        }
        if block.attends() {
            notes.push(
                "nn.MultiheadAttention keeps queries, keys and values in in_proj_weight".into(),
            );
        }
        let mut lines = vec![
            "for name, layer in model.named_modules():".to_owned(),
            "    if isinstance(layer, nn.Linear):".into(),
        ];
        let own = layer.lines.iter().filter(|_| !untouched);
        lines.extend(own.flat_map(|line| match line.contains("layer.bias") {
            true => vec![
                "        if layer.bias is not None:".into(),
                format!("            {line}"),
            ],
            false => vec![format!("        {line}")],
        }));
        if scaled {
            lines.push(format!("        if name.endswith({LAST}):"));
            lines.push(format!(
                "            layer.weight.data.mul_({factor})  # {outward}"
            ));
        }
        if untouched && !scaled {
            lines.clear();
        }
        lines
    } else {
        if scaled {
            notes.push(format!(
                "the last matrix of every branch is multiplied by {factor}, {outward}"
            ));
        }
        layer.lines
    };
    if outward.varies() || spec.draft().inward != Factor::ONE {
        notes.push(format!("factors: out={outward} in={}", spec.draft().inward));
    }
    if spec.draft().standardized {
        notes.push(format!(
            "every row of the weights has mean 0 and norm {} whenever it is used, whatever it was drawn from (timm: \
             ScaledStdConv2d)",
            number(rounded(spec.gain(), 4))
        ));
    }
    notes.extend(layer.note);
    Code {
        lines,
        note: Some(notes.join("; ")),
        exact: false,
    }
}

#[cfg(test)]
mod tests {
    use crate::net::framework::Framework;
    use crate::net::snippet::Snippet;

    #[test]
    fn matrices_that_write_to_the_stream_are_scaled_by_name() {
        let spec = "arch=gpt2 768x12".parse().expect("a preset");
        let text = Snippet::of(&spec, Framework::PyTorch).text();
        assert_eq!(
            text,
            "# the blocks are pre(ln,attn(head=64,causal))+pre(ln,mlp(4)); norm_first=True in nn.TransformerEncoderLayer; nn.MultiheadAttention keeps queries, keys and values in in_proj_weight\n\
             for name, layer in model.named_modules():\n    \
                 if isinstance(layer, nn.Linear):\n        \
                     nn.init.normal_(layer.weight, std=0.02)\n        \
                     if layer.bias is not None:\n            \
                         nn.init.zeros_(layer.bias)\n        \
                     if name.endswith((\"c_proj\", \"out_proj\", \"linear2\")):\n            \
                         layer.weight.data.mul_(0.2041)  # 1/sqrt(2N)"
        );
        let keras = Snippet::of(&spec, Framework::Keras).text();
        assert!(
            keras.contains("the last matrix of every branch is multiplied by 0.2041, 1/sqrt(2N)"),
            "{keras}"
        );
    }
}
