"""
A scenario: a small TOML file that says what a simulated recording is like.

Rates, sizes and chances, a seed, the camera; ``spasm_video.simulate.drawing`` draws from it
what happens when. Every key has a default, so the shortest scenario is an empty file: a
calm healthy face.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from spasm_video.anatomy import Region, Side
from spasm_video.errors import ParameterError

_FOLDER = resources.files("spasm_video.simulate") / "examples"

EXAMPLES: tuple[str, ...] = tuple(
    sorted(Path(file.name).stem for file in _FOLDER.iterdir() if file.name.endswith(".toml"))
)
"""The scenarios that come with the program, by name."""

Share = Annotated[float, Field(ge=0, le=1)]
Millimetres = Annotated[float, Field(gt=0, le=8)]
PerMinute = Annotated[float, Field(ge=0, le=240)]
Span = tuple[float, float]


class Section(BaseModel):
    """A table of the file: unknown keys are refused, values are checked, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Frames(Section):
    """When the camera takes its pictures."""

    fps: float = Field(default=30, ge=15, le=240)
    timing: Literal["regular", "variable"] = "regular"
    dropped_share: float = Field(default=0, ge=0, le=0.5)
    gaps_s: tuple[Span, ...] = ()

    @model_validator(mode="after")
    def _gaps_are_spans(self) -> Self:
        if any(not 0 <= start_s < end_s for start_s, end_s in self.gaps_s):
            raise ValueError("a gap ends before it starts")
        return self


class Disease(Section):
    """How the spasms of one side come; sizes are medians, of the eyelid the part closed."""

    side: Literal["left", "right", "both", "none"] = "none"
    clonic_per_min: PerMinute = 12
    twitch_ms: Span = (60, 400)
    interval_cv: float = Field(default=0.8, ge=0.05, le=3)
    burst_share: Share = 0.4
    burst_size: float = Field(default=4, ge=2, le=20)
    burst_pause_ms: float = Field(default=220, ge=100, le=1000)
    tonic_per_min: PerMinute = 0
    tonic_s: Span = (1.0, 4.0)
    ripple: float = Field(default=0.15, ge=0, lt=0.9)
    spread: tuple[Region, ...] = (Region.EYELID, Region.CHEEK, Region.MOUTH, Region.NECK)
    spread_share: Share = 0.7
    lag_ms: float = Field(default=10, ge=0, le=200)
    eyelid_only_share: Share = 0
    cheek_only_share: Share = 0
    mouth_only_share: Share = 0
    eyelid_closure: float = Field(default=0.5, gt=0, le=1)
    brow_mm: Millimetres = 1.5
    cheek_mm: Millimetres = 1.5
    mouth_mm: Millimetres = 2.2
    neck_mm: Millimetres = 1.5
    size_spread: float = Field(default=1.4, ge=1, le=3)
    drooping: Literal["left", "right", "none"] = "none"
    droop: float = Field(default=0.2, ge=0, le=0.8)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not 40 <= self.twitch_ms[0] <= self.twitch_ms[1] < 1000:
            raise ValueError("twitch_ms goes from 40 up to below 1000, the shorter first")
        if not 1 <= self.tonic_s[0] <= self.tonic_s[1] <= 60:
            raise ValueError("tonic_s goes from 1 to 60, the shorter first")
        if not self.spread or len(set(self.spread)) < len(self.spread):
            raise ValueError("spread names each region once")
        if self.eyelid_only_share + self.cheek_only_share + self.mouth_only_share > 1:
            raise ValueError("the only_shares add up to more than 1")
        return self

    def median(self, region: Region) -> float:
        """How far a region goes in the median spasm: mm, of the eyelid the part closed."""
        return float(
            self.eyelid_closure if region is Region.EYELID else getattr(self, f"{region}_mm")
        )


class Event(Section):
    """One spasm at a time of your own; regions in order of onset, ``lag_ms`` between them."""

    onset_s: float = Field(ge=0)
    side: Side
    duration_ms: float = Field(default=160, ge=40, le=60_000)
    ripple: float = Field(default=0, ge=0, lt=0.9)
    lag_ms: float = Field(default=0, ge=0, le=200)
    eyelid_closure: float | None = Field(default=None, gt=0, le=1)
    brow_mm: Millimetres | None = None
    cheek_mm: Millimetres | None = None
    mouth_mm: Millimetres | None = None
    neck_mm: Millimetres | None = None

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if not self.sizes:
            raise ValueError("an event moves a region: give eyelid_closure, cheek_mm, ...")
        return self

    @property
    def sizes(self) -> dict[Region, float]:
        """Of each region that moves: mm, of the eyelid the part closed."""
        given = {
            Region.EYELID: self.eyelid_closure,
            Region.BROW: self.brow_mm,
            Region.CHEEK: self.cheek_mm,
            Region.MOUTH: self.mouth_mm,
            Region.NECK: self.neck_mm,
        }
        return {region: size for region, size in given.items() if size is not None}


