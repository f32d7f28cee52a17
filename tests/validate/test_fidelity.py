"""How much of a twitch the signals keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, Region, Side
from spasm_video.records import MovementSignals
from spasm_video.simulate.twitch import Course
from spasm_video.validate.fidelity import fidelities
from tests.validate.conftest import a_spasm

if TYPE_CHECKING:
    from spasm_video.validate.spasms import Spasm


def signals_of(kept: float, late_s: float, noise_mm: float) -> tuple[MovementSignals, list[Spasm]]:
    """Forty right mouth twitches of 1 mm and 100 ms, of which a part is kept, late."""
    rng = np.random.default_rng(3)
    time_s = np.arange(0, 60, 1 / 30)
    onsets_s = 1.0 + 1.4 * np.arange(40) + rng.uniform(0, 0.1, 40)
    one_sided = rng.normal(0, noise_mm, (len(time_s), len(REGIONS)))
    for onset_s in onsets_s:
        course = Course.clonic(onset_s + late_s, rise_s=0.033, decay_s=0.067)
        one_sided[:, REGIONS.index(Region.MOUTH)] -= kept * course.level(time_s)
    signals = MovementSignals(
        time_s, np.zeros((len(time_s), len(REGIONS), 2)), one_sided, np.zeros(len(REGIONS))
    )
    twitches = [
        a_spasm(float(t), 0.1, Side.RIGHT, peak_s=float(t) + 0.033, region_mm={Region.MOUTH: 1.0})
        for t in onsets_s
    ]
    return signals, twitches


@pytest.mark.parametrize(("kept", "late_s"), [(1.0, 0.0), (0.6, 0.0), (0.8, 0.02)])
def test_the_part_kept_and_the_delay_come_back(kept: float, late_s: float) -> None:
    """Within 3 % and 2.5 ms, with noise of a twentieth of the twitch."""
    found = fidelities(*signals_of(kept, late_s, 0.05))

    assert len(found) == 40
    assert np.median([one.kept for one in found]) == pytest.approx(kept, rel=0.03)
    assert np.median([one.delay_s for one in found]) == pytest.approx(late_s, abs=0.0026)


def test_what_was_not_measured_has_no_fidelity() -> None:
    """NaN is neither kept nor lost."""
    signals, twitches = signals_of(1.0, 0.0, 0.0)
    hidden = MovementSignals(
        signals.time_s, signals.displacement_mm, np.full_like(signals.one_sided_mm, np.nan),
        signals.limit_mm,
    )  # fmt: skip

    assert fidelities(hidden, twitches) == ()
