"""
Measure a grid and make its scorecard the published one.

    python scripts/publish_scorecard.py [quick|full ...]

To be run for both, and the result committed, after any change that moves a measured value:
the quick grid takes a minute or two, the full one a quarter of an hour. Then ``make format``
writes the README, which shows the full one.
"""

from __future__ import annotations

import sys

from spasm_video.params import AnalysisParams
from spasm_video.validate import study
from spasm_video.validate.grid import Grid, cases
from spasm_video.validate.published import publish
from spasm_video.validate.scorecard import markdown, plain


def main() -> None:
    """Measure, write, show."""
    for grid in [Grid(name) for name in sys.argv[1:]] or list(Grid):
        found = study.validate(cases(grid), AnalysisParams(), study.grid_title(grid))
        told = plain(found.scores, found.made_with, found.rows)
        publish(grid, told)
        print(markdown(told))


if __name__ == "__main__":
    main()
