"""
The process that decodes and measures: one task a process, told and heard in lines of JSON.

A file from outside is only ever opened here, under limits of memory, time and file size; if
it breaks the decoder, it breaks this process and nothing else. The process ends when the
server that started it does.
"""

from __future__ import annotations

import errno
import json
import math
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasm_video.errors import InputError, SideContradictionError, SpasmVideoError
from spasm_video.web.settings import WORKER_CPU_S, WORKER_FILE_BYTES, WORKER_MEMORY_BYTES

if TYPE_CHECKING:
    from spasm_video.pipeline import Progress

_TELL_S = 0.25
_FULL = {errno.ENOSPC, errno.EDQUOT}
_SWITCH_S = 0.0005
_NICENESS = 5  # the page stays quick while a video is measured


def main() -> None:
    """Do the task that the first line of the input names, and tell how it went."""
    _limit()
    task = json.loads(sys.stdin.readline())
    threading.Thread(target=_leave_with_server, daemon=True).start()
    try:
        _tell(done=_TASKS[task["do"]](task))
    except SideContradictionError as error:
        _tell(asks={"problem": error.problem, "remedy": error.remedy})
    except SpasmVideoError as error:
        _tell(failed={"problem": error.problem, "remedy": error.remedy})
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _tell(failed={"problem": "The disk is full.", "remedy": "Free some room, then try again."})
    except MemoryError:
        _tell(failed={"problem": "The video needs too much memory.", "remedy": "Cut it shorter."})


def probe(task: dict[str, Any]) -> dict[str, Any]:
    """What a video says of itself, and its first picture beside it as a small JPEG."""
    from spasm_video.video.file import VideoFile  # noqa: PLC0415 (heavy)
    from spasm_video.web.preview import write_poster  # noqa: PLC0415

    path = Path(task["video"])
    video = VideoFile(path)
    write_poster(next(iter(video)).image_rgb, path.parent / "poster.jpg")
    info = video.info
    length_s = info.container_duration_s
    return {
        "width_px": info.width_px,
        "height_px": info.height_px,
        "codec": info.codec,
        "sha256": info.sha256,
        "duration_s": length_s if math.isfinite(length_s) else None,
    }


def measure(task: dict[str, Any]) -> dict[str, Any]:
    """Measure a video, make what the review page plays, and keep the session."""
    import cv2  # noqa: PLC0415 (heavy)

    from spasm_video.params import AnalysisParams  # noqa: PLC0415
    from spasm_video.pipeline import ObserveOptions, analyze  # noqa: PLC0415
    from spasm_video.web.keeping import keep, labels  # noqa: PLC0415
    from spasm_video.web.preview import write_preview  # noqa: PLC0415

    cv2.setNumThreads(1)
    sys.setswitchinterval(_SWITCH_S)
    video, folder = Path(task["video"]), Path(task["folder"])
    is_mirrored, length_s = task["mirrored"], task.get("length_s")
    if not task.get("is_confirmed_again"):
        if not video.exists():
            raise InputError("The video is not there any more.", "Send it again.")
        analyze(
            video,
            folder,
            AnalysisParams(),
            ObserveOptions(mirrored=is_mirrored),
            labels=labels(task["visit"]),
            on_progress=_Teller("measure", length_s),
        )
        write_preview(
            video,
            folder / "preview.mp4",
            mirrored=is_mirrored,
            on_progress=_Teller("preview", length_s),
        )
    numbers = keep(task, folder)
    if not task["is_kept"]:
        video.unlink(missing_ok=True)
    return {"sessions": numbers}


_TASKS = {"probe": probe, "measure": measure}


class _Teller:
    def __init__(self, step: str, length_s: float | None) -> None:
        self._step, self._length_s, self._told_s = step, length_s, 0.0

    def __call__(self, done: Progress) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s < _TELL_S:
            return
        self._told_s = now_s
        total_s = done.total_s if math.isfinite(done.total_s) else self._length_s
        _tell(step=self._step, done_s=done.done_s, total_s=total_s)


def _tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _limit() -> None:
    """A file that asks for more than any video needs is refused by the system itself."""
    for kind, most in (
        (resource.RLIMIT_AS, WORKER_MEMORY_BYTES),
        (resource.RLIMIT_CPU, WORKER_CPU_S),
        (resource.RLIMIT_FSIZE, WORKER_FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most_allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most_allowed, most_allowed))
    os.nice(_NICENESS)


def _leave_with_server() -> None:
    """The input ends when the server lets go of it, whichever way it ended."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
