"""Runs snippets in their frameworks and compares what they draw with the law they promise.

usage: check.py CASES.json

CASES.json: a list of {"name", "framework", "imports", "code", "fan_in", "fan_out", "weights": L, "bias": L} with
L = {"mean", "std", "kurtosis" (or null), "low", "high" (or null), "kind"}; kind is "independent", "orthogonal" (with
"gain") or "fixed" (every draw the same). A framework that cannot be imported is skipped aloud: its snippets are then read by the
compiler of the language alone. TensorFlow.js runs in node, where NODE_PATH says where it is. Exits 1 when a snippet fails.

Tolerance: every comparison allows K standard errors, family-wise alpha = 0.1 % over all comparisons of a run
(Bonferroni, normal quantile); those of std and kurtosis come from the measured moments. Fixed laws and bounds are exact
to single precision (1e-5 relative). Seeds are fixed.
"""

import json
import os
import subprocess
import sys
from statistics import NormalDist

import numpy as np

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
ALPHA = 1e-3
EXACT = 1e-5


def pytorch(case, names):
    import torch

    torch.manual_seed(1)
    layer = torch.nn.Linear(case["fan_in"], case["fan_out"])
    names["layer"] = layer
    exec(case["code"], names)
    layer = names["layer"]
    return layer.weight.detach().numpy().T, layer.bias.detach().numpy()


def keras(case, names):
    import keras

    keras.utils.set_random_seed(1)
    names.update(units=case["fan_out"])
    exec(case["code"], names)
    names["layer"].build((None, case["fan_in"]))
    weight, bias = names["layer"].get_weights()
    return weight, bias


def flax(case, names):
    from flax import nnx

    names["rngs"] = nnx.Rngs(1)
    exec(case["code"], names)
    layer = names["layer"]
    return np.asarray(layer.kernel[...]), np.asarray(layer.bias[...])


def tinygrad(case, names):
    from tinygrad import Tensor

    Tensor.manual_seed(1)
    exec(case["code"], names)
    layer = names["layer"]
    return layer.weight.numpy().T, layer.bias.numpy()


def mlx(case, names):
    import mlx.core as mx

    mx.random.seed(1)
    exec(case["code"], names)
    layer = names["layer"]
    return np.array(layer.weight).T, np.array(layer.bias)


def paddle(case, names):
    import paddle

    paddle.seed(1)
    exec(case["code"], names)
    layer = names["layer"]
    return layer.weight.numpy(), layer.bias.numpy()


def haiku(case, names):
    import haiku as hk
    import jax


    def build(x):
        exec(case["code"], names)
        return names["layer"](x)

    made = hk.transform(build).init(jax.random.PRNGKey(1), np.zeros((1, case["fan_in"]), np.float32))
    (layer,) = made.values()
    return np.asarray(layer["w"]), np.asarray(layer["b"])


