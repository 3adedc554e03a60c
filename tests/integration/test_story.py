"""Ten weeks in the life of a small county: each week's report says exactly what happened, as the golden texts have it.

`STORY_REWRITE=1 python -m pytest tests/integration/test_story.py` writes `tests/fixtures/story/week_NN.txt` anew: then read
what changed, for it is what officials read. The story itself stands in `story.py`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import SETTINGS_FILE
from pipelines.weeks import Week
from tests.integration import story
from tests.integration.copies import copy_project, python
from tests.unit.reports.page_reader import Element, read_page

GOLDEN = Path(__file__).parents[1] / "fixtures" / "story"
PAGES = ("county", "township-999901001000", "township-999901002000", "department-D01")
# Chapters, and of the first only what it says of warnings.
SECTIONS = ("overview", "changes", "warnings", "data", "files", "supervision")
OF_OVERVIEW = {"lead", "pressing"}
CLI = ("-m", "pipelines.cli")

pytestmark = pytest.mark.long


@dataclass
class Told:
    """What the reports of each week say, the weeks run one after the other, each as soon as it has ended."""

    root: Path
    weeks: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.root / "var"

    def week(self, number: int) -> str:
        while len(self.weeks) < number:
            self.weeks.append(self._run(len(self.weeks) + 1))
        return self.weeks[number - 1]

    def _run(self, week: int) -> str:
        story.change_project(self.root, week)
        story.deliver(self.home / "inbox", week)
        story.answer(self.home / "inbox", week, newest_warnings(self.home))
        decide(self.root, self.home, week)
        iso = Week(story.monday(week)).iso
        python(self.root, *CLI, "run", "--week", iso, home=self.home)
        (folder,) = (self.home / "reports" / iso).iterdir()
        return "\n".join(page_text(folder / f"{name}.html") for name in PAGES)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    found = Told(copy_project(tmp_path_factory.mktemp("story") / "project"))
    found.home.mkdir()
    lines = "CUNSHE_ALLOW_UNASSIGNED_AREA=true\nCUNSHE_COUNTY_CODE=999901\nCUNSHE_COUNTY_NAME=试验县\n"
    (found.home / SETTINGS_FILE).write_text(lines, encoding="utf-8")
    return found


def newest_warnings(home: Path) -> dict[tuple[str, str], str]:
    """Warnings by rule and village, as the build that readers see has them."""
    current = home / "published" / "current.json"
    if not current.exists():
        return {}
    build = json.loads(current.read_text("utf-8"))["build_id"]
    with duckdb.connect(str(home / "published" / build / "analyst.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select w.rule_id, v.village_code, w.warning_id from marts.warning as w"
            " inner join marts.village_file as v using (village_id) order by w.first_week"
        ).fetchall()
    return {(rule_id, code): warning_id for rule_id, code, warning_id in rows}


def decide(root: Path, home: Path, week: int) -> None:
    """The checker says of the one pair that they are the same, and later takes it back."""
    on = ("--by", story.CHECKER, "--on", story.monday(week).isoformat())
    if story.WEEKS[week - 1].decides == "same":
        (item,) = json.loads(python(root, *CLI, "review", "list", "--json", home=home))["items"]
        python(root, *CLI, "review", "decide", item["item_id"], "--same", "--reason", "职务一致，号码系笔误", *on, home=home)
    if story.WEEKS[week - 1].decides == "withdraw":
        (file,) = (home / "inbox/organisation/link_decisions").glob("*/*.csv")
        number = file.stem.removeprefix("decisions-")
        python(root, *CLI, "review", "withdraw", number, "--reason", "处分机关来函更正", *on, home=home)


def page_text(path: Path) -> str:
    """The chapters that the story is about, a line per paragraph and row; of the feeds what is not as usual."""
    page = read_page(path.read_text("utf-8"))
    lines = [f"【{path.stem}】"]
    for name in SECTIONS:
        section = page.one("section", id=name)
        parts = section.all() if name == "overview" else [section]
        lines += [line for part in parts if name != "overview" or classes(part) & OF_OVERVIEW for line in lines_of(part)]
    return "\n".join(lines) + "\n"


def lines_of(element: Element) -> list[str]:
    """The text of an element; general notes and what is as usual are left out."""
    own = classes(element)
    if element.tag in ("table", "p") and ("quality" in own or ("note" in own and "rule" not in own)):
        return []
    if element.tag == "tr":
        cells = [words(cell) for cell in element.children if isinstance(cell, Element)]
        is_usual = len(cells) == 9 and cells[1] == "正常" and cells[6] == "0"
        return [] if is_usual else [" | ".join(cells)]
    if element.tag in ("h2", "h3", "p", "caption"):
        return [words(element)]
    return [line for child in element.children if isinstance(child, Element) for line in lines_of(child)]


def words(element: Element) -> str:
    """What is read in an element: a new line or a mark stands apart; numbers of references are left out, since they move
    with whatever a copy mentions before."""
    return " ".join(_read(element).split())


def _read(element: Element) -> str:
    if element.tag in ("sup", "br"):
        return " " if element.tag == "br" else ""
    text = "".join(child if isinstance(child, str) else _read(child) for child in element.children)
    return f" {text} " if classes(element) & {"sub", "chip", "mark", "note"} else text


def classes(element: Element) -> set[str]:
    return set(element.attributes.get("class", "").split())


@pytest.mark.parametrize("week", range(1, len(story.WEEKS) + 1))
def test_the_report_of_the_week_says_what_happened(told: Told, week: int) -> None:
    golden, text = GOLDEN / f"week_{week:02}.txt", told.week(week)
    if os.environ.get("STORY_REWRITE"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text("utf-8"), story.WEEKS[week - 1].happens
