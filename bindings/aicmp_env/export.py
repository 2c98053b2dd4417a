"""Writes policy.onnx into the folder of a policy bundle and checks it on the recorded rows.

`aicmp export` runs it before it seals the bundle: `python -m aicmp_env.export FOLDER`. The graph is
built from policy.json and weights.safetensors, node by node. Inputs: `observation` [rows][features]
in the units of policy.json and, of a recurrent policy, `hidden_<i>` and `cell_<i>` [rows][units] of
each such layer. Outputs: `outputs` [rows][outputs], which are the logits of all sets or the numbers
scaled to [-1, 1], and `hidden_<i>_next` and `cell_<i>_next`.
"""

import argparse
import json
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[np.float32]

OPSET = 17
IR_VERSION = 8


def read_safetensors(path: Path) -> dict[str, Array]:
    """The tensors of a file of float32 numbers."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        first, last = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[first:last], "<f4").reshape(entry["shape"])
    return tensors


class _Graph:
    """Nodes in order, each named after what it gives."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []

    def constant(self, name: str, values: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def input(self, name: str, width: int) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", width]))
        return name

    def output(self, name: str, width: int) -> None:
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", width]))


def _normalise(graph: _Graph, model: dict[str, Any]) -> str:
    features = model["features"]
    x = graph.input("observation", len(features))
    for kind, bound in (("Max", "low"), ("Min", "high")):
        x = graph.node(kind, [x, graph.constant(bound, [f[bound] for f in features])], bound + "ed")
    mean = graph.constant("mean", [f["mean"] for f in features])
    factor = graph.constant("factor", [(f["variance"] + 1e-8) ** -0.5 for f in features])
    x = graph.node("Mul", [graph.node("Sub", [x, mean], "centred"), factor], "scaled")
    limits = [graph.constant("least", -model["clip"]), graph.constant("most", model["clip"])]
    return graph.node("Clip", [x, *limits], "normalised")


def _lstm(graph: _Graph, index: int, units: int, x: str, tensors: dict[str, Array]) -> str:
    name = f"layers.{index}"
    hidden = graph.input(f"hidden_{index}", units)
    cell = graph.input(f"cell_{index}", units)
    weight = graph.constant(f"{name}.weight", tensors[f"{name}.weight"])
    recurrent = graph.constant(f"{name}.recurrent", tensors[f"{name}.recurrent"])
    bias = graph.constant(f"{name}.bias", tensors[f"{name}.bias"])
    fed = graph.node("Gemm", [x, weight, bias], f"{name}.fed", transB=1)
    gates = graph.node("Gemm", [hidden, recurrent, fed], f"{name}.gates", transB=1)
    parts = [f"{name}.{part}" for part in ("i", "f", "g", "o")]
    graph.nodes.append(helper.make_node("Split", [gates], parts, axis=1))
    i, f, o = (graph.node("Sigmoid", [parts[k]], parts[k] + ".open") for k in (0, 1, 3))
    g = graph.node("Tanh", [parts[2]], f"{name}.candidate")
    kept = graph.node("Mul", [f, cell], f"{name}.kept")
    added = graph.node("Mul", [i, g], f"{name}.added")
    cell = graph.node("Add", [kept, added], f"cell_{index}_next")
    squashed = graph.node("Tanh", [cell], f"{name}.squashed")
    hidden = graph.node("Mul", [o, squashed], f"hidden_{index}_next")
    graph.output(hidden, units)
    graph.output(cell, units)
    return hidden


def _dense(graph: _Graph, index: int, kind: str, x: str, tensors: dict[str, Array]) -> str:
    name = f"layers.{index}"
    weight = graph.constant(f"{name}.weight", tensors[f"{name}.weight"])
    bias = graph.constant(f"{name}.bias", tensors[f"{name}.bias"])
    x = graph.node("Gemm", [x, weight, bias], f"{name}.sum", transB=1)
    operator = {"tanh": "Tanh", "relu": "Relu", "linear": "Identity"}[kind]
    return graph.node(operator, [x], f"{name}.out")


def build(model: dict[str, Any], tensors: dict[str, Array]) -> onnx.ModelProto:
    """The ONNX model of the "model" of a policy.json and its weights."""
    graph = _Graph()
    x = _normalise(graph, model)
    for index, layer in enumerate(model["layers"]):
        if layer["kind"] == "lstm":
            x = _lstm(graph, index, layer["units"], x, tensors)
        else:
            x = _dense(graph, index, layer["kind"], x, tensors)
    graph.node("Identity", [x], "outputs")
    graph.output("outputs", model["layers"][-1]["units"])
    body = helper.make_graph(
        graph.nodes, model["problem"], graph.inputs, graph.outputs, graph.constants
    )
    result = helper.make_model(
        body,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="aicmp",
    )
    onnx.checker.check_model(result, full_check=True)
    return result


def _runner(model: onnx.ModelProto) -> Any:
    """ONNX Runtime if it is installed, otherwise the reference implementation."""
    try:
        import onnxruntime
    except ImportError:
        from onnx.reference import ReferenceEvaluator

        return ReferenceEvaluator(model)
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )


def largest_difference(model: onnx.ModelProto, parity: dict[str, Any]) -> float:
    """Of the outputs for the recorded rows, over max(1, |recorded|)."""
    runner = _runner(model)
    rows = np.asarray(parity["observations"], np.float32)
    expected = np.asarray(parity["outputs"], np.float32)
    names = [value.name for value in model.graph.output]
    state = {
        value.name: np.zeros((1, value.type.tensor_type.shape.dim[1].dim_value), np.float32)
        for value in model.graph.input[1:]
    }
    found = []
    for batch in [rows[i : i + 1] for i in range(len(rows))] if state else [rows]:
        results = dict(zip(names, runner.run(names, {"observation": batch, **state})))
        state = {name: results[f"{name}_next"] for name in state}
        found.append(results["outputs"])
    difference = np.abs(np.concatenate(found) - expected) / np.maximum(1, np.abs(expected))
    return float(difference.max())


def write_onnx(folder: Path) -> float:
    """Writes policy.onnx; returns how far its outputs are from those recorded.

    Raises ValueError if that is more than the bundle's tolerance; the file is then not written.
    """
    policy = json.loads((folder / "policy.json").read_text())
    parity = json.loads((folder / "parity.json").read_text())
    model = build(policy["model"], read_safetensors(folder / "weights.safetensors"))
    difference = largest_difference(model, parity)
    if not difference <= parity["tolerance"]:
        raise ValueError(
            f"{folder}: outputs of the ONNX model differ from those recorded by {difference:.3g} "
            f"(allowed: {parity['tolerance']:g})"
        )
    (folder / "policy.onnx").write_bytes(model.SerializeToString())
    return difference


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m aicmp_env.export", description=__doc__)
    parser.add_argument("folder", type=Path)
    try:
        write_onnx(parser.parse_args().folder)
    except (OSError, ValueError) as error:
        sys.exit(f"aicmp: error: {error}")


if __name__ == "__main__":
    main()
