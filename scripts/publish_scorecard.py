"""
Measure the quick grid and make its scorecard the published one, which the README shows.

    python scripts/publish_scorecard.py

To be run, and its result committed, after any change that moves a measured value; then
``make format`` writes the README.
"""

from __future__ import annotations

from spasm_video.params import AnalysisParams
from spasm_video.validate import study
from spasm_video.validate.grid import Grid, cases
from spasm_video.validate.scorecard import as_json, markdown, plain


def main() -> None:
    """Measure, write, show."""
    title = study.grid_title(Grid.QUICK)
    found = study.validate(cases(Grid.QUICK), AnalysisParams(), title)
    told = plain(found.scores, found.made_with, found.rows)
    study.PUBLISHED.write_text(as_json(told), encoding="utf-8", newline="\n")
    print(markdown(told))


if __name__ == "__main__":
    main()
