//! Networks that people train, as their libraries begin them: a name for a whole line.
//!
//! ```
//! use initscope::net::spec::{Draft, Given, Spec};
//!
//! let mut draft = Draft::default();
//! Given::part("arch=gpt2 1024x24 out=1")?.apply(&mut draft)?;
//! assert_eq!(
//!     Spec::new(draft)?.to_string(),
//!     "gelu_tanh/random_normal(0.02) 1024x24 framework=pytorch block=pre(ln,attn(head=64,causal))+pre(ln,mlp(4)) \
//!      final=ln embed=0.02+0.02 eps=1e-5"
//! );
//! # Ok::<(), initscope::net::spec::SpecError>(())
//! ```

use std::sync::LazyLock;

use crate::net::name::same;
use crate::net::spec::{Direction, Draft, Given, SpecError};

/// The name of the network without blocks.
pub const PLAIN: &str = "plain";

/// Every name after `arch=`.
pub fn names() -> impl Iterator<Item = &'static str> {
    [PLAIN].into_iter().chain(PRESETS.iter().map(|p| p.name))
}

/// The networks of [`names`], each read once.
static DRAFTS: LazyLock<Vec<Draft>> = LazyLock::new(|| {
    let read = |preset: &Preset| {
        let mut draft = Draft::default();
        let given = Given::part(preset.line).and_then(|given| given.apply(&mut draft));
        given.expect("a test reads every line");
        draft
    };
    let presets = PRESETS.iter().map(read);
    [Draft::default()].into_iter().chain(presets).collect()
});

/// A network of the table with what a draft says beside it: seed, draws, batch and engine.
fn beside(network: usize, draft: &Draft) -> Draft {
    Draft {
        seed: draft.seed,
        draws: draft.draws,
        batch: draft.batch,
        engine: draft.engine,
        ..DRAFTS[network].clone()
    }
}

/// The same at the size of the draft.
fn sized(network: usize, draft: &Draft) -> Draft {
    Draft {
        width: draft.width,
        depth: draft.depth,
        ..beside(network, draft)
    }
}

/// Makes a draft the network of that name; plain ones keep their size.
///
/// # Errors
/// A name that is none.
pub fn set(draft: &mut Draft, name: &str) -> Result<(), SpecError> {
    *draft = match names().position(|known| same(known, name)) {
        Some(0) => sized(0, draft),
        Some(network) => beside(network, draft),
        None => {
            return Err(SpecError::Value {
                field: "arch",
                given: name.to_owned(),
                allowed: ALLOWED,
                example: "gpt2",
            });
        }
    };
    Ok(())
}

/// What is allowed, for a message.
const ALLOWED: &str = "one of plain, gpt2, llama, llama_titan, nanochat, t5, bert, vit_timm, vit_torchvision, transformer, torch_encoder, deepnorm, resnet_v1, resnet_preact, nfnet, fixup, rezero, resmlp";

/// One network.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Preset {
    /// The name after `arch=`.
    pub name: &'static str,
    /// The line that it stands for.
    pub line: &'static str,
    /// What begins so, and where that can be read: file and lines of a version.
    pub source: &'static str,
}

