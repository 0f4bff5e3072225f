"""Training steps per second of PyTorch at the sizes of benches/training.rs.

    python benches/train_torch.py [--threads N] [--seconds S]

The loop that a person writes: nn.Sequential, cross_entropy, backward, optimizer.step. Weights He normal, biases zero; random
inputs of 64 numbers, ten classes. Prints the best of several stretches.
"""

import argparse
import time

import torch
from torch import nn

arguments = argparse.ArgumentParser()
arguments.add_argument("--threads", type=int, default=1)
arguments.add_argument("--seconds", type=float, default=1.0)
arguments = arguments.parse_args()
torch.set_num_threads(arguments.threads)
torch.manual_seed(0)

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=0.001),
}


def steps_per_second(width, depth, batch, optimizer):
    layers, fan_in = [], 64
    for _ in range(depth):
        layers += [nn.Linear(fan_in, width), nn.ReLU()]
        fan_in = width
    network = nn.Sequential(*layers, nn.Linear(width, 10))
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    inputs, labels = torch.randn(batch, 64), torch.randint(10, (batch,))
    optimizer = OPTIMIZERS[optimizer](network.parameters())

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(inputs), labels).backward()
        optimizer.step()

    for _ in range(10):
        step()
    best, end = 0.0, time.perf_counter() + arguments.seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(20):
            step()
        best = max(best, 20 / (time.perf_counter() - start))
    return best


print(f"torch {torch.__version__}, {arguments.threads} threads")
for name in OPTIMIZERS:
    print(f"{name:9} 256 x 10, batch 64: {steps_per_second(256, 10, 64, name):8.1f} steps/s")
