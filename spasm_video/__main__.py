"""``python -m spasm_video``: the same as ``spasm-video``."""

from __future__ import annotations

from spasm_video.cli.main import main

if __name__ == "__main__":
    main()
