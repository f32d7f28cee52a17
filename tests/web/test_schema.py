"""Whatever is asked, as the app's own schema allows it or against it: no page breaks."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from spasm_video.history import SCALES, Cause, Segment, TreatmentKind
from spasm_video.params import AnalysisParams
from spasm_video.pipeline.storing import Visit, session_from_folder
from spasm_video.store import open_store, sessions
from spasm_video.web.app import create_app
from spasm_video.web.settings import Settings
from tests.web.conftest import ADDRESS, TOKEN, Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemathesis import Case

HUGE = "9" * 20  # no number of any database
EXAMPLES = 8  # of each operation and way
INSIDE = ("Traceback", "site-packages", "sqlalchemy", "sqlite", "spasm_video/web", "Errno", "0x7")

days = st.sampled_from(("2026-03-02", "0001-01-01", "9999-12-31", "2026-02-30", "today", ""))
numbers = st.one_of(st.floats().map(str), st.integers().map(str), st.text(max_size=8))
words = st.sampled_from([*SCALES, *Cause, *Segment, *TreatmentKind, "left", "right", "yes", ""])
texts = st.one_of(words.map(str), days, numbers, st.text(max_size=40))
FIELDS = {
    **dict.fromkeys(("code", "subject", "label", "sure", "why", "text", "note", "name"), texts),
    **dict.fromkeys(("kind", "segment", "side", "cause", "hypertension", "scale", "how"), texts),
    **dict.fromkeys(("product", "dose_unit", "sites", "wording", "rater", "device"), texts),
    **dict.fromkeys(("vessel", "began", "mri", "mra", "emg", "mirrored", "delete_video"), texts),
    **dict.fromkeys(("dose", "value"), numbers),
    **dict.fromkeys(("date", "until"), days),
}
forms = st.fixed_dictionaries({}, optional=FIELDS)


class Asked:
    """A server without workers, with somebody's session, a video and a job to ask for."""

    def __init__(self, folder: Path, measured: Path) -> None:
        self.folder = folder
        shutil.copytree(measured, folder / "results")
        self.settings = Settings(
            folder=folder / "web", store=str(folder / "store.sqlite"), token=TOKEN, workers=0
        )
        visit = Visit(subject="P01", date=dt.date(2026, 3, 2))
        found = session_from_folder(folder / "results", visit, AnalysisParams().measure)
        with open_store(self.settings.store, "tester") as store:
            one = sessions.add(store, found).session
            two = replace(one, date=dt.date(2026, 4, 2), made_with={"video": {"sha256": "2"}})
            numbers_ = (one.number, sessions.add(store, two).session.number)
        self.browser = Browser(create_app(self.settings))
        self.numbers = [str(number) for number in numbers_]
        self.videos: list[str] = []
        self.jobs: list[str] = []

    def fill(self) -> None:
        """A video that arrives, one that is whole, and a job that waits for good."""
        at = self.browser.app.state.desk  # type: ignore[attr-defined]
        arriving, whole = at.library.begin("a.mp4", 10), at.library.begin("b.mp4", 10)
        at.library.finish(
            whole.id, {"width_px": 640, "height_px": 480, "codec": "vp8", "duration_s": None}
        )
        task = {"name": "b.mp4", "mirrored": False, "visit": {"subject": "P01", "date": "today"}}
        self.videos, self.jobs = [arriving.id, whole.id], [at.jobs.add(whole.id, task).id]

    def known(self, path: str) -> dict[str, list[str]]:
        """What the parts of a path may name that is really there."""
        numbered = {"videos": self.videos, "record": self.videos, "jobs": self.jobs}
        kind = path.removeprefix("/api").split("/")[1]
        return {
            "code": ["P01"], "number": numbered.get(kind, self.numbers), "row": ["1"],
            "name": ["report.html", "events.csv"], "language": ["de"],
        }  # fmt: skip

    def ask(self, case: Case[Any], fields: dict[str, str] | None) -> Any:
        """Its answer, with the session's word; ``fields`` is sent as a form."""
        told = case.as_transport_kwargs(base_url=ADDRESS)
        headers = {"origin": ADDRESS}
        headers |= {str(name): str(value) for name, value in (told.get("headers") or {}).items()}
        headers = {name: _plain(value) for name, value in headers.items()}
        sent: dict[str, Any] = {}
        if fields is not None:
            sent["data"] = {"csrf": self.browser.word} | fields
            headers.pop("content-type", None)
        else:
            headers["x-csrf-token"] = self.browser.word
            sent = {name: told[name] for name in ("json", "data") if told.get(name) is not None}
            if "data" in sent:
                sent["content"] = sent.pop("data")
        return self.browser.request(
            told["method"], told["url"], params=told.get("params") or {}, headers=headers, **sent
        )


def _plain(value: str) -> str:
    """A header as it can be sent at all."""
    return "".join(letter for letter in value if " " <= letter <= "~")


@pytest.fixture(scope="module")
def asked(measured: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """That server, asked by a browser that was let in."""
    server = Asked(tmp_path_factory.mktemp("asked"), measured)
    with server.browser:
        server.fill()
        yield server


def operations(asked: Asked) -> list[Any]:
    """Every operation of the schema; those that take something away come last."""
    app: Any = asked.browser.app
    schema: Any = schemathesis.openapi.from_dict(app.openapi())
    found = [one.ok() for one in schema.get_all_operations()]

    def takes(one: Any) -> int:
        return 2 if one.path == "/logout" else one.method == "delete" or "delete" in one.path

    return sorted(found, key=takes)


def can_be_wrong(operation: dict[str, Any]) -> bool:
    """Whether the schema says more of an operation than that its parameters are texts."""
    schemas = [one["schema"] for one in operation.get("parameters", [])]
    return "requestBody" in operation or any({*one} - {"type", "title"} for one in schemas)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_breaks_a_page_or_learns_of_the_inside(
    asked: Asked, mode: GenerationMode
) -> None:
    """Each is done, refused or not found; an error is two sentences, with no path in them."""
    asked.browser.let_in()
    statuses = []
    for operation in operations(asked):
        if mode is GenerationMode.POSITIVE or can_be_wrong(operation.definition.raw):
            statuses += asked_again_and_again(asked, operation, mode)

    known = sum(status in {200, 303, 206} for status in statuses)
    let_in = sum(status != 401 for status in statuses)
    assert let_in > 0.9 * len(statuses) > 100
    assert mode is GenerationMode.NEGATIVE or known > 0.15 * len(statuses)


def asked_again_and_again(asked: Asked, operation: Any, mode: GenerationMode) -> list[int]:
    """The statuses of the answers to examples of one operation."""
    known, statuses = asked.known(operation.path), []
    is_form = operation.method == "post" and not operation.path.startswith("/api/")

    @how(
        max_examples=EXAMPLES,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],
    )
    @given(data=st.data())
    def none_breaks(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        for name in case.path_parameters or {}:
            if data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from([*3 * known[name], HUGE]))
        answer = asked.ask(case, data.draw(forms) if is_form else None)
        statuses.append(answer.status_code)
        told = f"{answer.status_code} {case.as_curl_command()} {answer.text[:200]}"
        assert answer.status_code < 500, told
        assert "content-security-policy" in answer.headers
        if answer.status_code >= 400:
            sent = case.as_curl_command()  # a page may say what it was asked for
            inside = [one for one in INSIDE if one not in sent]
            assert [one for one in (*inside, str(asked.folder)) if one in answer.text] == [], told
            if operation.path.startswith("/api/"):
                assert {*answer.json()} in ({"problem", "remedy"}, {"received"}), told

    none_breaks()
    return statuses
