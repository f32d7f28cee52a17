"""The review: what a person says of each movement is kept, logged, and counted."""

from __future__ import annotations

import os
import struct
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from spasm_video.measure.session import find
from spasm_video.observe.track import load_track
from spasm_video.params import AnalysisParams
from spasm_video.store import open_store, sessions, subjects
from spasm_video.web.traces import keep_traces, kept_traces

if TYPE_CHECKING:
    from spasm_video.history import Session
    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser


@pytest.fixture
def api(session: Session) -> str:
    """Where the scripts of the review page ask."""
    return f"/api/people/P01/sessions/{session.number}"


def edited(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An event as the page sends it."""
    names = ("measured", "number", "verdict", "onset_s", "offset_s", "side", "kind", "regions")
    return {name: event[name] for name in names} | changes


def judge(browser: Browser, api: str, event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Say something of an event; as it is now."""
    answer = browser.call("PUT", f"{api}/events", json=edited(event, **changes))
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["event"])


def test_with_all_accepted_the_numbers_are_those_measured(
    browser: Browser, session: Session, api: str, settings: Settings
) -> None:
    """To the last digit; and both versions are kept."""
    for event in browser.get(f"{api}/review").json()["events"]:
        judge(browser, api, event, verdict="accepted")

    browser.call("POST", f"{api}/summary")

    from spasm_video.store import reviews  # noqa: PLC0415

    with open_store(settings.store) as store:
        review = reviews.review(store, "P01", session.number)
        measured = sessions.found(store, "P01", str(session.number)).summary
    assert review.summary == measured
    assert review.who == "tester"


def test_rejected_and_open_events_do_not_count(browser: Browser, api: str) -> None:
    """Two accepted of all: two are counted, at two over the usable minutes."""
    state = browser.get(f"{api}/review").json()
    assert len(state["events"]) > 3
    for event, verdict in zip(state["events"], ("accepted", "rejected", "accepted"), strict=False):
        judge(browser, api, event, verdict=verdict)

    counted = browser.call("POST", f"{api}/summary").json()

    assert counted["events"] == 2
    assert browser.get(f"{api}/review").json()["measured"] == state["measured"]
    assert browser.get(f"{api}/review").json()["reviewed"] == counted


def test_the_result_says_when_only_some_movements_were_judged(browser: Browser, api: str) -> None:
    """For the open ones are not counted; nothing is said once all are."""
    events = browser.get(f"{api}/review").json()["events"]
    page = api.removeprefix("/api")

    judge(browser, api, events[0], verdict="accepted")
    browser.call("POST", f"{api}/summary")
    assert f"So far 1 of {len(events)} movements were judged" in browser.get(page).text

    for event in events[1:]:
        judge(browser, api, event, verdict="accepted")
    browser.call("POST", f"{api}/summary")
    assert "So far" not in browser.get(page).text


def test_every_edit_is_in_the_log_with_what_it_changed(
    browser: Browser, api: str, session: Session, settings: Settings
) -> None:
    """Who, when, which session, from what to what."""
    event = browser.get(f"{api}/review").json()["events"][0]
    event = judge(browser, api, event, verdict="accepted")
    judge(browser, api, event, kind="tonic")
    browser.call("DELETE", f"{api}/events/{event['number']}")

    with open_store(settings.store) as store:
        lines = [line for line in subjects.log(store, "P01") if "review" in line.action]
    assert [line.action for line in lines] == [
        "review: add reviewed_event", "review: change reviewed_event",
        "review: delete reviewed_event",
    ]  # fmt: skip
    assert {(line.entity, line.entity_number, line.who) for line in lines} == {
        ("session", session.number, "tester")
    }
    assert lines[0].after is not None
    assert lines[0].after["verdict"] == "accepted"
    assert (lines[1].before, lines[1].after) == ({"kind": "clonic"}, {"kind": "tonic"})


def test_an_untouched_part_keeps_its_measured_size(browser: Browser, api: str) -> None:
    """Rejecting, accepting or renaming the kind changes no number of an event."""
    event = browser.get(f"{api}/review").json()["events"][0]

    now = judge(browser, api, event, verdict="rejected", kind="tonic")

    for name in ("amplitude_mm", "peak_s", "onset_s", "offset_s", "confidence", "regions"):
        assert now[name] == event[name]


