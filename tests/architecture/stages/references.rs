//! The networks of the reference curves.

/// A reference, the same network here, and how many draws of it are made.
pub(super) const REFERENCES: [(&str, &str, u32); 25] = [
    (
        "preln_gelu_mlp4",
        "gelu/lecun_normal 128x24 block=pre(ln,mlp(4)) framework=pytorch",
        100,
    ),
    (
        "preln_gelu_layerscale",
        "gelu/lecun_normal 128x24 block=pre(ln,mlp(4),alpha=1e-4) framework=pytorch",
        100,
    ),
    (
        "preln_gelu_mlp4_gpt2",
        "gelu_tanh/normal(0.02) 128x24 block=pre(ln,mlp(4)) out=1/sqrt(2L) embed=0.02 eps=1e-5 framework=pytorch",
        100,
    ),
    (
        "perin_gelu_mlp4",
        "gelu/lecun_normal 128x24 block=peri(ln,mlp(4)) framework=pytorch",
        100,
    ),
    (
        "postln_relu_mlp4",
        "relu/glorot_uniform 128x24 block=post(ln,mlp(4)) framework=pytorch",
        100,
    ),
    (
        "res_gelu_mlp4",
        "gelu/lecun_normal 128x12 block=res(mlp(4)) framework=pytorch",
        100,
    ),
    (
        "res_relu_mlp4_torch",
        "relu/default 128x24 block=res(mlp(4)) framework=pytorch",
        60,
    ),
    (
        "res_relu_fixup",
        "relu/he_normal 128x24 block=res(mlp(1)) in=1/sqrt(L) out=0 framework=pytorch",
        60,
    ),
    (
        "plain_relu_ln",
        "relu/he_normal 128x32 norm=ln framework=pytorch",
        400,
    ),
    (
        "plain_tanh_rms",
        "tanh/lecun_normal 128x32 norm=rms framework=pytorch",
        300,
    ),
    // W1 he, W2 lecun: sqrt 2 times the same law first
    (
        "res_relu_mlp1",
        "relu/lecun_normal 128x16 block=res(mlp(1)) in=sqrt(2) framework=pytorch",
        400,
    ),
    (
        "plain_relu_bn16",
        "relu/he_normal 128x24 norm=bn batch=16 framework=pytorch",
        300,
    ),
    (
        "plain_linear_bn8",
        "linear/lecun_normal 128x24 norm=bn batch=8 framework=pytorch",
        300,
    ),
    (
        "plain_tanh_bn32",
        "tanh/lecun_normal 128x16 norm=bn batch=32 framework=pytorch",
        100,
    ),
    (
        "res_relu_preact1",
        "relu/he_normal 128x16 block=res(preact(1)) batch=16 framework=pytorch",
        300,
    ),
    (
        "res_relu_preact2_rootL",
        "relu/he_normal 128x24 block=res(preact(2),alpha=1/sqrt(L)) batch=16 framework=pytorch",
        100,
    ),
    (
        "resnet_v1_zero",
        "relu/he_normal 128x16 block=respost(bn,mlp(1,bn),alpha=0,phi) batch=32 framework=pytorch",
        60,
    ),
    (
        "gpt2",
        "gelu_tanh/normal(0.02) 128x12 block=pre(ln,attn(4,causal))+pre(ln,mlp(4)) out=1/sqrt(2N) final=ln embed=0.02+0.02 eps=1e-5 \
         batch=64 framework=pytorch",
        60,
    ),
    (
        "gpt2_unscaled",
        "gelu_tanh/normal(0.02) 128x12 block=pre(ln,attn(4,causal))+pre(ln,mlp(4)) final=ln embed=0.02+0.02 eps=1e-5 batch=64 framework=pytorch",
        100,
    ),
    (
        "llama_torchtitan",
        "silu/normal(0.02) 128x12 block=pre(rms,attn(4,causal,rope))+pre(rms,glu(2.664),up=1/sqrt(2l)) out=1/sqrt(2l) final=rms eps=1e-5 \
         batch=64 framework=pytorch",
        60,
    ),
    (
        "tfm_postln",
        "relu/glorot_uniform 128x12 block=post(ln,attn(4))+post(ln,mlp(4)) batch=64 framework=pytorch",
        100,
    ),
    (
        "tfm_preln_hot",
        "gelu/lecun_normal 128x12 block=pre(ln,attn(4,scale=4))+pre(ln,mlp(4)) batch=64 framework=pytorch",
        60,
    ),
    (
        "tfm_nonorm_rootL",
        "relu/lecun_normal 128x12 block=res(attn(4),alpha=1/sqrt(N))+res(mlp(4),alpha=1/sqrt(N),first=sqrt(2)) batch=64 framework=pytorch",
        60,
    ),
    (
        "attn_only",
        "linear/lecun_normal 64x6 block=res(attn(1),skip=0) batch=64 framework=pytorch",
        200,
    ),
    // its packed q, k, v are drawn normal there and uniform here, of the same variance
    (
        "torch_encoder_cloned",
        "relu/default 128x12 block=post(ln,attn(4),q=sqrt(1.5),k=sqrt(1.5),v=sqrt(1.5))+post(ln,mlp(4)) eps=1e-5 copies=yes batch=64 \
         framework=pytorch",
        60,
    ),
];
