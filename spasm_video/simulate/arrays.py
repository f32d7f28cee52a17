"""The arrays of the simulator, by name."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

AnyFloats: TypeAlias = NDArray[np.floating]
Floats: TypeAlias = NDArray[np.float64]
Plane: TypeAlias = NDArray[np.float32]
"""(h, w) of one quantity, or (h, w, 3) of a colour, at every pixel."""
Picture: TypeAlias = NDArray[np.uint8]
"""(h, w, 3) RGB."""