def test_an_added_event_has_the_size_that_the_traces_show(
    browser: Browser, api: str, session: Session
) -> None:
    """The largest movement of the side beyond the other one, and its time."""
    first = browser.get(f"{api}/review").json()["events"][0]
    span = {"onset_s": first["onset_s"] - 0.2, "offset_s": first["offset_s"] + 0.2}
    added = {**first, **span, "measured": 0, "number": 0, "regions": ["eyelid"]}

    now = judge(browser, api, added, verdict="accepted")

    table = pq.read_table(Path(session.folder) / "signals.parquet").to_pandas()
    within = table[(table.time_s >= span["onset_s"]) & (table.time_s < span["offset_s"])]
    apart = within.eyelid_one_sided_mm * (1 if first["side"] == "left" else -1)
    assert now["amplitude_mm"] == pytest.approx(apart.max(), abs=0.002)
    assert now["peak_s"] == pytest.approx(within.time_s[apart.idxmax()], abs=0.001)
    assert now["measured"] == 0


def test_a_movement_is_added_where_none_was_measured(
    browser: Browser, session: Session, settings: Settings
) -> None:
    """A session without events is reviewed as any other."""
    with open_store(settings.store) as store:
        quiet = sessions.add(store, replace(session, subject="P02", number=0, events=())).session
    api = f"/api/people/P02/sessions/{quiet.number}"
    event = {
        "measured": 0, "number": 0, "verdict": "accepted", "onset_s": 1.0, "offset_s": 2.0,
        "side": "right", "kind": "clonic", "regions": ["eyelid"],
    }  # fmt: skip

    now = judge(browser, api, event)

    assert now["amplitude_mm"] > 0
    assert 1.0 <= now["peak_s"] < 2.0
    assert [one["measured"] for one in browser.get(f"{api}/review").json()["events"]] == [0]