class Distractors(Section):
    """What is no spasm: 0 switches it off. Shares are of the whole time."""

    blinks_per_min: PerMinute = 16
    partial_share: Share = 0.5
    smiles_per_min: PerMinute = 0
    smile_mm: Millimetres = 4
    speech_share: Share = 0
    chewing_share: Share = 0
    glances_per_min: PerMinute = 0
    glance_mm: float = Field(default=2, gt=0, le=4)
    turns_per_min: PerMinute = 0
    turn_deg: float = Field(default=15, gt=0, le=45)
    nods_per_min: PerMinute = 0
    nod_deg: float = Field(default=8, gt=0, le=30)
    sway: float = Field(default=1, ge=0, le=5)
    hands_per_min: PerMinute = 0
    glares_per_min: PerMinute = 0
    lights_per_min: PerMinute = 0
    light_change: float = Field(default=0.3, gt=0, le=1)
    exposure_steps_per_min: PerMinute = 0
    exposure_change: float = Field(default=0.15, gt=0, le=0.5)


class CameraSection(Section):
    """The camera and the file it writes."""

    width_px: int = Field(default=720, ge=160, le=3840, multiple_of=2)
    height_px: int = Field(default=720, ge=160, le=3840, multiple_of=2)
    px_per_mm: float = Field(default=2.6, ge=0.4, le=12)
    noise: float = Field(default=1.2, ge=0, le=40)
    brightness: float = Field(default=1, gt=0.05, le=1.5)
    blur_px: float = Field(default=0, ge=0, le=10)
    shutter_ms: float = Field(default=0, ge=0, le=60)
    rolling_ms: float = Field(default=0, ge=0, le=60)
    crf: int = Field(default=20, ge=0, le=45)
    mirrored: bool = False


class Scenario(Section):
    """
    Everything a simulated recording is drawn from; frozen, compared by value.

    ``scenario.model_copy(update={"seed": 7})`` is the same face on another day; another
    ``person`` is another face to the tracker (its asymmetry, what its channels read).
    """

    name: str = "scenario"
    about: str = ""
    seed: int = Field(default=1, ge=0)
    person: int = Field(default=1, ge=0)
    length_s: float = Field(default=60, ge=0.2, le=3600)
    frames: Frames = Frames()
    disease: Disease = Disease()
    event: tuple[Event, ...] = ()
    distractors: Distractors = Distractors()
    camera: CameraSection = CameraSection()


def load_scenario(path_or_name: str | Path) -> Scenario:
    """
    Read a scenario file, or the example of that name.

    Raises
    ------
    ParameterError : there is no such file or example, or it says something that cannot be;
        the message names the line and the key
    """
    name, text = _text(path_or_name)
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(
            f"{name} is not TOML: {error}.", "Write a key = value a line; text in quotes."
        ) from error
    said.setdefault("name", Path(name).stem)
    try:
        return Scenario.model_validate(said)
    except ValidationError as error:
        raise _refused(name, text, error) from error


def scenario_text(path_or_name: str | Path) -> str:
    """
    The scenario file as it is written, to copy and change.

    Raises
    ------
    ParameterError : there is no such file or example
    """
    return _text(path_or_name)[1]


def _text(path_or_name: str | Path) -> tuple[str, str]:
    if str(path_or_name) in EXAMPLES:
        file = _FOLDER / f"{path_or_name}.toml"
        return file.name, file.read_text(encoding="utf-8")
    path = Path(path_or_name)
    try:
        return path.name, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(
            f"There is no scenario {path_or_name}.",
            f"Name a TOML file, or one of {', '.join(EXAMPLES)}.",
        ) from error


def _refused(name: str, text: str, error: ValidationError) -> ParameterError:
    first = error.errors()[0]
    keys = [str(key) for key in first["loc"] if not isinstance(key, int)]
    key = ".".join(keys) or "the scenario"
    line = _line(text, first["loc"])
    where = f"{name}, line {line}" if line else name
    if first["type"] == "extra_forbidden":
        known = ", ".join(_known(keys[:-1]))
        return ParameterError(f"{where}: {key} is not known.", f"Known here are: {known}.")
    told = first["msg"].removeprefix("Value error, ")
    given = first["input"]
    seen = f" is {given!r}" if isinstance(given, str | int | float) else ""
    return ParameterError(f"{where}: {key}{seen}.", f"{told}.")


def _known(keys: list[str]) -> list[str]:
    """The keys that a table may have."""
    section: Any = Scenario
    for key in keys:
        default = section.model_fields[key].default
        section = Event if key == "event" else type(default)
    return list(section.model_fields)


def _line(text: str, loc: tuple[str | int, ...]) -> int | None:
    """The line of the file in which the key stands; None if it is not there."""
    table, wanted = "", [str(key) for key in loc if not isinstance(key, int)]
    nth, count = next((key for key in loc if isinstance(key, int)), 0), -1
    found: int | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        code = line.split("#")[0].strip()
        if code.startswith("["):
            table = code.strip("[] ")
            count += code.startswith("[[")
            if wanted[:1] == [table] and (not code.startswith("[[") or count == nth):
                found = number
        elif "=" in code:
            key = code.split("=")[0].strip()
            path = [*table.split("."), key] if table else [key]
            if path == wanted[: len(path)] and (table != "event" or count == nth):
                return number
    return found
