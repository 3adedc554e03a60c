"""The outbox: what is new is queued once, whole, with its bytes kept; what says the same is not queued again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.reports.delivery import outbox
from pipelines.reports.delivery.addresses import Finding
from pipelines.reports.delivery.message import TEXT
from pipelines.reports.delivery.outbox import archived, content_of, queue_week
from pipelines.reports.delivery.parcels import parcels
from pipelines.reports.delivery.standing import history, standing
from pipelines.settings import Settings
from tests.unit.reports.delivery.week import (
    COUNTY,
    DEPARTMENT,
    MONDAY,
    OFFICES,
    TOWNSHIP,
    WEEK,
    day,
    queue,
    reports,
    state,
    states,
)


def test_every_report_lies_in_the_outbox_in_all_its_forms(home: Settings) -> None:
    assert queue(home) == list(OFFICES)
    folder = home.outbox / WEEK / f"{WEEK}.001"
    assert {path.name for path in folder.iterdir()} == {"county", "township-330304001", "department-BM001"}
    place = folder / "department-BM001"
    assert {path.name for path in place.iterdir()} == {
        "department-BM001.html", "department-BM001.docx", "department-BM001.xlsx", TEXT,
    }  # fmt: skip
    text = (place / TEXT).read_text("utf-8")
    assert text.startswith("【换届预警分析报告】2020年第49周（11月30日—12月6日）　区示例局\n\n区示例局：")
    assert "数据截止12月6日24时" in text and "所负责村社3个，其中红色1个" in text and "交回，即视为确认收悉" in text
    assert states(home) == dict.fromkeys(OFFICES, "queued")


def test_the_same_report_is_not_queued_again_under_another_build(home: Settings) -> None:
    queue(home)
    assert queue(home, build=2, now=day(1)) == []
    assert not (home.outbox / WEEK / f"{WEEK}.002").exists()


def test_what_says_something_else_is_a_correction_that_says_what_changed(home: Settings) -> None:
    queue(home)
    assert queue(home, build=2, said={TOWNSHIP: "改了"}, later=["20201206-aaaa"], red=2) == [TOWNSHIP]
    text = (home.outbox / WEEK / f"{WEEK}.002" / "township-330304001" / TEXT).read_text("utf-8")
    assert text.startswith("【更正】") and "（更正）.xlsx" in text
    assert "替代此前送上的同期报告（构建2020-W49.001）" in text and "又收到数据1批" in text
    assert "红色村社由1变为2，绿色村社由2变为1，红色预警由1变为2" in text
    assert state(home, TOWNSHIP).queued.notice == "correction" and state(home, DEPARTMENT).queued.notice == "report"
    # And back again: that was told last time, but something else since.
    assert queue(home, build=3) == [TOWNSHIP]
    assert len(parcels(home, WEEK)) == 5


def test_where_a_mail_server_has_never_delivered_the_first_the_second_is_no_correction(home: Settings) -> None:
    mailing = home.model_copy(update={"smtp_host": "mail.example.org"})
    queue(mailing)
    queue(mailing, build=2, said={TOWNSHIP: "改了"})
    assert state(mailing, TOWNSHIP).queued.notice == "report"


def test_the_archive_keeps_every_file_as_sent_at_no_cost(home: Settings) -> None:
    folder = reports(home)
    queued = queue_week(home, folder, (), MONDAY)
    for event in queued:
        for file in event.files:
            assert len(content_of(home, file)) == file.size
            if file.name != TEXT:
                assert archived(home, file).samefile(folder / file.name)
    lost = archived(home, queued[0].files[0])
    lost.chmod(0o640)
    lost.write_text("anders")
    with pytest.raises(CunsheError, match="not what was put into the archive"):
        content_of(home, queued[0].files[0])


def test_a_kill_before_the_outbox_is_whole_leaves_nothing_and_the_next_run_queues_all(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = reports(home)
    link = outbox._link

    def killed(source: Path, target: Path) -> None:
        if home.outbox in target.parents and TOWNSHIP.replace(":", "-") in str(target):
            raise KeyboardInterrupt
        link(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_link", killed)
        with pytest.raises(KeyboardInterrupt):
            queue_week(home, folder, (), MONDAY)
    assert list((home.outbox / WEEK).iterdir()) == [] and not home.sends.exists()
    assert len(queue_week(home, folder, (), MONDAY)) == 3


def test_a_kill_before_the_ledger_queues_the_same_messages_again_and_no_others(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = reports(home)
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "append", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            queue_week(home, folder, (), MONDAY)
    assert parcels(home, WEEK) == {}
    assert len(queue_week(home, folder, (), MONDAY)) == 3
    assert len(list((home.outbox / WEEK).iterdir())) == 1


def test_the_county_is_told_of_offices_without_an_address_and_villages_of_nobody(home: Settings) -> None:
    queue(home, findings=(
        Finding("no_address", DEPARTMENT, "区示例局"), Finding("village_unanswered", "V1", "白沙村"),
    ))  # fmt: skip
    folder = home.outbox / WEEK / f"{WEEK}.001"
    text = (folder / COUNTY / TEXT).read_text("utf-8")
    assert "·区示例局：名单上没有邮箱" in text and "·白沙村：没有结对部门，无人负责" in text
    assert "没有邮箱" not in (folder / "township-330304001" / TEXT).read_text("utf-8")


def test_history_and_standing_say_which_bytes_of_which_build_went_to_whom(home: Settings) -> None:
    queue(home)
    found = list(history(home, WEEK, DEPARTMENT))
    assert [(event.what, event.build_id, len(event.files)) for event, _ in found] == [("queued", f"{WEEK}.001", 4)]
    shown = json.loads(json.dumps(standing(home).as_json(), ensure_ascii=False))
    assert shown["counts"] == {"queued": 3} and shown["recipients"][2]["name"] == "区示例局"
    with pytest.raises(CunsheError, match="No report of 2020-W50"):
        standing(home, "2020-W50")
