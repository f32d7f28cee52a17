"""Which spasms count as one."""

from __future__ import annotations

from spasm_video.anatomy import Region, Side
from spasm_video.records import Kind
from spasm_video.validate.spasms import joined
from tests.validate.conftest import a_spasm


def test_spasms_of_one_side_closer_than_150_ms_are_one() -> None:
    """A gap of 140 ms joins, one of 160 ms does not; the other side is never joined."""
    near = [a_spasm(1.0), a_spasm(1.34), a_spasm(1.2, side=Side.RIGHT)]
    far = [a_spasm(1.0), a_spasm(1.36)]

    assert [(s.onset_s, s.offset_s, s.side) for s in joined(near)] == [
        (1.0, 1.54, Side.LEFT),
        (1.2, 1.4, Side.RIGHT),
    ]
    assert len(joined(far)) == 2


def test_the_one_has_the_regions_of_both_and_the_size_and_peak_of_the_larger() -> None:
    """Regions in order of onset, the largest of each; tonic where one of them is."""
    small = a_spasm(1.0, amplitude_mm=1.0)
    large = a_spasm(
        1.3, amplitude_mm=3.0, regions=(Region.MOUTH, Region.EYELID), kind=Kind.TONIC,
        region_mm={Region.MOUTH: 3.0, Region.EYELID: 0.5}, peak_s=1.4, closure=0.1,
    )  # fmt: skip

    (one,) = joined([large, small])

    assert one.regions == (Region.EYELID, Region.MOUTH)
    assert one.region_mm == {Region.EYELID: 1.0, Region.MOUTH: 3.0}
    assert (one.amplitude_mm, one.peak_s, one.kind, one.closure) == (3.0, 1.4, Kind.TONIC, 0.2)


def test_an_unknown_size_does_not_hide_a_known_one() -> None:
    """NaN beside 2 mm is 2 mm, in either order."""
    unknown = a_spasm(1.0, amplitude_mm=float("nan"), region_mm={})

    for pair in ([unknown, a_spasm(1.25)], [a_spasm(0.75), unknown]):
        assert [s.amplitude_mm for s in joined(pair)] == [2.0]
