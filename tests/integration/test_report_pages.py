"""The report in a browser: it fits a desk, a telephone and A4, and its colours can be read."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import axe_core_python
import pytest

from pipelines.reports import render_week
from pipelines.reports.templating import TEMPLATES
from pipelines.settings import Settings
from tests.unit.reports.edition import CIRCLES, MONDAY, SUNDAY, Edition, V, open_edition

pytestmark = pytest.mark.browser

LEAST_CONTRAST = 4.5
A4_POINTS = (595, 842)
TILES = {"county.html": 25, "township-002.html": 9}  # a department of one village has no map
LONG_NAME = "名字很长很长的村社" * 5

# Measures the page that stands in a frame of a given width: what sticks out, and how many tiles can be seen.
MEASURE = """<!doctype html><meta charset="utf-8"><body style="margin:0">
<iframe id="f" src="{source}" style="border:0;width:{width}px;height:4000px"></iframe><pre id="out"></pre><script>
onload = () => {{
  const d = document.getElementById('f').contentDocument, w = d.documentElement.clientWidth;
  const shown = [...d.querySelectorAll('g.tile')].filter(t => t.getBoundingClientRect().width > 0);
  const out = [...d.body.querySelectorAll('*')].filter(
    e => e.getBoundingClientRect().right > w + 1).map(e => e.tagName + '.' + e.getAttribute('class'));
  const cut = [...d.querySelectorAll('td, th, p, dd, h1, h2')].filter(
    e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0).map(e => e.textContent.slice(0, 40));
  const least = Math.min(...shown.map(t => t.querySelector('text').getBoundingClientRect().height));
  document.getElementById('out').textContent = JSON.stringify({{
    width: w, scroll: d.documentElement.scrollWidth, tiles: shown.length, out, cut, least,
    head: [...d.querySelectorAll('thead')].some(e => e.getBoundingClientRect().height > 0)}});
}};
</script>"""


def busy_county() -> Edition:
    villages = [V(f"第{n}村", f"{n % 3:03d}", f"D{n:02d}", ("red", "yellow", "green")[n % 3]) for n in range(24)]
    edition = open_edition([*villages, V(LONG_NAME, "002", "D99", "red", "green", "step_overdue、audit_unpublished")])
    edition.value("election_progress", ("county", "330304"), (179, 200), (160, 200))
    ages = {"numerator": 908, "denominator": 20, "last_numerator": 978, "last_denominator": 20}
    county = {"indicator_id": "average_age", "scope_type": "county", "scope_id": "330304"}
    edition.add("indicator_term", {**county, **ages})
    for number, village in enumerate((*villages, V(LONG_NAME)), 1):
        edition.value("election_progress", ("village", edition.ids[village.name]), (number % 9, 9), None)
        for weeks in range(1, 12):
            week = {"week_start": MONDAY - timedelta(weeks=weeks), "colour": ("red", "yellow", "green")[weeks % 3]}
            for circle in CIRCLES:
                state = {"village_id": edition.ids[village.name], "audience": circle, **week}
                edition.add("village_state_audience_week", state)
        edition.warn(
            village.name, "step_overdue", "red" if number % 2 else "yellow", detail_zh="长明细" * 40, act_by=SUNDAY
        )
        edition.add(
            "petition_week",
            {
                "week_start": MONDAY,
                "village_id": edition.ids[village.name],
                "status": "handling",
                "matters": number,
                "repeats": 0,
                "group_matters": 0,
                "overdue": 0,
            },
        )
    return edition


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "report"
    render_week(busy_county().con, folder, settings=Settings(small_cell=3))
    return folder


def browse(chromium: Path, profile: Path, *arguments: str) -> str:
    """Run the browser once, without a window and without a network."""
    command = [
        str(chromium),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--allow-file-access-from-files",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        *arguments,
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


@pytest.mark.parametrize(
    ("width", "file"),
    [(1280, "county.html"), (390, "county.html"), (390, "township-002.html"), (390, "department-D99.html")],
)
def test_nothing_sticks_out_at_any_width(chromium: Path, pages: Path, tmp_path: Path, width: int, file: str) -> None:
    frame = tmp_path / "frame.html"
    frame.write_text(MEASURE.format(source=(pages / file).as_uri(), width=width), encoding="utf-8")
    dom = browse(chromium, tmp_path / "profile", "--window-size=1400,1000", "--dump-dom", frame.as_uri())
    found = re.search(r'<pre id="out">(\{.*?\})</pre>', dom, re.S)
    assert found, dom[-500:]
    seen = json.loads(found[1])
    assert seen["out"] == [] and seen["cut"] == [] and seen["scroll"] <= seen["width"]
    assert seen["tiles"] == TILES.get(file, 0)
    assert not seen["tiles"] or seen["least"] >= 12  # a tile's name is not smaller than small print
    assert seen["head"] == (width > 760)  # a telephone gets cards instead of table columns


# Asks axe on the page itself and writes what it finds at the end of the page.
ASK_AXE = """<script>{axe}</script><script>
onload = async () => {{
  const found = await axe.run(document, {{resultTypes: ['violations']}});
  const out = document.createElement('pre');
  out.id = 'axe';
  out.textContent = JSON.stringify(found.violations.map(one => [one.id, one.nodes[0].target]));
  document.body.append(out);
}};
</script></body>"""


@pytest.mark.parametrize("file", ["county.html", "county.reminder.html", "department-D99.html", "index.html"])
def test_axe_finds_nothing_that_keeps_people_out(chromium: Path, pages: Path, tmp_path: Path, file: str) -> None:
    (script,) = Path(axe_core_python.__file__).parent.rglob("axe.min.js")
    html = (pages / file).read_text(encoding="utf-8")
    asked = tmp_path / file
    asked.write_text(html.replace("</body>", ASK_AXE.format(axe=script.read_text(encoding="utf-8"))), encoding="utf-8")
    dom = browse(chromium, tmp_path / "profile", "--virtual-time-budget=60000", "--dump-dom", asked.as_uri())
    found = re.search(r'<pre id="axe">(.*?)</pre>', dom, re.S)
    assert found and json.loads(found[1]) == []


def test_the_page_prints_on_a4_on_few_sheets(chromium: Path, pages: Path, tmp_path: Path) -> None:
    paper = tmp_path / "page.pdf"
    source = (pages / "county.html").as_uri()
    browse(chromium, tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={paper}", source)
    content = paper.read_bytes()
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4_POINTS}
    assert 3 <= len(boxes) <= 9


def test_text_stands_out_from_its_ground() -> None:
    style = (TEMPLATES / "style.css.j2").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", style))
    pairs = [(name, colours[f"{name}-fg"], colours[f"{name}-bg"]) for name in ("red", "yellow", "green", "none")]
    pairs += [(name, colours[name], colours["paper"]) for name in ("ink", "soft", "seal")]
    pairs += [
        ("head of a table", colours["ink"], colours["head"]),
        ("note in a group", colours["soft"], colours["head"]),
    ]
    assert {
        name: contrast(text, ground) for name, text, ground in pairs if contrast(text, ground) < LEAST_CONTRAST
    } == {}


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
