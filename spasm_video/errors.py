"""
Every error a user can meet: the problem in one line, then the remedy.

    SpasmVideoError
    ├── InputError          the file or the call is wrong
    │   ├── VideoError      the video cannot be read
    │   ├── CameraError     the camera is absent, busy or lost
    │   ├── NoFaceError     no face to measure
    │   └── TrackError      a saved track cannot be used
    ├── ParameterError      a number is out of its range or unknown
    ├── ModelError          a network file is missing or has changed
    ├── OutputError         the results cannot be written
    └── MissingPartError    an optional package or a system library is absent
"""

from __future__ import annotations


class SpasmVideoError(Exception):
    """The root: ``problem`` says what is wrong, ``remedy`` what to do about it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


class InputError(SpasmVideoError):
    """The file or the call is wrong; name another one."""


class VideoError(InputError):
    """The video cannot be read; check that it plays in a media player, or export it again."""


class CameraError(InputError):
    """The camera is absent, busy or lost; plug it in or close what else uses it."""


class NoFaceError(InputError):
    """No face was found; record with the whole face in view and in even light."""


class TrackError(InputError):
    """A saved track cannot be used; analyze the video again."""


class ParameterError(SpasmVideoError):
    """A parameter is unknown or out of its range; the message names the range."""


class ModelError(SpasmVideoError):
    """A network file is missing or has changed; install the package again."""


class OutputError(SpasmVideoError):
    """The results cannot be written; choose another folder with ``--out``."""


class MissingPartError(SpasmVideoError):
    """An optional package or a system library is absent; the message has the install line."""
