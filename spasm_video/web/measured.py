"""What was measured of a session, made again from its track: findings, traces, the reviewed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from spasm_video.errors import InputError
from spasm_video.measure.reviewed import reviewed
from spasm_video.measure.session import find
from spasm_video.observe.track import load_track
from spasm_video.params import AnalysisParams, params_hash
from spasm_video.web.traces import kept_traces, traces_of
from spasm_video.web.visit import file_of

if TYPE_CHECKING:
    from spasm_video.history import Review, Session
    from spasm_video.measure.summary import Findings
    from spasm_video.records import Measurement
    from spasm_video.web.traces import Traces


def findings(session: Session) -> Findings:
    """
    What was found in a session, from its track; the latest few are kept.

    Raises
    ------
    InputError : it was measured with other numbers, or its track is gone
    """
    _refuse_other_numbers(session)
    path = file_of(session, "track.npz")
    if path is None:
        raise InputError("The track of this session is not there any more.", "Measure it again.")
    return _found(str(path), path.stat().st_mtime_ns)


def after_review(session: Session, review: Review) -> Measurement:
    """The measurement that follows from a review; the errors are those of ``findings``."""
    spans_s = [(one.start_s, one.end_s) for one in review.excluded]
    return reviewed(findings(session), review.accepted, spans_s, AnalysisParams().measure)


def drawn(session: Session) -> Traces:
    """What is drawn of a session: as it was kept, or else from its track; its errors too."""
    _refuse_other_numbers(session)
    kept = kept_traces(session)
    return traces_of(findings(session)) if kept is None else kept


def _refuse_other_numbers(session: Session) -> None:
    if session.made_with.get("params_hash") != params_hash(AnalysisParams().measure):
        raise InputError(
            "This session was measured with other numbers than those of this program.",
            f"Measure it again: spasm-video sessions remeasure {session.subject}",
        )


@lru_cache(maxsize=3)
def _found(path: str, _changed_ns: int) -> Findings:
    return find(load_track(Path(path)), AnalysisParams().measure)
