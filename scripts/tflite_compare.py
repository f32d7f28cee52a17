"""Compare a converted network with the official one it was made of, on the same seeded pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_PICTURES = 20
_SEED = 20
# px of the input, or logits: rounding of float32 in another order of adding, no more.
_TOLERANCE = 2e-3


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one output lies from the official one; ``kernels`` how far two official runs do."""

    output: str
    largest: float
    mean: float
    kernels: float

    @property
    def fine(self) -> bool:
        """Whether the conversion changed nothing but the rounding."""
        return self.largest <= _TOLERANCE

    def __str__(self) -> str:
        return (
            f"{self.output:>15}: largest {self.largest:.1e}, mean {self.mean:.1e}; "
            f"two official runtimes differ by {self.kernels:.1e}"
        )


def compare(onnx: bytes, tflite: Path, outputs: Mapping[str, str]) -> list[Difference]:
    """How far each output is from the official one, named in ``outputs``: ours to official."""
    import onnxruntime as ort  # noqa: PLC0415 (the tools are there only after a check)
    from tensorflow import lite  # noqa: PLC0415

    session = ort.InferenceSession(onnx, providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    batch, *shape = entry.shape
    pictures = _pictures(shape)
    # Where the batch is free, all pictures run at once, which proves that they do not mix.
    runs = [pictures] if isinstance(batch, str) else [picture[None] for picture in pictures]
    arrays = [session.run(list(outputs), {entry.name: run}) for run in runs]
    found = [np.concatenate(parts) for parts in zip(*arrays, strict=True)]

    resolver = lite.experimental.OpResolverType
    official = _official(lite.Interpreter(str(tflite)), pictures)
    plain = _official(
        lite.Interpreter(str(tflite), experimental_op_resolver_type=resolver.BUILTIN_REF), pictures
    )
    return [
        _difference(name, array, official[outputs[name]], plain[outputs[name]])
        for name, array in zip(outputs, found, strict=True)
    ]


def _difference(
    output: str, found: NDArray[Any], official: NDArray[Any], plain: NDArray[Any]
) -> Difference:
    apart = np.abs(found.ravel() - official.ravel())
    kernels = np.abs(plain - official).max()
    return Difference(output, float(apart.max()), float(apart.mean()), float(kernels))


def _official(interpreter: Any, pictures: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Every output of the official network by name, one picture after the other."""
    interpreter.allocate_tensors()
    (entry,) = interpreter.get_input_details()
    outputs = interpreter.get_output_details()
    rows: list[list[NDArray[Any]]] = []
    for picture in pictures:
        interpreter.set_tensor(entry["index"], picture[None])
        interpreter.invoke()
        rows.append([interpreter.get_tensor(output["index"]) for output in outputs])
    columns = zip(*rows, strict=True)
    return {
        output["name"]: np.stack(column) for output, column in zip(outputs, columns, strict=True)
    }


def _pictures(shape: list[int]) -> NDArray[np.float32]:
    """Coarse patches with fine noise, 0 to 1: light and edges as a picture has, but no person."""
    rng = np.random.default_rng(_SEED)
    fine = rng.random((_PICTURES, *shape), dtype=np.float32)
    if len(shape) < 3:
        return fine
    coarse = rng.random((_PICTURES, 8, 8, shape[-1]), dtype=np.float32)
    patches = coarse.repeat(shape[0] // 8, axis=1).repeat(shape[1] // 8, axis=2)
    return np.float32(0.8) * patches + np.float32(0.2) * fine
