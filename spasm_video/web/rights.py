"""
What a role may do, by method and path: one table for the one door.

Readers look at everything and change nothing. Clinicians do all but delete a person. A
patient records and sees their own results; for them nobody else is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spasm_video.web.visitors import Role

if TYPE_CHECKING:
    from spasm_video.web.visitors import Visitor

_LOOKING = frozenset({"GET", "HEAD"})
_FOR_ALL = re.compile(r"/|/words\.json|/language/[a-z]+|/logout")
_WORK = re.compile(r"/record.*|/upload|/api/(videos|lamps|protocol|jobs)(/.*)?|/(videos|jobs)/.+")
_DELETES_PERSON = re.compile(r"/people/[^/]+/delete")


def may(visitor: Visitor, method: str, path: str) -> bool:
    """Whether a visitor may ask this at all; of whose video it is, the pages decide."""
    if visitor.role in {Role.OWNER, Role.ADMIN} or _FOR_ALL.fullmatch(path):
        return True
    if visitor.role is Role.CLINICIAN:
        return method in _LOOKING or not _DELETES_PERSON.fullmatch(path)
    if visitor.role is Role.READER:
        return method in _LOOKING and not path.startswith(("/record", "/upload"))
    if _WORK.fullmatch(path):
        return True
    own = f"/people/{visitor.subject}"
    is_own = path.removeprefix("/api") == own or path.removeprefix("/api").startswith(f"{own}/")
    return is_own and method in _LOOKING
