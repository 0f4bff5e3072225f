//! Which networks are meant, and what to answer to those that are not.
//!
//! The family: fully connected layers `z = W x + b`, `x = phi(z)`, all of one width, or residual blocks of such matrices, gates and attention,
//! with or without norms; the activation `phi` applied to every unit by itself, every `W` and `b` drawn by itself.

/// A part of networks that are not in the family.
#[derive(Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Words that mean it when they stand alone.
    words: &'static [&'static str],
    /// Beginnings of words that mean it.
    beginnings: &'static [&'static str],
    /// What it is, and what becomes of it here.
    what: &'static str,
    /// What can be asked instead, with something to type.
    instead: &'static str,
}

/// Everything that is told apart.
const FOREIGN: &[Foreign] = &[
    Foreign {
        words: &["residuals", "shortcut", "skip", "skips"],
        beginnings: &[
            "residual",
            "resnet",
            "resblock",
            "skipconnection",
            "highway",
            "densenet",
            "deepnorm",
            "fixup",
            "rezero",
        ],
        what: "residual and skip connections are written as blocks",
        instead: "12 blocks of a normalization and two matrices: `gelu/lecun_normal 256x12 block=pre(ln,mlp(4))`",
    },
    Foreign {
        words: &[],
        beginnings: &[
            "layernorm",
            "rmsnorm",
            "groupnorm",
            "instancenorm",
            "batchnorm",
            "weightnorm",
            "spectralnorm",
            "prenorm",
            "postnorm",
            "normalization",
            "normalisation",
            "normalizer",
            "normaliser",
        ],
        what: "normalization is written norm=ln, norm=rms or norm=bn, or within a block; that of groups is not simulated",
        instead: "30 layers with LayerNorm before the activation: `tanh/glorot_normal 256x30 norm=ln`",
    },
    Foreign {
        words: &["conv", "convs", "cnn", "vgg", "unet"],
        beginnings: &[
            "conv1",
            "conv2",
            "conv3",
            "convolution",
            "convnet",
            "vgg1",
            "alexnet",
            "lenet",
            "efficientnet",
            "mobilenet",
            "maxpool",
            "avgpool",
            "pooling",
        ],
        what: "a convolution is written by its fans, conv=3x3,groups=64, and simulated as matrices with these fans; pooling is not simulated",
        instead: "20 convolutions of 64 channels with 3 by 3 taps: `relu/he_normal 64x20 conv=3x3 framework=pytorch`",
    },
    Foreign {
        words: &["mha", "vit", "bert", "moe"],
        beginnings: &[
            "attention",
            "selfattention",
            "multihead",
            "transformer",
            "gpt",
            "llama",
            "encoder",
            "decoder",
            "roberta",
            "mixer",
        ],
        what: "networks with attention are named by `arch`, or written as blocks",
        instead: "GPT-2, as `arch=gpt2` or with its block: `arch=gpt2 768x12`, `gelu/random_normal(0.02) 768x12 block=pre(ln,attn(12,causal))+pre(ln,mlp(4))`",
    },
    Foreign {
        words: &["rnn", "rnns", "gru", "lstm", "recurrence", "ssm"],
        beginnings: &[
            "recurrent",
            "lstmcell",
            "grucell",
            "rnncell",
            "bilstm",
            "mamba",
        ],
        what: "recurrence, where all steps share their weights, is not simulated",
        instead: "a plain network with a layer for every step, whose weights are drawn anew in each: `tanh/orthogonal 256x50`",
    },
    Foreign {
        words: &["embedding", "embeddings", "gnn", "gcn"],
        beginnings: &["graphconv", "graphnet", "autoencoder"],
        what: "embeddings, graphs and layers of different widths are not simulated",
        instead: "a plain network behind them, of one width, with inputs of their size: `relu/he_normal 256x20 input_dim=64`",
    },
    Foreign {
        words: &[],
        beginnings: &["dropout", "dropconnect", "droppath", "stochasticdepth"],
        what: "dropout is not simulated",
        instead: "the network without it, as it is when it is evaluated: `relu/he_normal 256x20`",
    },
    Foreign {
        words: &["glu", "swiglu", "geglu", "reglu", "maxout"],
        beginnings: &["softmax", "logsoftmax", "sparsemax", "crelu"],
        what: "functions of several units at once (softmax, gated and maxout units) are not simulated: an activation here is applied to every unit by itself",
        instead: "the function of one unit that is inside: `silu/he_normal 256x20`",
    },
];

