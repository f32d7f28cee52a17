"""
Every error a user can meet: the problem in one line, then the remedy.

    SpasmVideoError
    ├── InputError          the file or the call is wrong
    │   ├── VideoError      the video cannot be read
    │   ├── CameraError     the camera is absent, busy or lost
    │   ├── NoFaceError     no face to measure
    │   ├── TrackError      a saved track cannot be used
    │   └── ManifestError   rows of a batch are wrong
    ├── ParameterError      a number is out of its range or unknown
    ├── ModelError          a network file is missing or has changed
    ├── OutputError         the results cannot be written
    ├── MissingPartError    an optional package or a system library is absent
    └── StoreError          the store of subjects and sessions refuses, or cannot be reached
        ├── ChangedError    somebody else changed it meanwhile
        ├── ClashError      what is to be stored is there already
        ├── UnknownError    what is asked for is not in the store
        ├── StoreFormError  the store was made by an older or a newer version
        └── SideContradictionError  the side is not that of the subject's other sessions
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


class ManifestError(InputError):
    """Rows of a batch's table are wrong; each is named with its line and what to write."""


class ParameterError(SpasmVideoError):
    """A parameter is unknown or out of its range; the message names the range."""


class ModelError(SpasmVideoError):
    """A network file is missing or has changed; install the package again."""


class OutputError(SpasmVideoError):
    """The results cannot be written; choose another folder with ``--out``."""


class MissingPartError(SpasmVideoError):
    """An optional package or a system library is absent; the message has the install line."""


class StoreError(SpasmVideoError):
    """The store refuses or cannot be reached; nothing that was stored before is lost."""


class ClashError(StoreError):
    """What is to be stored is there already; give it another name, or delete the older one."""


class ChangedError(StoreError):
    """Somebody else changed it meanwhile; look at it again. Nothing of theirs is overwritten."""


class UnknownError(StoreError):
    """What is asked for is not in the store; the message says how to list what is."""


class StoreFormError(StoreError):
    """The store has an older or newer form than this program; migrate it, or update."""


class SideContradictionError(StoreError):
    """The side is not that of the subject's other sessions; look for a mirrored video."""
