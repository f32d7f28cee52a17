"""Welch's method beside the library that is too slow to load."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import welch

from spasm_video.dsp.spectra import power_density


@pytest.mark.parametrize("segment", [8, 9, 120, 121])
@pytest.mark.parametrize("count", [121, 500, 1001])
def test_the_density_is_that_of_scipy(count: int, segment: int) -> None:
    """Odd and even windows, one and many of them."""
    values = np.random.default_rng(count).normal(3.0, 1.0, count)

    frequency_hz, density = power_density(values, 30.0, segment)
    expected_hz, expected = welch(values, fs=30.0, nperseg=segment)

    assert_allclose(frequency_hz, expected_hz, rtol=1e-12)
    assert_allclose(density, expected, rtol=1e-9, atol=1e-15)


def test_a_tone_has_its_power_at_its_frequency() -> None:
    """A sine of 2 mm at 5 Hz: mean square 2 mm2, at 5 Hz."""
    time_s = np.arange(0, 40, 1 / 60)

    frequency_hz, density = power_density(2 * np.sin(2 * np.pi * 5 * time_s), 60.0, 240)

    assert frequency_hz[int(np.argmax(density))] == pytest.approx(5.0)
    assert density.sum() * (frequency_hz[1] - frequency_hz[0]) == pytest.approx(2.0, rel=0.01)
