"""The app in Debian's Firefox, spoken to by WebDriver BiDi, the protocol it has built in."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.serving import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.serving import Server

websocket = pytest.importorskip("websocket")

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.flaky(reruns=2),
    pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"]),
    pytest.mark.skipif(not FIREFOX, reason="Firefox is not installed: apt-get install firefox-esr"),
]
PREFERENCES = {
    "media.navigator.streams.fake": True,  # a camera that shows a moving pattern
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.normandy.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "en",
}
SECONDS = 30.0
HAS_WORDS = """!document.querySelector("script[type=module]") ||
  performance.getEntriesByType("resource").some(
    (one) => one.name.endsWith("/words.json") && one.responseEnd)"""
# How many colours a canvas shows.
COLOURS = """(() => {{
  const canvas = document.querySelector("{}");
  const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(all.data.buffer)).size;
}})()"""


class Firefox:
    """A page in a Firefox of its own."""

    def __init__(self, folder: Path) -> None:
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items())
        (folder / "user.js").write_text("\n".join(lines), "utf-8")
        self._process = subprocess.Popen(
            [str(FIREFOX), "--headless", "--no-remote", "--profile", str(folder),
             "--remote-debugging-port", "0", "--width", "1280", "--height", "720"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env=os.environ | {"HOME": str(folder), "MOZ_HEADLESS": "1"},
        )  # fmt: skip
        self.complaints: list[str] = []
        self._number = 0
        self._socket = websocket.create_connection(
            f"{self._listening()}/session", suppress_origin=True, timeout=SECONDS
        )
        self.tell("session.new", capabilities={})
        self._page = self.tell("browsingContext.getTree")["contexts"][0]["context"]
        self.tell("session.subscribe", events=["log.entryAdded"])

    def _listening(self) -> str:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                return found[1]
        raise AssertionError("Firefox did not start")

    def tell(self, method: str, **params: Any) -> Any:
        """A command and its answer; what the page complains of meanwhile is kept."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv())
            if said.get("id") == self._number:
                assert said["type"] == "success", said
                return said["result"]
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.complaints.append(str(said["params"]["text"]))

    def open(self, address: str) -> None:
        """A page, once all of it is there, the words of its script as well."""
        self.tell("browsingContext.navigate", context=self._page, url=address, wait="complete")
        until(lambda: self.run(HAS_WORDS), "the script has no words", SECONDS)

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is waited for."""
        found = self.tell(
            "script.evaluate", expression=script, target={"context": self._page}, awaitPromise=True
        )
        assert found["type"] == "success", found
        return found["result"].get("value")

    def end(self) -> None:
        """Close it."""
        with suppress(Exception):
            self.tell("browser.close")
        self._socket.close()
        self._process.kill()
        self._process.wait(timeout=30)
        if self._process.stderr is not None:
            self._process.stderr.close()


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    """A Firefox with a camera that is none."""
    folder = tmp_path / "profile"
    folder.mkdir()
    browser = Firefox(folder)
    yield browser
    browser.end()


def test_every_page_works_in_firefox(server: Server, firefox: Firefox, played: Path) -> None:
    """Each opens without a complaint; a movement is played beside its traces; the camera runs."""
    firefox.open(server.opening)
    visits = server.hold(played)
    pair = "&".join(f"session={path.rpartition('/')[2]}" for path in visits)
    for path in (
        "/", "/upload", "/people", "/people/P01", "/jobs", visits[0], f"/people/P01/compare?{pair}",
        f"{visits[0]}/files/report.html",
    ):  # fmt: skip
        firefox.open(f"{server.address}{path}")
        assert "spasm" in firefox.run("document.title + document.body.innerText"), path

    firefox.open(f"{server.address}{visits[0]}/review")
    ready = "document.querySelector('#review').dataset.ready || ''"
    until(lambda: firefox.run(ready), "the review is not ready", 30)
    until(lambda: firefox.run("document.querySelector('#video').readyState >= 2"), "no video", 30)
    assert firefox.run(COLOURS.format("#traces")) > 20
    firefox.run(
        "document.querySelector('#speed').value = '1'; document.querySelector('#play').click()"
    )
    began = firefox.run("document.querySelector('#video').currentTime")
    moved = "document.querySelector('#video').currentTime"
    until(lambda: firefox.run(moved) != began, "it does not play", 30)
    assert firefox.run(COLOURS.format("#mirrored")) > 20
    firefox.run("document.querySelector('#accept').click()")
    until(lambda: firefox.run("document.querySelector('#judged').innerText")[0] == "1", "no", 30)

    firefox.open(f"{server.address}/record")
    until(lambda: firefox.run("document.querySelector('#preview').videoWidth"), "no camera", 30)
    until(lambda: firefox.run("!document.querySelector('#begin').disabled"), "not ready", 30)
    until(lambda: firefox.run("document.querySelector('#lamp-face span').innerText"), "no lamp", 30)
    # That the report may not even load an icon is as it should be.
    assert [one for one in firefox.complaints if "/favicon.ico" not in one] == []