/// Every preset.
pub static PRESETS: [Preset; 17] = [
    Preset {
        name: "gpt2",
        line: "gelu_tanh/normal(0.02) 768x12 framework=pytorch block=pre(ln,attn(head=64,causal))+pre(ln,mlp(4)) out=1/sqrt(2N) final=ln embed=0.02+0.02 eps=1e-5",
        source: "GPT-2: nanoGPT 3adf61e1 model.py:104-168; transformers 5.24.0 modeling_gpt2.py:434-449 (5.14.1 and keras_hub 0.32.0 leave out the factor of c_proj: out=1)",
    },
    Preset {
        name: "llama",
        line: "silu/normal(0.02) 4096x32 framework=pytorch block=pre(rms,attn(head=128,causal,rope))+pre(rms,glu(2.6875)) final=rms embed=0.02 eps=1e-6",
        source: "Llama 7B as transformers 5.24.0 begins it: modeling_utils.py:2304-2333, modeling_llama.py:282-314",
    },
    Preset {
        name: "llama_titan",
        line: "silu/normal(0.02) 4096x32 framework=pytorch block=pre(rms,attn(head=128,causal,rope))+pre(rms,glu(2.6875),up=1/sqrt(2l)) out=1/sqrt(2l) final=rms eps=1e-5",
        source: "Llama as torchtitan b5bcd76c6 begins it, w3 scaled like w2: models/llama3/__init__.py:46-106",
    },
    Preset {
        name: "nanochat",
        line: "relu_squared/lecun_uniform 1280x20 framework=pytorch block=pre(rms,attn(head=128,causal,rope,qk=rms))+pre(rms,mlp(4),first=0.4) out=0 initial=rms final=rms embed=0.8 eps=1.2e-7",
        source: "nanochat 92d63d4 gpt.py:220-238, without the multipliers of its stream (1.15 to 1.05)",
    },
    Preset {
        name: "t5",
        line: "relu/lecun_normal 512x6 framework=pytorch block=pre(rms,attn(head=64,scale=8),q=1/8)+pre(rms,mlp(4)) final=rms eps=1e-6",
        source: "T5, encoder, without its bias of relative positions: transformers 5.24.0 modeling_t5.py:595-618",
    },
    Preset {
        name: "bert",
        line: "gelu/normal(0.02) 768x12 framework=pytorch block=post(ln,attn(head=64))+post(ln,mlp(4)) initial=ln embed=0.02+0.02 eps=1e-12",
        source: "BERT: transformers 5.24.0 modeling_bert.py:107-352, modeling_utils.py:2322",
    },
    Preset {
        name: "vit_timm",
        line: "gelu/normal(0.02) 768x12 framework=pytorch block=pre(ln,attn(head=64))+pre(ln,mlp(4)) final=ln embed=0.57735+0.02 eps=1e-6",
        source: "ViT: timm 1.0.31 vision_transformer.py:971-1366 (its cuts at -2 and 2 cut nothing of 0.02)",
    },
    Preset {
        name: "vit_torchvision",
        line: "gelu/glorot_uniform 768x12 framework=pytorch block=pre(ln,attn(head=64),q=1/sqrt(2),k=1/sqrt(2),v=1/sqrt(2),last=1/sqrt(3))+pre(ln,mlp(4)) final=ln embed=1+0.02 eps=1e-6",
        source: "ViT: torchvision 0.29.2 vision_transformer.py:50-248; q, k and v are one matrix in torch 2.15.0 activation.py:1235",
    },
    Preset {
        name: "transformer",
        line: "relu/glorot_uniform 512x6 framework=pytorch block=post(ln,attn(head=64))+post(ln,mlp(4)) eps=1e-5",
        source: "the encoder of Vaswani et al. 2017, embeddings times sqrt(width)",
    },
    Preset {
        name: "torch_encoder",
        line: "relu/default 512x6 framework=pytorch block=post(ln,attn(head=64),q=sqrt(1.5),k=sqrt(1.5),v=sqrt(1.5))+post(ln,mlp(4)) eps=1e-5 copies=yes",
        source: "nn.TransformerEncoder, whose layers are copies of one: torch 2.15.0 transformer.py:365-1199, activation.py:1235",
    },
    Preset {
        name: "deepnorm",
        line: "relu/glorot_normal 512x24 framework=pytorch block=post(ln,attn(head=64),skip=(2N)^0.25)+post(ln,mlp(4),skip=(2N)^0.25) out=(8N)^-0.25 in=(8N)^-0.25 eps=1e-5",
        source: "DeepNorm, encoder alone: Wang et al. 2022 (torchscale 4d1e0e8 decoder.py:93-298)",
    },
    Preset {
        name: "resnet_v1",
        line: "relu/he_normal 256x16 framework=pytorch block=respost(bn,mlp(1,bn),phi) eps=1e-5",
        source: "ResNet with matrices in place of convolutions of one stage: torchvision 0.29.2 resnet.py:172, 210 (He et al. 2015); zero_init_residual is alpha=0",
    },
    Preset {
        name: "resnet_preact",
        line: "relu/he_normal 256x16 framework=pytorch block=pre(bn,preact(2,bn)) final=bn eps=1e-5",
        source: "ResNet of full preactivation, matrices in place of convolutions of one stage: He et al. 2016 (identity mappings), fig. 4e",
    },
    Preset {
        name: "nfnet",
        line: "relu/he_normal 256x16 framework=pytorch gain=1.7139588594436646 block=res(preact(2),alpha=0.2,first=1/sqrt(0.96+0.04l)) standardized=yes",
        source: "NF-ResNet with matrices in place of convolutions of one stage: timm 1.0.31 nfnet.py:349-485, std_conv.py:143 (Brock et al. 2021)",
    },
    Preset {
        name: "fixup",
        line: "relu/he_normal 256x16 framework=pytorch block=res(mlp(1)) out=0 in=1/sqrt(L)",
        source: "Fixup with two matrices a branch: Zhang et al. 2019 (Fixup f3fa449 cifar:68-69)",
    },
    Preset {
        name: "rezero",
        line: "relu/glorot_uniform 512x12 framework=pytorch block=res(attn(head=64),alpha=0)+res(mlp(4),alpha=0)",
        source: "ReZero: Bachlechner et al. 2020 (rezero e2c94a8 rztx.py:47)",
    },
    Preset {
        name: "resmlp",
        line: "gelu/glorot_uniform 384x12 framework=pytorch block=res(mix,alpha=1e-4)+res(mlp(4),alpha=1e-4)",
        source: "ResMLP-S12, whose affine layers begin as the identity: timm 1.0.31 mlp_mixer.py:131-180, 529-555, 796 (Touvron et al. 2021); its images have 196 tokens",
    },
];