def test_an_excluded_span_takes_its_time_and_its_events_along(browser: Browser, api: str) -> None:
    """Rates divide by what remains; taken in again, all is as before."""
    state = browser.get(f"{api}/review").json()
    for event in state["events"]:
        judge(browser, api, event, verdict="accepted")
    whole = browser.call("POST", f"{api}/summary").json()
    middle = state["events"][len(state["events"]) // 2]["peak_s"]
    span = {"start_s": 0.0, "end_s": middle + 1e-3}

    number = browser.call("POST", f"{api}/excluded", json=span).json()["number"]
    part = browser.call("POST", f"{api}/summary").json()
    browser.call("DELETE", f"{api}/excluded/{number}")
    again = browser.call("POST", f"{api}/summary").json()

    later = sum(event["peak_s"] >= span["end_s"] for event in state["events"])
    assert part["events"] == later
    assert int(part["usable"]) == pytest.approx(int(whole["usable"]) - middle, abs=1.5)
    assert again == whole


def test_the_traces_are_those_of_the_measurement(
    browser: Browser, session: Session, api: str
) -> None:
    """Rows of float32: time, left and right of each region, usable, the face's place."""
    body = browser.get(f"{api}/signals").content
    table = pq.read_table(Path(session.folder) / "signals.parquet").to_pandas()
    rows = np.array(struct.unpack(f"<{len(body) // 4}f", body)).reshape(15, -1)

    assert rows[0] == pytest.approx(table.time_s, abs=1e-3)
    assert rows[1] == pytest.approx(table.eyelid_left_mm, abs=1e-3, nan_ok=True)
    assert rows[8] == pytest.approx(table.mouth_right_mm, abs=1e-3, nan_ok=True)
    assert list(rows[11] > 0.5) == list(table.usable)
    assert 0.3 < np.nanmedian(rows[12]) < 0.7


def test_what_makes_no_sense_is_refused(browser: Browser, api: str) -> None:
    """An end before the beginning, no region, an unknown event, another word."""
    event = browser.get(f"{api}/review").json()["events"][0]
    wrong: tuple[dict[str, Any], ...] = (
        {"offset_s": event["onset_s"]}, {"regions": []}, {"side": "up"}, {"measured": 999},
        {"onset_s": -1.0}, {"verdict": "maybe"}, {"number": 999, "measured": 0},
    )  # fmt: skip
    for changes in wrong:
        answer = browser.call("PUT", f"{api}/events", json=edited(event, **changes))
        assert answer.status_code in {404, 422}, changes
    assert browser.get(f"{api}/review").json()["events"][0] == event


def test_two_windows_do_not_overwrite_each_other(
    browser: Browser, api: str, settings: Settings
) -> None:
    """Different movements: both are kept. The same one: the second is told, and looks again."""
    one, two, *_ = browser.get(f"{api}/review").json()["events"]  # what both windows show
    first = judge(browser, api, one, verdict="accepted", seen=one["mark"])
    judge(browser, api, two, verdict="rejected", seen=two["mark"])

    late = edited(one, verdict="rejected", seen=one["mark"])
    refused = browser.call("PUT", f"{api}/events", json=late)
    gone = browser.call("DELETE", f"{api}/events/{first['number']}?seen=old")

    assert (refused.status_code, gone.status_code) == (409, 409)
    assert "another window" in refused.json()["problem"]
    now = browser.get(f"{api}/review").json()["events"]
    assert [event["verdict"] for event in now[:2]] == ["accepted", "rejected"]
    with open_store(settings.store) as store:
        lines = [line for line in subjects.log(store, "P01") if "review" in line.action]
    assert len(lines) == 2
    again = judge(browser, api, one, verdict="rejected", seen=now[0]["mark"])
    assert again["verdict"] == "rejected"


def test_a_deleted_session_takes_its_review_along(
    browser: Browser, api: str, session: Session, settings: Settings
) -> None:
    """And what the log told of it in detail."""
    judge(browser, api, browser.get(f"{api}/review").json()["events"][0], verdict="accepted")

    browser.submit(f"/people/P01/sessions/{session.number}/delete", why="asked for")

    with open_store(settings.store) as store:
        lines = [line for line in subjects.log(store, "P01") if line.entity == "session"]
    assert [line.after for line in lines] == [None] * len(lines)
    assert lines[-1].why == "asked for"


def test_a_trimmed_end_takes_its_time_and_its_events_along(
    browser: Browser, api: str, session: Session
) -> None:
    """What peaks before the new beginning or after the new end does not count; home, it does."""
    state = browser.get(f"{api}/review").json()
    for event in state["events"]:
        judge(browser, api, event, verdict="accepted")
    whole = browser.call("POST", f"{api}/summary").json()
    first, last = state["events"][0]["peak_s"], state["events"][-1]["peak_s"]
    begin_s, end_s = first + 1e-3, last - 1e-3

    for edge, at_s in (("begin", 0.5), ("begin", begin_s), ("end", end_s)):
        told = browser.call("PUT", f"{api}/trim", json={"edge": edge, "at_s": at_s}).json()
    part = browser.call("POST", f"{api}/summary").json()

    assert [(one["start_s"], one["end_s"]) for one in told["excluded"]] == [
        (0.0, begin_s), (end_s, pytest.approx(session.duration_s, abs=1e-3)),
    ]  # fmt: skip
    assert told["excluded"] == browser.get(f"{api}/review").json()["excluded"]
    inner = sum(begin_s <= event["peak_s"] < end_s for event in state["events"])
    assert part["events"] == inner < whole["events"]
    assert int(part["usable"]) == pytest.approx(end_s - begin_s, abs=1.5)
    for edge in ("begin", "end"):
        told = browser.call("PUT", f"{api}/trim", json={"edge": edge}).json()
    assert told == {"excluded": []}
    assert browser.call("POST", f"{api}/summary").json() == whole


def test_an_end_that_makes_no_sense_is_refused(browser: Browser, api: str) -> None:
    """Outside of the recording, beyond the other end, another word."""
    browser.call("PUT", f"{api}/trim", json={"edge": "begin", "at_s": 6.0})
    for wrong in (
        {"edge": "end", "at_s": 5.0}, {"edge": "end", "at_s": 100.0}, {"edge": "middle"},
        {"edge": "begin", "at_s": -1.0}, {"edge": "begin", "at_s": 0.0},
    ):  # fmt: skip
        assert browser.call("PUT", f"{api}/trim", json=wrong).status_code == 422, wrong
    spans = browser.get(f"{api}/review").json()["excluded"]
    assert [(one["start_s"], one["end_s"]) for one in spans] == [(0.0, 6.0)]


def test_kept_traces_are_those_of_the_track_until_it_or_the_method_changes(
    browser: Browser, session: Session, api: str
) -> None:
    """The same bytes without the track being read; damaged, older or another's they are not."""
    fresh = browser.get(f"{api}/signals").content
    found = find(load_track(Path(session.folder) / "track.npz"), AnalysisParams().measure)
    keep_traces(session, found)
    (kept,) = Path(session.folder).glob("traces-*")
    assert kept.read_bytes() == fresh
    assert kept_traces(replace(session, made_with={})) is None

    doubled = 2 * np.fromfile(kept, "<f4")
    kept.write_bytes(doubled.tobytes())
    assert browser.get(f"{api}/signals").content == doubled.tobytes()
    os.utime(kept, (0, 0))
    assert browser.get(f"{api}/signals").content == fresh
    kept.write_bytes(b"1234")
    assert browser.get(f"{api}/signals").content == fresh
