"""The Word and the Excel form of a report say what the page says, and nothing in them can run."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from pipelines.reports import render_week
from pipelines.reports.delivery.taking import _filled, _read
from pipelines.reports.ledger import layout
from pipelines.settings import Settings
from pipelines.sources.contract import Contract, load_catalog
from tests.unit.reports.edition import SUNDAY, Edition, V, open_edition
from tests.unit.reports.form_reader import records, sheet, word, word_tables, word_text
from tests.unit.reports.page_reader import Element, read_page

HOSTILE = ("=1+1", "+86", "-村", "@SUM(A1)")
REPLY = ["预警编号", "村社代码", "报送对象", "回复编号", "环节", "经办人代号", "日期", "办理措施", "承诺时限"]


def county() -> Edition:
    red, yellow = V("青石村", "001", "D01", "red", "yellow", "step_overdue"), V("=东坪社区", "002", "D01", "yellow")
    edition = open_edition([red, V("白沙村", "001", "D02"), yellow])
    edition.value("election_progress", ("county", "330304"), (179, 200), (160, 200))
    for village, text in zip(("青石村", "白沙村", "=东坪社区", "青石村"), HOSTILE, strict=True):
        edition.warn(village, "step_overdue", "red", detail_zh=text, act_by=SUNDAY)
    edition.warn("白沙村", "audit_unpublished", "yellow", "continuing")
    step = {"body": "party", "step_code": "P16", "name_zh": "党员大会选举", "legal_level": "statute"}
    for village_id in edition.ids.values():
        edition.add("due_calendar", {**step, "village_id": village_id, "due_on": SUNDAY.replace(day=9)})
    return edition


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("forms") / "report"
    render_week(county().con, out, settings=Settings(small_cell=3))
    return out


def test_every_recipient_has_the_three_forms(folder: Path) -> None:
    stems = {path.stem for path in folder.glob("*.html") if not path.stem.endswith(".reminder")} - {"index"}
    forms = {f"{stem}{ending}" for stem in stems for ending in (".html", ".docx", ".xlsx", ".reminder.html", ".reminder.docx")}
    assert {path.name for path in folder.iterdir()} == forms | {"index.html", "index.json"} and len(stems) == 5


def test_the_document_has_the_page_of_an_official_one(folder: Path) -> None:
    (section,) = word(folder / "county.docx").sections
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one / Mm(1)) for one in margins if one] == [37, 35, 28, 26]
    assert [round(one / Mm(1)) for one in (section.page_width, section.page_height) if one] == [210, 297]
    assert section.orientation == WD_ORIENT.PORTRAIT
    styles = word(folder / "county.docx").styles
    sizes = {name: styles[name].font.size.pt for name in ("Title", "Heading 1", "Heading 2", "Normal")}
    assert sizes == {"Title": 22, "Heading 1": 16, "Heading 2": 16, "Normal": 16}
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        xml = footer.paragraphs[0]._p.xml
        assert "PAGE" in xml and f'w:jc w:val="{side}"' in xml and footer.paragraphs[0].text == "—  —"


def test_the_document_has_the_headings_and_every_table_of_the_page(folder: Path) -> None:
    page = read_page((folder / "county.html").read_text(encoding="utf-8"))
    document = word(folder / "county.docx")
    headings = [
        paragraph.text for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == "Heading 1"
    ]
    assert headings == [one.text for one in page.all("h2")]
    tables = word_tables(folder / "county.docx")
    for table in page.all("table"):
        assert [[squeezed(cell.text) for cell in cells(row)] for row in table.all("tr")] in [
            [[squeezed(text) for text in row] for row in one] for one in tables
        ], table.text[:80]


def cells(row: Element) -> list[Element]:
    return [child for child in row.children if isinstance(child, Element)]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_head_of_a_table_is_repeated_and_rows_stay_whole(folder: Path) -> None:
    for table in word(folder / "county.docx").tables:
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)
    titled = [table for table in word(folder / "county.docx").tables if "首次预警周" in table.rows[0]._tr.xml]
    assert (
        len(titled) == 1
        and "w:tblHeader" in titled[0].rows[0]._tr.xml
        and "w:tblHeader" not in titled[0].rows[1]._tr.xml
    )


def test_the_document_numbers_what_stands_under_a_heading(folder: Path) -> None:
    found = [p.text for p in word(folder / "county.docx").paragraphs if p.style and p.style.name == "Heading 2"]
    assert found[0].startswith("（一）") and found[1].startswith("（二）")
    assert sum(text.startswith("（一）") for text in found) >= 2  # the next chapter begins anew


def test_the_ledger_has_a_row_per_warning_with_the_columns_of_an_answer(folder: Path) -> None:
    rows = records(folder / "county.xlsx", "预警台账")
    assert len(rows) == 5 and set(REPLY) <= set(rows[0])
    page = read_page((folder / "county.html").read_text(encoding="utf-8"))
    on_page = [one.attributes["data-warning"] for one in page.all("tr") if "data-warning" in one.attributes]
    assert [row["预警编号"] for row in rows] == on_page
    assert {row["报送对象"] for row in rows} == {"county"}
    assert all(row[name] is None for row in rows for name in ("回复编号", "环节", "经办人代号", "日期", "办理措施", "承诺时限"))


def test_a_ledger_that_comes_back_is_read_with_the_one_row_that_was_filled_in(folder: Path) -> None:
    contract = load_catalog()["organisation__warning_answers"]
    book = openpyxl.load_workbook(folder / "township-001.xlsx")
    assert filled_rows(book, contract) == []
    sheet_of_warnings = book["预警台账"]
    column = {cell.value: cell.column for cell in sheet_of_warnings[1]}
    answer = {"环节": "交办", "经办人代号": "K07", "日期": date(2020, 12, 7), "办理措施": "约定补齐文书"}
    for title, value in answer.items():
        sheet_of_warnings.cell(3, column[title]).value = value
    (row,) = filled_rows(book, contract)
    sent = records(folder / "township-001.xlsx", "预警台账")[1]
    assert row["warning_id"] == sent["预警编号"] and row["village_code"] == sent["村社代码"]
    assert (row["step"], row["recipient_id"], row["stepped_on"]) == ("交办", "township:001", "2020-12-07")


def filled_rows(book: openpyxl.Workbook, contract: Contract) -> list[dict[str, str]]:
    content = io.BytesIO()
    book.save(content)
    ledger = _read(content.getvalue(), contract)
    assert ledger.build_id == "2020-W49.001"
    return _filled(ledger)


def test_the_ledger_asks_for_nothing_that_the_answers_do_not_know() -> None:
    contract = load_catalog()["organisation__warning_answers"]
    warnings = next(iter(layout()["sheets"].values()))
    titles = {column["title"] for column in warnings["columns"].values()}
    assert titles <= contract.known_headers and set(REPLY) <= titles


def test_a_ledger_can_be_filtered_and_its_head_stays(folder: Path) -> None:
    for name in ("预警台账", "村社", "两周内到期"):
        found = sheet(folder / "township-001.xlsx", name)
        assert found.freeze_panes == "A2" and found.auto_filter.ref == found.dimensions
    found = sheet(folder / "township-001.xlsx", "预警台账")
    lists = [rule for rule in found.data_validations.dataValidation if rule.type == "list"]
    column = next(cell.column_letter for cell in found[1] if cell.value == "环节")
    assert len(lists) == 1 and str(lists[0].sqref).startswith(f"{column}2:") and "申请销号" in lists[0].formula1


def test_no_cell_of_a_ledger_can_run(folder: Path) -> None:
    seen = set()
    for path in folder.glob("*.xlsx"):
        for name in ("预警台账", "村社", "两周内到期", "说明"):
            for row in sheet(path, name).iter_rows():
                for cell in row:
                    assert cell.data_type != "f" and cell.hyperlink is None
                    if isinstance(cell.value, str):
                        assert not cell.value.startswith(("=", "+", "-", "@")), cell.value
                        seen.add(cell.value)
    assert {f"'{text}" for text in HOSTILE} | {"'=东坪社区"} <= seen


def test_a_colour_is_a_word_a_shape_and_a_ground(folder: Path) -> None:
    found = sheet(folder / "county.xlsx", "预警台账")
    column = next(cell.column for cell in found[1] if cell.value == "预警颜色")
    shown = {
        found.cell(row, column).value: found.cell(row, column).fill.fgColor.rgb for row in range(2, found.max_row + 1)
    }
    assert shown == {"■ 红": "FFB3222A", "▲ 黄": "FFF4CB57"}


def test_the_forms_of_the_same_data_are_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    render_week(county().con, tmp_path / "again", settings=Settings(small_cell=3))
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_a_document_that_cannot_be_written_ends_the_drawing_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents are written in a thread beside the drawing."""
    out, drawn = tmp_path / "out", list[int]()
    render_week(county().con, out, settings=Settings(small_cell=3))
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(html: str) -> bytes:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.reports.render.word_document", full)
        with pytest.raises(OSError, match="no space"):
            render_week(
                county().con, out, settings=Settings(small_cell=3), progress=lambda done, total: drawn.append(total - done)
            )
    assert 0 not in drawn  # not after everything else was drawn
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_characters_that_xml_has_no_place_for_are_left_out(tmp_path: Path) -> None:
    edition = open_edition([V("𠮷垟村")])
    edition.warn("𠮷垟村", "step_overdue", detail_zh="前\x0b后<b>&")
    render_week(edition.con, tmp_path / "out", settings=Settings())
    assert "𠮷垟村" in word_text(tmp_path / "out" / "county.docx") and "前后<b>&" in word_text(
        tmp_path / "out" / "county.docx"
    )
    (row,) = records(tmp_path / "out" / "county.xlsx", "预警台账")
    assert row["村社名称"] == "𠮷垟村"


@pytest.mark.office
@pytest.mark.parametrize("file", ["county.docx", "county.xlsx"])
def test_an_office_suite_opens_the_form(libreoffice: Path, folder: Path, tmp_path: Path, file: str) -> None:
    command = [libreoffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", tmp_path, folder / file]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=180)
    assert (tmp_path / "county.pdf").read_bytes().startswith(b"%PDF")