impl Preset {
    /// The preset that a draft is, of whatever size, seed and batch.
    #[must_use]
    pub fn of(draft: &Draft) -> Option<&'static Self> {
        let numbered = (1..).zip(&PRESETS);
        let mut same = numbered.filter(|(network, _)| sized(*network, draft) == *draft);
        same.next().map(|(_, preset)| preset)
    }
}

/// The preset, or the plain default, after or before what a draft is; its size stays.
pub fn step(draft: &mut Draft, direction: Direction) {
    let here = Preset::of(draft).map_or(PLAIN, |preset| preset.name);
    let at = names().position(|name| name == here).unwrap_or(0);
    *draft = sized(direction.around(at, DRAFTS.len()), draft);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::spec::{Field, Spec};

    #[test]
    fn every_name_is_allowed() {
        let all: Vec<&str> = names().collect();
        assert_eq!(ALLOWED, format!("one of {}", all.join(", ")));
    }

    #[test]
    fn every_line_is_a_network_and_known_again() {
        let arch = Field::named("arch").expect("a field");
        let mut spec = Spec::default();
        for preset in &PRESETS {
            let mut draft = Draft {
                seed: 7,
                ..Draft::default()
            };
            set(&mut draft, preset.name).expect(preset.name);
            assert_eq!(draft.seed, 7);
            assert_eq!(Preset::of(&draft).map(|p| p.name), Some(preset.name));
            let whole = Spec::new(draft).expect(preset.name);
            let again: Spec = whole.to_string().parse().expect(preset.name);
            assert_eq!(again, whole);
            assert_eq!(arch.in_force(&whole).as_deref(), Some(preset.name));
            // along the table at the size that is there
            spec = spec.stepped(arch, None, Direction::Forward);
            assert_eq!(arch.in_force(&spec).as_deref(), Some(preset.name));
            assert_eq!((spec.width(), spec.depth()), (256, 64));
        }
        let plain = spec.stepped(arch, None, Direction::Forward);
        assert_eq!(arch.in_force(&plain).as_deref(), Some("plain"));
        assert_eq!(plain.stepped(arch, None, Direction::Back), spec);
    }
}
