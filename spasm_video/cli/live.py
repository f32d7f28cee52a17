"""``spasm-video live``: before a camera."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spasm_video.cli.analyze import set_threads
from spasm_video.cli.show import progress_bar, show_summary
from spasm_video.errors import InputError, MissingPartError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from spasm_video.records import SpasmEvent

_TITLE = "spasm_video"
_DIGITS = 4


def live(
    camera: Annotated[
        int, typer.Option(metavar="N", min=0, help="Which camera, counted from 0.")
    ] = 0,
    source: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A video to play in place of a camera, at its rate."),
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where recordings and their results go.")
    ] = Path("spasm_video_live"),
    no_window: Annotated[
        bool,
        typer.Option(
            "--no-window",
            help="For other programs: record at once, until interrupted, and print a line of "
            "JSON for each spasm and blink.",
        ),
    ] = False,
    seconds: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=1.0, help="Record for so long, then stop."),
    ] = None,
    params: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with other numbers; see Parameters."),
    ] = None,
) -> None:
    """
    Watch a camera: the face with its movement, signals, counts and lamps for the picture.

    Keys: space starts and stops the recording, m marks a moment, q or Escape ends. When it
    stops, the recording is analyzed as any video; the counts seen before are provisional.

    The recording is not mirrored and keeps every picture the camera gave, each at its own
    time. Where the machine is too slow, only pictures on the screen are left out, and the rate
    below them says so. Regions light up a quarter of a second after they moved.

    For example:

    spasm-video live

    spasm-video live --no-window --seconds 60
    """
    if not no_window:
        refuse_no_screen()
    from spasm_video.params import AnalysisParams, load_params  # noqa: PLC0415 (needs numpy)
    from spasm_video.pipeline.liverun import (  # noqa: PLC0415 (needs all there is)
        Listener,
        LiveOptions,
        run_live,
    )
    from spasm_video.video.file import VideoFile  # noqa: PLC0415
    from spasm_video.video.webcam import Played, Webcam  # noqa: PLC0415

    numbers = AnalysisParams() if params is None else load_params(params)
    set_threads()
    frames = Webcam(camera) if source is None else Played(VideoFile(source))
    options = LiveOptions(out=out, file=source, longest_s=math.inf if seconds is None else seconds)
    window = None if no_window else Window()
    with progress_bar("analyzing") as on_progress:
        listener = Listener(
            on_start=lambda path: _say("start", no_window, recording=str(path)),
            on_spasm=lambda event: _say("spasm", no_window, provisional=True, **_spasm(event)),
            on_blink=lambda blink: _say(
                "blink", no_window, provisional=True, peak_s=round(blink.peak_s, _DIGITS),
                complete=blink.complete,
            ),
            on_progress=None if window is None else window.closing(on_progress),
        )  # fmt: skip
        try:
            result = run_live(frames, options, numbers, window, listener)
        finally:
            if window is not None:
                window.close()
    if result.measurement is None or result.folder is None or result.recording is None:
        typer.echo("Nothing was recorded: space starts a recording.", err=True)
        return
    if not no_window:
        show_summary(result.recording, result.folder, result.measurement)
        return
    from spasm_video.report.plain import summary_plain  # noqa: PLC0415 (as above)

    for event in result.measurement.events:
        _say("spasm", no_window, provisional=False, **_spasm(event))
    _say(
        "result", no_window,
        recording=str(result.recording), folder=str(result.folder),
        frames_came=result.came, frames_watched=result.tally.shown,
        summary=summary_plain(result.measurement),
    )  # fmt: skip


class Window:
    """A window on the screen and its keys."""

    def __init__(self) -> None:
        import cv2  # noqa: PLC0415 (heavy)

        self._cv2 = cv2
        self._is_open = False
        # OpenCV points its window library to fonts that it does not ship, which then complains.
        if "QT_QPA_FONTDIR" in os.environ:
            import matplotlib as mpl  # noqa: PLC0415 (slow)

            os.environ["QT_QPA_FONTDIR"] = str(Path(mpl.get_data_path()) / "fonts" / "ttf")

    def show(self, picture: NDArray[np.uint8]) -> str:
        """Show a picture; the key pressed since the last one; closing the window is ``q``."""
        cv2 = self._cv2
        if self._is_open and cv2.getWindowProperty(_TITLE, cv2.WND_PROP_VISIBLE) < 1:
            return "q"
        cv2.imshow(_TITLE, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        self._is_open = True
        key = cv2.waitKey(1)
        return chr(key & 0xFF).lower() if key >= 0 else ""

    def close(self) -> None:
        """Take the window away."""
        if self._is_open:
            with suppress(self._cv2.error):
                self._cv2.destroyAllWindows()
                self._cv2.waitKey(1)
            self._is_open = False

    def closing(self, on_progress: Any) -> Any:
        """Progress that first takes the window away: watching is over when analyzing begins."""

        def show(done: Any) -> None:
            self.close()
            if on_progress is not None:
                on_progress(done)

        return show


def refuse_no_screen() -> None:
    """
    Say why no window can be shown, before its library ends the program with a trace.

    Raises
    ------
    InputError : there is no screen
    MissingPartError : this OpenCV was built without windows
    """
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        raise InputError("There is no screen to show a window on.", "Add --no-window")
    import cv2  # noqa: PLC0415 (heavy)

    if re.search(r"GUI:\s+(?!NONE)\S", cv2.getBuildInformation()) is None:
        raise MissingPartError(
            "This OpenCV cannot show windows.",
            "Install the one that can: pip install opencv-python",
        )


def _say(kind: str, is_wanted: bool, /, **what: Any) -> None:
    if is_wanted:
        typer.echo(json.dumps({"type": kind, **what}, ensure_ascii=False))
        sys.stdout.flush()


def _spasm(event: SpasmEvent) -> dict[str, Any]:
    return {
        "onset_s": round(event.onset_s, _DIGITS),
        "offset_s": round(event.offset_s, _DIGITS),
        "peak_s": round(event.peak_s, _DIGITS),
        "side": str(event.side),
        "kind": str(event.kind),
        "regions": "+".join(event.regions),
        "amplitude_mm": round(event.amplitude_mm, _DIGITS),
        "confidence": round(event.confidence, _DIGITS),
    }
