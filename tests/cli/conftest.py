"""The program as it is called: arguments in, exit code and what was said out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from spasm_video.cli.main import main


@dataclass(frozen=True, slots=True)
class Said:
    """How a call ended and what it said."""

    code: object
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the program in this process."""

    def call(*arguments: object) -> Said:
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(end.value.code, said.out, said.err)

    return call
