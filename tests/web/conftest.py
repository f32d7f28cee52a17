"""The app as a browser calls it, without a socket; and a session to look at."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from spasm_video.params import AnalysisParams
from spasm_video.pipeline import ObserveOptions, analyze
from spasm_video.pipeline.storing import Visit, session_from_folder
from spasm_video.store import open_store, sessions
from spasm_video.web.app import create_app
from spasm_video.web.preview import write_preview
from spasm_video.web.settings import Settings
from tests.web.serving import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spasm_video.history import Session

SAMPLES = Path(__file__).parents[2] / "sample_videos"
TOKEN = "a token that only the terminal shows"  # noqa: S105 (of the tests)
ADDRESS = "http://127.0.0.1:8532"


class Browser(TestClient):
    """A client that sends what a browser would: its origin, and the word of the page."""

    def __init__(self, app: Any) -> None:
        super().__init__(
            app, base_url=ADDRESS, follow_redirects=False, raise_server_exceptions=False
        )
        self.word, self.token = "", TOKEN

    def let_in(self) -> None:
        """Open the first page by its address, and read the word of the session."""
        assert self.get("/open", params={"token": TOKEN}).status_code == 303
        page = self.get("/").text
        found = re.search(r'<meta name="csrf" content="([0-9a-f]{64})">', page)
        assert found is not None
        self.word = found[1]

    def submit(self, path: str, **fields: object) -> Any:
        """A form of one of our pages."""
        data = {"csrf": self.word} | {name: str(value) for name, value in fields.items()}
        return self.post(path, data=data, headers={"origin": ADDRESS})

    def call(self, method: str, path: str, **told: Any) -> Any:
        """What a script of one of our pages asks."""
        headers = {"origin": ADDRESS, "x-csrf-token": self.word} | told.pop("headers", {})
        return self.request(method, path, headers=headers, **told)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A server in a folder of its own."""
    return Settings(
        folder=tmp_path / "web", store=str(tmp_path / "store.sqlite"), token=TOKEN, who="tester"
    )


@pytest.fixture
def stranger(settings: Settings) -> Iterator[Browser]:
    """A browser that nobody has let in."""
    with Browser(create_app(settings)) as browser:
        yield browser


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    """A browser that knows the opening address."""
    stranger.let_in()
    return stranger


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results with spasms of the right side; analyzed once."""
    folder = tmp_path_factory.mktemp("measured") / "results"
    video = SAMPLES / "right_spasm.mp4"
    analyze(video, folder, AnalysisParams(), ObserveOptions(end_s=12.0))
    return folder


@pytest.fixture(scope="session")
def played(measured: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with what the review page plays."""
    folder = tmp_path_factory.mktemp("played") / "results"
    shutil.copytree(measured, folder)
    write_preview(SAMPLES / "right_spasm.mp4", folder / "preview.mp4", mirrored=False)
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server in a process of its own."""
    running = Server(tmp_path / "web")
    running.folder.mkdir()
    running.start()
    yield running
    running.end()


@pytest.fixture
def session(measured: Path, settings: Settings, tmp_path: Path) -> Session:
    """That recording in the store of the server, of P01."""
    folder = tmp_path / "results"
    shutil.copytree(measured, folder)
    visit = Visit(subject="P01", date=dt.date(2026, 3, 2))
    found = session_from_folder(folder, visit, AnalysisParams().measure)
    with open_store(settings.store, "tester") as store:
        return sessions.add(store, found).session


def pages_of(session: Session) -> tuple[str, ...]:
    """Where every kind of page is, with those of a session."""
    base = f"/people/P01/sessions/{session.number}"
    always = ("/", "/record", "/upload", "/people", "/people/P01", "/jobs")
    return (*always, base, f"{base}/review")
