"""Seconds that PyTorch takes for one draw of GPT-2 at its start: weights, forward, backward, statistics of every sub-layer.

    python benches/blocks_torch.py [--width 768] [--depth 12] [--tokens 16] [--threads N] [--draws 5]

What `cargo bench --bench pipeline -- blocks/arch=gpt2` does: embedding noise in, N(0, 1) cotangents behind the last norm; of every
sub-layer the mean square of stream and branch, the gradient of the stream and of every matrix, the entropy of attention. Prints the
median over the draws and its parts.
"""

import argparse
import math
import statistics
import time

import torch
from torch.nn import functional as F

arguments = argparse.ArgumentParser()
for name, value in [("width", 768), ("depth", 12), ("tokens", 16), ("threads", 1), ("draws", 5)]:
    arguments.add_argument(f"--{name}", type=int, default=value)
arguments = arguments.parse_args()
torch.set_num_threads(arguments.threads)
n, depth, tokens, head = arguments.width, arguments.depth, arguments.tokens, 64


def weights():
    """The matrices of all blocks; the last of a branch by 1/sqrt(2N)."""
    out = 0.02 / math.sqrt(2 * depth)
    normal = lambda rows, columns, std: torch.empty(rows, columns).normal_(0, std).requires_grad_()
    return [
        [normal(3 * n, n, 0.02), normal(n, n, out), normal(4 * n, n, 0.02), normal(n, 4 * n, out)]
        for _ in range(depth)
    ]


def draw():
    start = time.perf_counter()
    blocks = weights()
    drawn = time.perf_counter()
    x = (0.02 * torch.randn(tokens, n) + 0.02 * torch.randn(tokens, n)).requires_grad_()
    streams, measured = [], []
    mask = torch.full((tokens, tokens), float("-inf")).triu(1)
    for qkv, proj, up, down in blocks:
        q, k, v = (F.layer_norm(x, (n,)) @ qkv.T).view(tokens, 3, n // head, head).permute(1, 2, 0, 3)
        a = (q @ k.transpose(1, 2) / math.sqrt(head) + mask).softmax(-1)
        f = (a @ v).transpose(0, 1).reshape(tokens, n) @ proj.T
        x = x + f
        x.retain_grad()
        streams.append(x)
        measured += [f.square().mean(), x.square().mean(), torch.special.entr(a).sum(-1).mean()]
        f = F.gelu(F.layer_norm(x, (n,)) @ up.T, approximate="tanh") @ down.T
        x = x + f
        x.retain_grad()
        streams.append(x)
        measured += [f.square().mean(), x.square().mean()]
    F.layer_norm(x, (n,)).backward(torch.randn(tokens, n))
    measured += [x.grad.square().mean() for x in streams]
    measured += [w.grad.square().mean() for block in blocks for w in block]
    torch.stack([m.detach() for m in measured]).log10()
    return drawn - start, time.perf_counter() - drawn


times = [draw() for _ in range(arguments.draws)]
drawing, rest = (statistics.median(part) for part in zip(*times))
print(f"threads {arguments.threads}: {drawing + rest:.3f} s a draw: {drawing:.3f} s weights, {rest:.3f} s the rest")
