"""Number formats: what a person sees of a stored number, and whether that is still the same number."""

from __future__ import annotations

import pytest

from pipelines.sources.reading.number_formats import builtin_format, number_format
from pipelines.sources.reading.table import Doubted

ACCOUNTS = '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ '
SAME = [
    ("General", 3.14159, "3.14159"),
    ("G/通用格式", 5, "5"),
    ("@", 1e14, "100000000000000"),
    ("0", 12, "12"),
    ("0.00", 5.1, "5.10"),
    ("0.00", 0.1 + 0.2, "0.30"),
    ("#,##0.00", 1234.5, "1234.50"),
    ("#,##0.##", 5, "5"),
    ("0_ ", 5, "5"),
    ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", -1234.5, "-1234.50"),
    ("#,##0;(#,##0)", -5, "-5"),
    ("0.00", -2.5, "-2.50"),
    (ACCOUNTS, 0, "0"),
    (ACCOUNTS, 12.5, "12.50"),
    (ACCOUNTS, -12.5, "-12.50"),
    ("[$¥-804]#,##0.00", 5, "5.00"),
    ("￥0", 5, "5"),
    ("0%", 0.6, "60%"),
    ("0.00%", 0.1234, "12.34%"),
    ("0%", 1.5, "150%"),
    ("0%", 0.07, "7%"),
    ("000000", 1234, "001234"),
    ('"B"0000', 201, "B0201"),
    ("000-0000", 1234567, "123-4567"),
    ('"第"0"号"', 7, "第7号"),
    ('0"万元"', 50, "50万元"),
    ("0.00\\亿", 1.5, "1.50亿"),
    ('General"元"', 5, "5元"),
    ('"B"@', 5, "B5"),
    ("0!人", 3, "3人"),
    ("0.00E+00", 503000, "503000"),
    ("# ?/?", 2, "2"),
    ("[DBNum1][$-804]General", 5, "5"),
    ("0.00;-0.00;0.00;@", 5, "5.00"),
]
OTHER = [
    ("0", 3.14, "3", "3.14"),
    ("0.00", 1234.567, "1234.57", "1234.567"),
    ("0.0", 2.25, "2.3", "2.25"),
    ("0", -0.4, "-0", "-0.4"),
    ("0%", 0.604, "60%", "0.604"),
    ("0!.0,", 503000, "50.3", "503000"),
    ("0!.0,", 503456, "50.3", "503456"),
    ("0.0,", 503000, "503.0", "503000"),
    ("0,", 503000, "503", "503000"),
    ('0!.0000"万元"', 503000, "50.3000万元", "503000"),
    ('[>=10000]0!.0,"万";0', 503000, "50.3万", "503000"),
    (";;;", 5, "", "5"),
    ("0;-0;;@", 0, "", "0"),
    ("#", 0, "", "0"),
    ("0;[Red]0", -5, "5", "-5"),
    ("0.00E+00", 999901001201, "1.00E+12", "999901001201"),
    ('[=1]"是";[=0]"否"', 1, "是", "1"),
    ("yyyy/m/d", 0, "1900-01-00", "0"),
    ('yyyy"年"m"月"', 42, "1900年2月", "42"),
    ("yyyy-mm-dd", 60, "1900-02-29", "60"),
]
DATES = [
    ('yyyy"年"m"月"', "2017年5月"),
    ("yyyy-mm", "2017年5月"),
    ("yyyy.mm", "2017年5月"),
    ("mmm-yy", "2017年5月"),
    ("yyyy/m;@", "2017年5月"),
    ('[DBNum1][$-804]yyyy"年"m"月";@', "2017年5月"),
    ('e"年"m"月"', "2017年5月"),
    ("mmmm yyyy", "2017年5月"),
    ("yyyy", "2017"),
    ('yyyy"年"', "2017年"),
    ('m"月"d"日"', "5月1日"),
    ("d-mmm", "5月1日"),
    ("[$-804]aaaa", "星期一"),
    ("dddd", "星期一"),
    ("yyyy-mm-dd;@", "2017-05-01"),
    ("yy-m-d", "2017-05-01"),
    ("[$-F800]dddd, mmmm dd, yyyy", "2017-05-01"),
    ('yyyy"年"m"月"d"日" aaaa', "2017-05-01"),
    ("m/d/yyyy h:mm", "2017-05-01"),
    ("[$-409]d/mmm/yy;@", "2017-05-01"),
]
MONTHS, DAYS, WHOLE, TIMES = (
    (27, 36, 50, 52, 57, 17),
    (16, 28, 29, 51, 53, 54, 58),
    (14, 15, 22, 30, 31),
    (20, 21, 32, 33, 34, 55),
)