class Node:
    """A node process that draws the layers of TensorFlow.js, one after the other."""

    process = None

    @classmethod
    def draw(cls, case):
        if cls.process is None:
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "draw.cjs")
            cls.process = subprocess.Popen(["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        cls.process.stdin.write(json.dumps(case).encode() + b"\n")
        cls.process.stdin.flush()
        answer = json.loads(cls.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        read = lambda shape: np.frombuffer(cls.process.stdout.read(4 * int(np.prod(shape))), np.float32).reshape(shape)
        return tuple(read(shape) for shape in answer["shapes"])


def tfjs(case, names):
    return Node.draw(case)


RUN = {
    "pytorch": pytorch,
    "keras": keras,
    "flax": flax,
    "tinygrad": tinygrad,
    "mlx": mlx,
    "paddle": paddle,
    "haiku": haiku,
    "tfjs": tfjs,
}


# What is imported for those that say their version themselves.
OTHERS = {"tinygrad": "tinygrad", "mlx": "mlx.core", "paddle": "paddle", "haiku": "haiku"}


def version(framework):
    """Imports the framework; None where it is not installed."""
    try:
        if framework == "keras":
            if "KERAS_BACKEND" not in os.environ:
                for backend in ("jax", "torch", "tensorflow"):
                    try:
                        __import__(backend)
                        os.environ["KERAS_BACKEND"] = backend
                        break
                    except ImportError:
                        continue
            import keras

            return f"keras {keras.__version__} on {keras.backend.backend()}"
        if framework == "flax":
            import flax
            import jax

            return f"flax {flax.__version__}, jax {jax.__version__}"
        if framework in OTHERS:
            module = __import__(OTHERS[framework])
            return f"{framework} {getattr(module, '__version__', '')}".strip()
        if framework == "tfjs":
            ask = 'process.stdout.write(require("@tensorflow/tfjs").version.tfjs)'
            told = subprocess.run(["node", "-e", ask], capture_output=True, text=True, check=True)
            return f"TensorFlow.js {told.stdout}"
        import torch

        return f"torch {torch.__version__}"
    except (ImportError, OSError, subprocess.CalledProcessError) as why:
        print(f"SKIPPED {framework}: {str(why).splitlines()[0]}", flush=True)
        return None


def unreadable(framework, cases):
    """How many snippets of a framework that is not installed are no Python."""
    bad = 0
    for case in cases:
        try:
            compile(case["imports"] + "\n" + case["code"], framework, "exec")
        except SyntaxError as why:
            bad += 1
            print(f"FAILED {framework} {case['name']}\n{case['code']}\n  {why}", flush=True)
    print(f"{framework}: {len(cases) - bad} of {len(cases)} snippets are Python; none was run", flush=True)
    return bad


def moments(w):
    """Name, measured value and standard error of mean, std and kurtosis of independent entries."""
    w = w.astype(np.float64).ravel()
    n, mean, std = w.size, w.mean(), w.std()
    if std == 0:
        return {"mean": (mean, 0.0), "std": (0.0, 0.0), "kurtosis": (None, 0.0)}
    z = (w - mean) / std
    m4, m6, m8 = (float(np.mean(z**k)) for k in (4, 6, 8))
    return {
        "mean": (mean, std / n**0.5),
        "std": (std, std * ((m4 - 1) / (4 * n)) ** 0.5),
        "kurtosis": (m4, (max(m8 - 4 * m4 * m6 + 4 * m4**3 - m4**2, 0.0) / n) ** 0.5),
    }


def compare(law, w, quantile):
    """What is wrong with `w`, and the largest deviation in standard errors."""
    wrong, worst = [], 0.0
    measured = moments(w)
    fixed = law["kind"] == "fixed"
    if law["kind"] == "orthogonal":
        small = w if w.shape[0] >= w.shape[1] else w.T
        gram = small.T.astype(np.float64) @ small.astype(np.float64)
        error = float(np.abs(gram - law["gain"] ** 2 * np.eye(gram.shape[0])).max())
        if error > 1e-4 * law["gain"] ** 2:
            wrong.append(f"not orthogonal with gain {law['gain']}: off by {error:.1e}")
    for name, (value, error) in measured.items():
        want = law[name]
        if value is None or want is None:
            if want is not None and want != 0:
                wrong.append(f"{name} undefined, not {want}")
            continue
        # Entries of an orthogonal matrix have an exact mean square and are nearly independent otherwise.
        slack = EXACT * max(abs(want), abs(law["mean"]))
        deviation = 0.0 if abs(value - want) <= slack else float("inf")
        if not fixed and deviation:
            deviation = (abs(value - want) - slack) / error if error else float("inf")
        worst = max(worst, deviation)
        if deviation > quantile:
            wrong.append(f"{name} {value:.6g}, not {want:.6g} ({deviation:.1f} standard errors)")
    for name, sign in (("low", -1), ("high", 1)):
        bound = law[name]
        if bound is not None and float((sign * w).max()) > sign * bound + EXACT * abs(bound):
            wrong.append(f"beyond {name} {bound}: {sign * float((sign * w).max())}")
    return wrong, worst


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    quantile = NormalDist().inv_cdf(1 - ALPHA / (2 * 6 * len(cases)))
    failed = 0
    for framework, run in RUN.items():
        mine = [c for c in cases if c["framework"] == framework]
        found = version(framework) if mine else None
        if found is None:
            failed += unreadable(framework, mine) if mine and framework != "tfjs" else 0
            continue
        worst, worst_case, bad = 0.0, "", 0
        for case in mine:
            names = {"fan_in": case["fan_in"], "fan_out": case["fan_out"]}
            try:
                if framework != "tfjs":
                    exec(case["imports"], names)
                weight, bias = run(case, names)
                if weight.shape != (case["fan_in"], case["fan_out"]):
                    problems, deviation = [f"shape {weight.shape}"], 0.0
                else:
                    problems, deviation = compare(case["weights"], weight, quantile)
                    more, other = compare(case["bias"], bias, quantile)
                    problems += [f"bias: {p}" for p in more]
                    deviation = max(deviation, other)
            except Exception as why:  # a snippet that does not run is a finding, not a crash
                problems, deviation = [f"{type(why).__name__}: {why}"], 0.0
            if os.environ.get("SNIPPETS_VERBOSE"):
                m = moments(weight)
                print(f"  {case['name']}: " + ", ".join(f"{k} {v[0]} want {case['weights'][k]}" for k, v in m.items()))
            if deviation > worst:
                worst, worst_case = deviation, case["name"]
            if problems:
                bad += 1
                print(f"FAILED {framework} {case['name']}\n{case['code']}\n  " + "\n  ".join(problems), flush=True)
        failed += bad
        print(
            f"{found}: {len(mine) - bad} of {len(mine)} snippets draw what they promise;"
            f" largest deviation {worst:.2f} of {quantile:.2f} standard errors allowed ({worst_case})",
            flush=True,
        )
    sys.exit(1 if failed else 0)


main()
