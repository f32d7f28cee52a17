"""
The portrait of the sample videos, and where the parts of its face are.

The picture is NASA's official portrait of an astronaut, in the public domain, as
scikit-image ships it (``skimage.data.astronaut``, 512 x 512). The places were measured once,
on the enlarged picture and with a face mesh, and are px of the 512 x 512 picture after
``_with_longer_neck``: the suit's collar hides most of the neck, so the skin below the jaw is
drawn out to about the length that a bare neck shows.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import cv2
import numpy as np

from spasm_video.anatomy import Region, Side
from spasm_video.errors import MissingPartError
from spasm_video.simulate.face_map import EyeMap, FaceMap
from spasm_video.simulate.portrait import Framing, Portrait

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats, Picture

SOURCE = "NASA portrait (public domain), as in skimage.data.astronaut, animated by spasm_video"

CLOSE_UP = Framing(scale=3.5, size_px=(720, 720), centre=(224.0, 113.0))
"""Head and neck in a square, the face 320 px wide."""

UPRIGHT = Framing(scale=3.3, size_px=(540, 960), centre=(224.0, 145.0))
"""As a phone is held: head and chest, the face 300 px wide."""

_GRAIN = 1.6
_LONGER_PX = 18.0
_JAW = (
    (150.0, 147.0), (180.0, 150.0), (189.5, 158.0), (197.5, 167.0), (205.3, 174.0), (212.0, 178.0),
    (221.1, 180.0), (230.4, 179.0), (237.7, 176.5), (246.7, 170.0), (256.0, 161.0), (266.0, 152.0),
    (300.0, 149.0),
)  # fmt: skip
_COLLAR = (
    (150.0, 168.0), (180.0, 174.0), (186.3, 176.0), (192.5, 180.5), (205.0, 184.0), (217.5, 186.3),
    (235.0, 188.3), (247.5, 186.0), (255.0, 182.5), (270.0, 178.0), (300.0, 173.0),
)  # fmt: skip

FACE = FaceMap(
    px_per_mm=0.749,  # the irises are 8.76 px wide
    glabella=(225.4, 90.7),
    nose_tip=(223.4, 130.5),
    chin=(221.1, 178.6),
    head_centre=(224.0, 108.0),
    head_radii=(62.0, 96.0),
    eyes={
        Side.RIGHT: EyeMap(
            upper=(
                (192.6, 100.7), (194.8, 99.9), (196.9, 98.9), (199.4, 98.1), (203.0, 97.4),
                (206.2, 98.1), (209.1, 99.6), (211.2, 101.4), (212.9, 103.1),
            ),
            lower=(
                (192.6, 100.7), (194.8, 101.4), (197.0, 102.4), (199.8, 103.5), (203.0, 104.0),
                (206.9, 104.0), (210.1, 103.6), (212.9, 103.1),
            ),
            brow_edge=((190.2, 91.6), (198.4, 90.3), (207.0, 91.9), (212.9, 93.2)),
        ),
        Side.LEFT: EyeMap(
            upper=(
                (236.0, 104.5), (238.2, 103.2), (241.1, 102.0), (242.9, 100.9), (246.1, 99.9),
                (249.6, 100.4), (252.1, 101.3), (254.6, 102.7), (257.4, 104.4),
            ),
            lower=(
                (236.0, 104.5), (238.2, 105.2), (241.1, 105.8), (243.9, 106.4), (246.4, 106.5),
                (248.9, 106.3), (251.8, 105.4), (254.3, 104.9), (257.4, 104.4),
            ),
            brow_edge=((236.0, 94.4), (245.0, 93.9), (254.0, 94.0), (262.0, 97.0)),
        ),
    },
    mouth=(
        (202.4, 139.4), (206.1, 143.3), (209.8, 146.0), (213.2, 147.8), (217.3, 148.8),
        (220.7, 149.2), (224.8, 149.2), (229.0, 148.5), (232.3, 147.7), (235.7, 146.0),
        (239.0, 143.7), (243.6, 140.6),
    ),
    anchors={
        Side.RIGHT: {
            Region.BROW: (200.8, 88.5),
            Region.CHEEK: (193.0, 122.9),
            Region.MOUTH: (202.5, 139.3),
            Region.NECK: (196.6, 184.0),
        },
        Side.LEFT: {
            Region.BROW: (250.4, 91.0),
            Region.CHEEK: (255.5, 126.3),
            Region.MOUTH: (244.5, 140.7),
            Region.NECK: (245.8, 186.8),
        },
    },
)  # fmt: skip


def nasa_portrait(framing: Framing = CLOSE_UP) -> Portrait:
    """
    The portrait as a camera frames it.

    Raises
    ------
    MissingPartError : scikit-image, which ships the picture, is not installed
    """
    try:
        data = import_module("skimage.data")  # only who draws a portrait needs it
    except ImportError as absent:
        raise MissingPartError(
            "The portrait comes with scikit-image, which is not installed.",
            "Install it: pip install scikit-image",
        ) from absent
    picture: Picture = np.ascontiguousarray(data.astronaut())
    return Portrait.framed(_with_longer_neck(picture), FACE, framing, grain=_GRAIN)


def _with_longer_neck(source: Picture) -> Picture:
    """Draw out the skin right below the jaw by ``_LONGER_PX``; all below it moves down."""
    y, x = np.mgrid[0 : source.shape[0], 0 : source.shape[1]].astype(np.float64)
    jaw, collar = (_level(line, x[0]) for line in (_JAW, _COLLAR))
    bare = collar - jaw
    drawn_out = np.clip(y - jaw, 0, bare + _LONGER_PX)
    longer = drawn_out * _LONGER_PX / (bare + _LONGER_PX)
    return cv2.remap(
        source,
        x.astype(np.float32),
        (y - longer).astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.uint8)


def _level(line: tuple[tuple[float, float], ...], x: Floats) -> Floats:
    """The height of a line at ``x``, its corners rounded, px."""
    at, height = np.array(line).T
    rounded = cv2.GaussianBlur(np.interp(x, at, height)[None], (0, 0), 2.5)
    return np.asarray(rounded[0], np.float64)
