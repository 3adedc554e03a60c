"""Faults of whole deliveries change exactly the delivery they are about, and the truth says so."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.simulation import Fault, demo_faults, simulate

STEPS = ("civil_affairs", "election_steps")
DAY = "2020-12-04"


def _run(folder: Path, kind: str | None) -> dict[str, bytes]:
    faults = [Fault(kind, *STEPS, 1)] if kind else []
    simulate(folder, villages=14, faults=faults)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("*/*/*/*")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    return _run(tmp_path_factory.mktemp("whole"), None)


def _faulty(tmp_path: Path, kind: str, whole: dict[str, bytes]) -> tuple[dict[str, bytes], list[dict[str, str]]]:
    """The files that differ from the whole simulation, and the truth about that delivery."""
    found = _run(tmp_path, kind)
    place = f"{STEPS[0]}/{STEPS[1]}/"
    assert {name: body for name, body in found.items() if not name.startswith(place + "2020-12")} == {
        name: body for name, body in whole.items() if not name.startswith(place + "2020-12")
    }
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = [row for row in csv.DictReader(file) if row["dataset"] == STEPS[1] and row["delivery_date"] == DAY]
    return {name: body for name, body in found.items() if name.startswith(place + "2020-12")}, truth


def _only(files: dict[str, bytes]) -> bytes:
    assert len(files) == 1
    return next(iter(files.values()))


def _whole_steps(whole: dict[str, bytes]) -> bytes:
    return _only({name: body for name, body in whole.items() if f"{STEPS[1]}/{DAY}" in name})


def test_missing(tmp_path, whole):
    files, truth = _faulty(tmp_path, "missing", whole)
    assert files == {}
    assert not (tmp_path / STEPS[0] / STEPS[1] / DAY).exists()
    assert [(row["kind"], row["expected"], row["row"]) for row in truth] == [("missing", "none", "")]


def test_truncated_in_the_middle_of_a_character(tmp_path, whole):
    files, truth = _faulty(tmp_path, "truncated", whole)
    body, full = _only(files), _whole_steps(whole)
    assert full.startswith(body) and len(full) // 2 < len(body) < len(full)
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    assert [(row["kind"], row["expected"]) for row in truth] == [("truncated", "held")]


def test_other_shape_lacks_a_required_header(tmp_path, whole):
    files, truth = _faulty(tmp_path, "other_shape", whole)
    header = _only(files).decode("utf-8").splitlines()[0]
    assert "计划日期" not in header and "字段" in header
    assert len(_only(files).splitlines()) == len(_whole_steps(whole).splitlines())
    assert [(row["kind"], row["expected"]) for row in truth] == [("other_shape", "held")]


def test_rows_lost_halves_the_file_and_keeps_the_truth_of_what_is_left(tmp_path, whole):
    files, truth = _faulty(tmp_path, "rows_lost", whole)
    lines = _only(files).decode("utf-8").splitlines()
    share = (len(lines) - 1) / (len(_whole_steps(whole).splitlines()) - 1)
    assert 0.4 < share < 0.6
    assert {row["kind"] for row in truth if not row["row"]} == {"rows_lost"}
    for row in truth:
        if row["kind"] == "unknown_code":
            assert ",Z09," in lines[int(row["row"]) - 1]


def test_resent_is_the_same_file_a_day_later(tmp_path, whole):
    files, truth = _faulty(tmp_path, "resent", whole)
    names = sorted(files)
    assert [name.split("/")[2] for name in names] == [DAY, "2020-12-05"]
    assert files[names[0]] == files[names[1]] == _whole_steps(whole)
    assert names[0].split("/")[-1] != names[1].split("/")[-1]
    assert ("resent", "none") in {(row["kind"], row["expected"]) for row in truth}


def test_wrong_file_is_that_of_another_dataset(tmp_path, whole):
    files, truth = _faulty(tmp_path, "wrong_file", whole)
    assert _only(files) in [body for name, body in whole.items() if STEPS[1] not in name]
    assert [(row["kind"], row["expected"]) for row in truth] == [("wrong_file", "held")]
    assert truth[0]["file"] == next(iter(files)).split("/")[-1]


def test_demo_has_one_late_feed(tmp_path):
    simulate(tmp_path, villages=14, faults=demo_faults())
    assert [path.name for path in sorted((tmp_path / "questionnaire/village_profile").iterdir())] == ["2020-11-27"]
    files = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["files"]
    assert [one["dataset"] for one in files if one["fault"]] == ["village_profile"]


def test_a_fault_of_no_delivery_is_refused(tmp_path):
    with pytest.raises(CunsheError, match="no such delivery"):
        simulate(tmp_path, faults=[Fault("missing", "petition", "nothing", 0)])
    with pytest.raises(CunsheError, match="no such delivery"):
        simulate(tmp_path, weeks=1, faults=[Fault("missing", *STEPS, 1)])
    with pytest.raises(CunsheError, match="no fault"):
        Fault("burnt", *STEPS, 0)
