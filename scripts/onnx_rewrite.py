"""
Rewrite a converted network so that onnxruntime runs it fast, without changing what it computes.

Every step takes a ``Graph`` and gives a new one. Two operators are the speed problem: onnxruntime
keeps pictures in blocks of channels for its fast convolutions, has no kernel in that layout for
PReLU and for padding channels with zeros, and so puts every picture back in order around each of
them. Both are written here as the 1x1 convolutions they are; the face mesh then takes a third of
the time. The official weights are kept to the last bit, in half the space where nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import helper, numpy_helper, shape_inference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

_OPSET = 17
_IR_VERSION = 8  # the oldest that holds opset 17, for older onnxruntimes
_BATCH = "N"
# Below this a tensor is a shape or a scalar: halving it saves nothing.
_WORTH_HALVING = 8


@dataclass(frozen=True, slots=True)
class Graph:
    """A network: ``nodes`` in the order they run, ``weights`` by name, inputs and outputs."""

    nodes: tuple[onnx.NodeProto, ...]
    weights: Mapping[str, NDArray[Any]]
    inputs: tuple[onnx.ValueInfoProto, ...]
    outputs: tuple[onnx.ValueInfoProto, ...]

    @classmethod
    def from_model(cls, model: onnx.ModelProto) -> Graph:
        """The graph of an onnx model."""
        graph = model.graph
        weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        return cls(tuple(graph.node), weights, tuple(graph.input), tuple(graph.output))

    def to_model(self, note: str) -> onnx.ModelProto:
        """An onnx model of what the outputs need, checked; ``note`` says where it comes from."""
        nodes = _needed(self.nodes, {output.name for output in self.outputs})
        used = {name for node in nodes for name in node.input}
        tensors = [
            numpy_helper.from_array(array, name)
            for name, array in self.weights.items()
            if name in used
        ]
        graph = helper.make_graph(nodes, "network", self.inputs, self.outputs, tensors)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION,
            producer_name="spasm_video",
            doc_string=note,
        )
        onnx.checker.check_model(model, full_check=True)
        return model


def rename(graph: Graph, names: Mapping[str, str]) -> Graph:
    """Give tensors new names, wherever they occur."""

    def renamed(node: onnx.NodeProto) -> onnx.NodeProto:
        return _with(
            node,
            inputs=[names.get(name, name) for name in node.input],
            outputs=[names.get(name, name) for name in node.output],
        )

    return replace(graph, nodes=tuple(renamed(node) for node in graph.nodes))


def with_ends(
    graph: Graph, inputs: Mapping[str, Iterable[int]], outputs: Mapping[str, Iterable[int]]
) -> Graph:
    """
    Keep exactly these inputs and outputs, in these shapes; -1 is a batch of any size.

    An output takes its shape from one last Reshape; other outputs are dropped.
    """
    last = {f"{name}_as_converted": list(shape) for name, shape in outputs.items()}
    graph = rename(graph, dict(zip(outputs, last, strict=True)))
    shapes = {f"{name}_shape": np.array(outputs[name], dtype=np.int64) for name in outputs}
    reshapes = (
        helper.make_node("Reshape", [raw, shape], [name])
        for name, raw, shape in zip(outputs, last, shapes, strict=True)
    )
    return Graph(
        nodes=(*graph.nodes, *reshapes),
        weights={**graph.weights, **shapes},
        inputs=tuple(_value(*item) for item in inputs.items()),
        outputs=tuple(_value(*item) for item in outputs.items()),
    )


def with_free_batch(graph: Graph) -> Graph:
    """
    Let every Reshape keep the batch it is given, where the converter wrote a batch of one.

    Right only where no operator mixes the pictures of a batch. The blendshapes network does: its
    norms run over the first axis.
    """
    shapes = {node.input[1] for node in graph.nodes if node.op_type == "Reshape"}
    keep_first = 0  # in a Reshape, 0 copies the size of the input's axis
    free = {
        name: np.concatenate([[keep_first], graph.weights[name][1:]])
        for name in shapes
        if name in graph.weights and graph.weights[name][0] == 1
    }
    return replace(graph, weights={**graph.weights, **free})


def for_speed(graph: Graph) -> Graph:
    """The same network without PReLU; one that has none is as fast as it gets."""
    if all(node.op_type != "PRelu" for node in graph.nodes):
        return graph
    return without_prelu(without_channel_pads(graph))


def without_prelu(graph: Graph) -> Graph:
    """
    Write PReLU as two convolutions of one channel each, exactly.

    ``prelu(x) = x + (1 - slope) * relu(-x)``: where x is positive the bits do not change, and
    onnxruntime runs each convolution together with the Relu or the sum that follows.
    """

    def convolutions(
        node: onnx.NodeProto, add_weight: Callable[[NDArray[Any]], str]
    ) -> list[onnx.NodeProto]:
        (x, slope_name), (y,) = node.input, node.output
        slope = graph.weights[slope_name].reshape(-1, 1, 1, 1)
        minus_one = add_weight(np.full_like(slope, -1))
        rise = add_weight(1 - slope)
        per_channel = {"group": slope.size, "kernel_shape": [1, 1]}
        return [
            helper.make_node("Conv", [x, minus_one], [f"{y}_minus"], **per_channel),
            helper.make_node("Relu", [f"{y}_minus"], [f"{y}_negative"]),
            helper.make_node("Conv", [f"{y}_negative", rise], [f"{y}_rise"], **per_channel),
            helper.make_node("Add", [x, f"{y}_rise"], [y]),
        ]

    return _rewritten(graph, "PRelu", convolutions)


def without_channel_pads(graph: Graph) -> Graph:
    """Write each padding of channels with zeros as a convolution with the identity, exactly."""
    channels = _channels(graph)

    def identity(
        node: onnx.NodeProto, add_weight: Callable[[NDArray[Any]], str]
    ) -> list[onnx.NodeProto]:
        pads = graph.weights[node.input[1]]
        added, had = int(pads[5]), channels[node.input[0]]
        if pads.sum() != added:
            raise ValueError(f"Pad {node.output[0]} pads more than the end of the channels: {pads}")
        weight = add_weight(np.eye(had + added, had, dtype=np.float32)[..., None, None])
        return [helper.make_node("Conv", [node.input[0], weight], node.output, kernel_shape=[1, 1])]

    return _rewritten(graph, "Pad", identity)


def with_halved_weights(graph: Graph) -> Graph:
    """
    Store each float32 weight as float16 and a Cast, where float16 holds it to the last bit.

    The official networks were trained in float16, so most do. onnxruntime undoes the Cast once,
    when it loads the file.
    """
    halves = {
        name: array.astype(np.float16)
        for name, array in graph.weights.items()
        if array.dtype == np.float32 and array.size >= _WORTH_HALVING
    }
    exact = {
        name: half for name, half in halves.items() if np.array_equal(half, graph.weights[name])
    }
    casts = (
        helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT)
        for name in exact
    )
    kept = {name: array for name, array in graph.weights.items() if name not in exact}
    stored = {f"{name}_half": half for name, half in exact.items()}
    return replace(graph, nodes=(*casts, *graph.nodes), weights={**kept, **stored})


def _rewritten(
    graph: Graph,
    op_type: str,
    rewrite: Callable[[onnx.NodeProto, Callable[[NDArray[Any]], str]], list[onnx.NodeProto]],
) -> Graph:
    """Replace each node of ``op_type`` by those ``rewrite`` gives, and add their weights."""
    weights = dict(graph.weights)

    def add_weight(array: NDArray[Any]) -> str:
        name = f"{op_type.lower()}_weight_{len(weights)}"
        weights[name] = array
        return name

    nodes: list[onnx.NodeProto] = []
    for node in graph.nodes:
        nodes += rewrite(node, add_weight) if node.op_type == op_type else [node]
    return replace(graph, nodes=tuple(nodes), weights=weights)


def _channels(graph: Graph) -> dict[str, int]:
    """How many channels each picture between two nodes has (n, channels, height, width)."""
    model = shape_inference.infer_shapes(graph.to_model(""), strict_mode=True)
    shapes = {value.name: value.type.tensor_type.shape.dim for value in model.graph.value_info}
    return {name: shape[1].dim_value for name, shape in shapes.items() if len(shape) == 4}


def _needed(nodes: Iterable[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    """The nodes that ``wanted`` tensors depend on, in their order."""
    kept: list[onnx.NodeProto] = []
    for node in reversed(list(nodes)):
        if not wanted.isdisjoint(node.output):
            wanted = wanted | set(node.input)
            kept.append(node)
    return kept[::-1]


def _with(node: onnx.NodeProto, *, inputs: list[str], outputs: list[str]) -> onnx.NodeProto:
    new = onnx.NodeProto()
    new.CopyFrom(node)
    new.input[:] = inputs
    new.output[:] = outputs
    return new


def _value(name: str, shape: Iterable[int]) -> onnx.ValueInfoProto:
    sizes = [_BATCH if size == -1 else size for size in shape]
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, sizes)