@pytest.mark.parametrize(("code", "value", "text"), SAME)
def test_a_number_that_is_shown_as_it_is(code: str, value: float, text: str) -> None:
    shown = number_format(code).show(float(value), False)
    assert (shown.text, shown.doubt) == (text, None)


@pytest.mark.parametrize(("code", "value", "text", "stored"), OTHER)
def test_a_number_that_is_shown_as_another(code: str, value: float, text: str, stored: str) -> None:
    shown = number_format(code).show(float(value), False)
    assert (shown.text, shown.doubt) == (text, Doubted("SHOWN_NOT_STORED", text, stored))


@pytest.mark.parametrize(("code", "text"), DATES)
@pytest.mark.parametrize("epoch_1904", [False, True])
def test_a_day_is_shown_as_far_as_its_format_goes(code: str, text: str, epoch_1904: bool) -> None:
    shown = number_format(code).show(42856.0 - 1462 * epoch_1904, epoch_1904)
    assert (shown.text, shown.doubt) == (text, None)


@pytest.mark.parametrize("number", [*MONTHS, *DAYS, *WHOLE])
def test_formats_that_have_no_code_in_the_file(number: int) -> None:
    text = "2017年5月" if number in MONTHS else "5月1日" if number in DAYS else "2017-05-01"
    assert builtin_format(number).show(42856.0, False).text == text


@pytest.mark.parametrize("number", TIMES)
def test_times_without_a_day(number: int) -> None:
    assert builtin_format(number).show(42856.25, False).text == "06:00:00"


@pytest.mark.parametrize("serial", [-3.0, 3e6])
def test_a_day_before_all_days_is_what_a_spreadsheet_shows(serial: float) -> None:
    assert set(number_format("yyyy-mm-dd").show(serial, False).text) == {"#"}


@pytest.mark.parametrize(
    ("code", "value"), [("ge.m", 42856), ("# ?/?", 1.5), ("[weird]0", 5), ('0"', 5), ("[<0]0.0;0", -5), ("##0.0E+0", 5)]
)
def test_what_nobody_knows_how_to_show_is_doubtful(code: str, value: float) -> None:
    doubt = number_format(code).show(float(value), False).doubt
    assert doubt is not None and doubt.code == "FORMAT_UNKNOWN"


@pytest.mark.parametrize(
    ("code", "text", "shown", "doubtful"),
    [
        ("General", "东村", "东村", False),
        ("yyyy-mm-dd;@", "东村", "东村", False),
        ('@"村"', "东", "东村", False),
        (";;;", "东", "", True),
        ("_ @_ ", "东", "东", False),
        ("0.00", "东", "东", False),
        ("0;-0;;@", "东", "东", False),
    ],
)
def test_texts_have_formats_too(code: str, text: str, shown: str, doubtful: bool) -> None:
    found = number_format(code).show_text(text)
    assert (found.text, found.doubt is not None) == (shown, doubtful)


@pytest.mark.parametrize(
    ("code", "plain", "whole"),
    [
        ("General", True, False),
        ("0", False, False),
        ("yyyy-m-d;@", False, True),
        ('yyyy"年"m"月"', False, False),
        ('General"元"', False, False),
    ],
)
def test_which_formats_need_no_second_look(code: str, plain: bool, whole: bool) -> None:
    assert (number_format(code).is_plain, number_format(code).is_whole_date) == (plain, whole)
