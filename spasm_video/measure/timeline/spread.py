"""Spread: which region of the affected side first took part, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, Region, Side
from spasm_video.course import Spread

if TYPE_CHECKING:
    from spasm_video.history import Session
    from spasm_video.params import TimelineParams


def spread(
    sessions: tuple[Session, ...], side: Side | None, params: TimelineParams
) -> tuple[Spread, ...]:
    """
    Each region over the sessions.

    A region takes part where the lower end of its rate lies above what a face without spasm
    may show; where it could not be assessed it is None, never False. A single session is
    confirmed by the next assessable one.
    """
    return tuple(_of(region, sessions, side, params) for region in REGIONS)


def _of(
    region: Region, sessions: tuple[Session, ...], side: Side | None, params: TimelineParams
) -> Spread:
    if side is None:
        nothing = (None,) * len(sessions)
        reason = "The affected side is not known."
        return Spread(region, None, None, nothing, is_confirmed=False, reason=reason)
    states = tuple(_state(region, session, side, params) for session in sessions)
    if True not in states:
        seen = any(state is not None for state in states)
        reason = "It has not taken part so far." if seen else "It could not be assessed."
        return Spread(region, None, None, states, is_confirmed=False, reason=reason)
    at = states.index(True)
    earlier = [one.date for one, state in zip(sessions, states, strict=True) if state is False]
    before = [day for day in earlier if day < sessions[at].date]
    later = [state for state in states[at + 1 :] if state is not None]
    return Spread(
        region=region,
        first=sessions[at].date,
        not_before=before[-1] if before else None,
        states=states,
        is_confirmed=bool(later) and later[0],
    )


def _state(region: Region, session: Session, side: Side, params: TimelineParams) -> bool | None:
    rate = session.measure(f"{region}_{side}_spasms_per_min")
    return rate.low > params.involved_low_per_min if rate.is_known else None