/// What is simulated, in a sentence without full stop.
const FAMILY: &str = "networks here are fully connected layers z = W x + b, x = phi(z), all of one width, or residual blocks of such matrices, gates and attention (block=, arch=)";

impl Foreign {
    /// What is not simulated, what is, and what can be asked instead.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!(
            "{}; {FAMILY}. What can be asked is {}",
            self.what, self.instead
        )
    }

    fn is_meant_by(&self, word: &str) -> bool {
        self.words.contains(&word) || self.beginnings.iter().any(|begin| word.starts_with(begin))
    }
}

/// The first part of a text that is not in the family, however it is spelt; names of files are none.
#[must_use]
pub fn foreign_in(text: &str) -> Option<&'static Foreign> {
    let file = |part: &str| part.starts_with("input=") || part.starts_with("labels=");
    let kernel = |part: &str| {
        let sides = part.strip_prefix("conv=");
        sides.is_some_and(|sides| sides.starts_with(|c: char| c.is_ascii_digit()))
    };
    let parts = text.split_whitespace();
    let parts = parts.filter(|part| !(file(part) || kernel(part)));
    let separates = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'));
    let words = parts.flat_map(|part| part.split(separates)).map(|word| {
        let letters = word.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect::<String>()
    });
    // a blank between two words is no more than an underscore: "layer norm"
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let joined = words.windows(2).map(<[String]>::concat);
    let all: Vec<String> = joined.chain(words.iter().cloned()).collect();
    all.iter()
        .find_map(|word| FOREIGN.iter().find(|one| one.is_meant_by(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::activation::ACTIVATIONS;
    use crate::net::framework::FRAMEWORKS;
    use crate::net::initializer::INITIALIZERS;
    use crate::net::spec::{Spec, SpecError};

    #[test]
    fn every_word_is_answered_anywhere_in_a_text() {
        let mut count = 0;
        for foreign in FOREIGN {
            let prefix = foreign.beginnings.iter().chain(foreign.words);
            for word in prefix {
                for text in [
                    word.to_string(),
                    word.to_uppercase(),
                    format!("{word}/he_normal 64x8"),
                    format!("relu/{word} 64x8"),
                    format!("relu/he_normal 64x8 {word}"),
                    format!("relu/he_normal 64x8 {word}=true"),
                    format!("relu/he_normal {word} 64x8"),
                ] {
                    let error = text.parse::<Spec>().expect_err(&text);
                    assert_eq!(error, SpecError::Family(foreign), "{text}");
                    count += 1;
                }
            }
            // what it says to type can be typed
            let typed = foreign
                .instead
                .split('`')
                .nth(1)
                .expect("something to type");
            assert!(typed.parse::<Spec>().is_ok(), "{typed}");
        }
        assert!(count > 400, "{count}");
        for spelt in [
            "layer norm",
            "Layer-Norm",
            "nn.LayerNorm(64)",
            "ResNet-50",
            "Conv2D",
            "multi-head attention",
            "GPT-2",
        ] {
            assert!(foreign_in(spelt).is_some(), "{spelt}");
        }
    }

    #[test]
    fn no_name_of_the_tables_and_no_file_is_foreign() {
        let activations = ACTIVATIONS
            .iter()
            .flat_map(|r| [&[r.name], r.aliases].concat());
        let initializers = INITIALIZERS
            .iter()
            .flat_map(|r| [&[r.name], r.aliases].concat());
        let frameworks = FRAMEWORKS.iter().map(|r| r.name);
        for name in activations.chain(initializers).chain(frameworks) {
            assert!(foreign_in(name).is_none(), "{name}");
        }
        for text in [
            "relu/he_normal 64x8 input=resnet.npy",
            "tahn/he_normal 64x8",
            "relu/he_norml 64x8 seed=1",
        ] {
            assert!(foreign_in(text).is_none(), "{text}");
        }
    }
}
