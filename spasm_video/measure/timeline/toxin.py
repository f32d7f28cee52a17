"""
The course after botulinum toxin: a plateau, a logistic fall, a logistic return.

All cycles of a product are fitted together, for the few visits of one cycle seldom carry it
alone: fall, onset and wearing off are shared, each cycle has its own plateau. Rates are
compared by their square roots, in which the error of a count does not depend on the count.
How steep the fall and the return are is held near published values unless the data say
otherwise. What the data do not carry is not told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import curve_fit
from scipy.special import expit
from scipy.stats import chi2

from spasm_video.course import ToxinCourse
from spasm_video.history import TreatmentKind
from spasm_video.measure.timeline.lines import by_day
from spasm_video.records import UNKNOWN, Estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spasm_video.course import Line, Point
    from spasm_video.history import Treatment
    from spasm_video.params import TimelineParams

Floats = NDArray[np.float64]

_Z95 = 1.959964
_STARTS = ((7.0, 60.0), (7.0, 90.0), (14.0, 90.0), (10.0, 120.0))  # half fall, half return, days
_TENTH = math.log(9.0)  # a logistic passes a tenth so many scales before its middle
_STEP = 1e-4
_CURVE_STEP = 2.0  # days between the points of a drawing
_STEADY = "A steady rate tells these sessions as well as a fall and a return do."
_TELLING = 100.0  # days; a wider interval is no number at all
_CHANCE = 0.001  # of calling a steady rate a course
_FREE = 3  # what a course has beyond a steady rate: fall, its middle, the return's middle
_SHARED = 5  # fall, its middle and scale, the return's middle and scale


@dataclass(frozen=True, slots=True)
class _Data:
    """Days since each injection (n, cycle; negative before it), cycle of each point, rates."""

    since: Floats
    cycle: NDArray[np.int64]
    root: Floats
    error: Floats


def toxin_courses(
    rate: Line, treatments: Sequence[Treatment], params: TimelineParams
) -> tuple[ToxinCourse, ...]:
    """One course for each product, in the order of their first use."""
    toxins = [one for one in treatments if one.kind is TreatmentKind.TOXIN]
    products = dict.fromkeys(one.product for one in toxins)
    visits = by_day([point for point in rate.known if math.isfinite(point.high - point.low)])
    return tuple(
        _course(product, [one for one in toxins if one.product == product], visits, treatments,
                params)
        for product in products
    )  # fmt: skip


def _course(
    product: str,
    cycles: list[Treatment],
    visits: Sequence[Point],
    treatments: Sequence[Treatment],
    params: TimelineParams,
) -> ToxinCourse:
    kept = [visit for visit in visits if _cycle(visit, cycles, treatments, params) is not None]
    after = [visit for visit in kept if visit.date > cycles[0].date]
    before = [visit for visit in kept if visit.date <= cycles[0].date]
    if not before:
        return _nothing(product, cycles, "No session lies before the first injection.")
    if len(after) < params.toxin_points:
        reason = f"{len(after)} sessions after injections; a course needs {params.toxin_points}."
        return _nothing(product, cycles, reason)
    data = _data(kept, cycles, treatments, params)
    fitted = _fit(data, len(cycles), params)
    if fitted is None:
        return _nothing(
            product, cycles, "A steady rate tells these sessions as well as a fall and a return do."
        )
    best, covariance = fitted
    fall = _told(lambda p: p[0], best, covariance)
    if not fall.low > 0:
        return _nothing(
            product, cycles, "The fall is not larger than the error of measuring.", fall
        )
    return _told_course(product, cycles, kept, best, covariance, fall, params)


def _told_course(  # noqa: PLR0913, PLR0917 (a fit and what it was made from)
    product: str,
    cycles: list[Treatment],
    kept: list[Point],
    best: Floats,
    covariance: Floats,
    fall: Estimate,
    params: TimelineParams,
) -> ToxinCourse:
    """Every number with its interval, and left out where that is too wide to be of use."""
    numbers = {
        "onset": (_told(_onset, best, covariance), params.onset_told_days),
        "full effect": (_told(_nadir, best, covariance), params.nadir_told_days),
        "wearing off": (_told(lambda p: p[3], best, covariance), params.wear_off_told_days),
        "days of benefit": (
            _told(lambda p: p[3] - p[1], best, covariance), params.wear_off_told_days,
        ),
    }  # fmt: skip
    longest = max((visit.date - one.date).days for visit in kept for one in cycles)
    told, reasons = [], []
    for name, (number, widest) in numbers.items():
        half = (number.high - number.low) / 2
        is_seen = number.value <= longest or name == "onset"
        if half <= widest and is_seen:
            told.append(Estimate(number.value, max(number.low, 0.0), number.high))
            continue
        told.append(UNKNOWN)
        why = (
            f"its interval is ± {half:.0f} days" if half < _TELLING else "too few sessions near it"
        )
        why = why if is_seen else "no session reaches so far"
        reasons.append(f"{name.capitalize()}: cannot tell, {why}.")
    onset, nadir, wear_off, benefit = told
    return ToxinCourse(
        product, tuple(cycles), onset, nadir, wear_off, fall, benefit,
        _curve(best, kept, cycles), tuple(reasons),
    )  # fmt: skip


def _cycle(
    visit: Point, cycles: Sequence[Treatment], treatments: Sequence[Treatment],
    params: TimelineParams,
) -> int | None:  # fmt: skip
    """The cycle a session belongs to: of the last injection, or the first where it is before."""
    others = [one for one in treatments if one not in cycles and one.kind is not TreatmentKind.DRUG]
    begun = [at for at, one in enumerate(cycles) if one.date < visit.date]
    if not begun:
        days = (cycles[0].date - visit.date).days
        hidden = any(visit.date > one.date for one in others)
        return 0 if days <= params.before_days and not hidden else None
    last = cycles[begun[-1]]
    if (visit.date - last.date).days > params.toxin_days:
        return None
    if any(last.date <= one.date < visit.date for one in others):
        return None
    return begun[-1]


def _data(
    kept: Sequence[Point], cycles: Sequence[Treatment], treatments: Sequence[Treatment],
    params: TimelineParams,
) -> _Data:  # fmt: skip
    since = np.array([[(v.date - one.date).days for one in cycles] for v in kept], dtype=float)
    cycle = np.array([_cycle(v, cycles, treatments, params) for v in kept])
    low, high = (np.sqrt([max(getattr(v, end), 0.0) for v in kept]) for end in ("low", "high"))
    root = np.sqrt([max(v.value, 0.0) for v in kept])
    return _Data(since, cycle.astype(np.int64), root, (high - low) / (2 * _Z95))


def _rate(p: Floats, since: Floats, cycle: NDArray[np.int64]) -> Floats:
    """
    (n,) rate. ``p``: fall, its middle and log scale, the return's, the plateau's log of each cycle.

    Of overlapping cycles the stronger counts.
    """
    fall, down, log_down, up, log_up = p[:_SHARED]
    shape = expit((since - down) / np.exp(log_down)) - expit((since - up) / np.exp(log_up))
    shape[since <= 0] = 0.0
    plateau = np.exp(p[_SHARED:])[cycle]
    held = np.clip(1 - fall * np.clip(shape, 0, 1).max(axis=1), 0, None)
    rate: Floats = plateau * held
    return rate


def _fit(data: _Data, cycles: int, params: TimelineParams) -> tuple[Floats, Floats] | None:
    """The best of several starts and its covariance, widened where the rates scatter more."""
    scales = np.log([params.fall_scale_days, params.return_scale_days])
    highest = math.log(max(float(np.quantile(data.root, 0.9)) ** 2, 0.1))

    def model(_: Floats, *p: float) -> Floats:
        """Roots of the rates, then what is held near known values: scales and plateaus."""
        all_of = np.array(p)
        roots = np.sqrt(_rate(all_of, data.since, data.cycle))
        apart = all_of[_SHARED + 1 :] - all_of[_SHARED]
        return np.concatenate([roots, all_of[[2, 4]], apart])

    wanted = np.concatenate([data.root, scales, np.zeros(cycles - 1)])
    errors = np.concatenate(
        [data.error, [params.scale_spread] * 2, [params.plateau_spread] * (cycles - 1)]
    )
    low = [0.0, 0.5, scales[0] - 2, 15.0, scales[1] - 2, *([highest - 3] * cycles)]
    high = [1.0, 45.0, scales[0] + 2, 365.0, scales[1] + 2, *([highest + 3] * cycles)]
    best: tuple[float, Floats, Floats] | None = None
    for down, up in _STARTS:
        start = [0.8, down, scales[0], up, scales[1], *([highest] * cycles)]
        try:
            p, covariance = curve_fit(
                model, np.zeros(len(wanted)), wanted, start, errors, absolute_sigma=True,
                bounds=(low, high), max_nfev=2000,
            )  # fmt: skip
        except RuntimeError:  # no end in sight from this start
            continue
        misfit = float((((model(np.zeros(0), *p) - wanted) / errors) ** 2).sum())
        if best is None or misfit < best[0]:
            best = misfit, p, covariance
    if best is None or not np.isfinite(best[2]).all():
        return None
    misfit, p, covariance = best
    scatter = max(1.0, misfit / max(len(data.root) - _SHARED - 1, 1))
    weight = data.error**-2
    flat = float((weight * (data.root - np.average(data.root, weights=weight)) ** 2).sum())
    # A curve always fits better than a line: it must do so by more than chance.
    if flat - misfit < scatter * float(chi2.ppf(1 - _CHANCE, _FREE)):
        return None
    return p, covariance * scatter


def _told(of: Callable[[Floats], float], best: Floats, covariance: Floats) -> Estimate:
    """A number that follows from the fit, with the interval that follows from its covariance."""
    value = float(of(best))
    slope = np.zeros(len(best))
    for at in range(len(best)):
        moved = best.copy()
        moved[at] += _STEP
        slope[at] = (of(moved) - value) / _STEP
    half = _Z95 * math.sqrt(max(float(slope @ covariance @ slope), 0.0))
    return Estimate(value, value - half, value + half)


def _onset(p: Floats) -> float:
    return float(p[1] - _TENTH * math.exp(p[2]))


def _nadir(p: Floats) -> float:
    return float(p[1] + _TENTH * math.exp(p[2]))


def _curve(
    best: Floats, kept: Sequence[Point], cycles: Sequence[Treatment]
) -> tuple[tuple[float, float], ...]:
    """The fitted rate from the first injection to the last session it was made from."""
    origin = kept[0]
    begins = [(one.date - origin.date).days + origin.day for one in cycles]
    days = np.arange(begins[0], kept[-1].day + _CURVE_STEP, _CURVE_STEP)
    since = days[:, None] - np.array(begins)
    cycle = np.clip((since >= 0).sum(axis=1) - 1, 0, None)
    rate = _rate(best, since, cycle.astype(np.int64))
    return tuple(zip(days.tolist(), rate.tolist(), strict=True))


def _nothing(
    product: str, cycles: list[Treatment], reason: str, fall: Estimate = UNKNOWN
) -> ToxinCourse:
    return ToxinCourse(
        product, tuple(cycles), UNKNOWN, UNKNOWN, UNKNOWN, fall, UNKNOWN, (), (reason,)
    )
