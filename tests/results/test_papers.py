import io
import json

import pypdf
import pytest
from click.testing import CliRunner

from huiyou.cli import main

A4 = (595, 842)


def pages(path):
    return pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages


def size(page):
    return tuple(round(float(edge)) for edge in page.mediabox[2:])


@pytest.mark.needs("pango")
def test_badges_are_four_on_an_upright_sheet(shenzhen):
    found = pages(shenzhen / "print" / "badges.pdf")

    assert (len(found), {size(page) for page in found}) == (50, {A4})


@pytest.mark.needs("pango")
def test_signs_are_one_table_on_a_sheet_across(shenzhen):
    found = pages(shenzhen / "print" / "signs.pdf")

    assert (len(found) % 21, {size(page) for page in found}) == (0, {A4[::-1]})


@pytest.mark.needs("pango")
def test_names_are_printed_as_text_in_our_font(shenzhen):
    page = pages(shenzhen / "print" / "badges.pdf")[0]
    fonts = {font["/BaseFont"] for font in page["/Resources"]["/Font"].values()}

    assert "深圳站" in page.extract_text()
    assert {font.partition("+")[2] for font in fonts} == {"Huiyou-Han", "Huiyou-Han-Bold"}


def test_without_a_press_the_page_offers_print_html(desk):
    told = desk.run()

    assert told.code == 0
    assert list((desk.out / "print").glob("*.pdf")) == []
    assert "Pango" in (desk.out / "index.html").read_text(encoding="utf-8")


def test_characters_that_the_font_lacks_are_told(desk, small):
    chosen = json.loads((small / "selection.json").read_bytes())["chosen"][0]
    people = json.loads((small / "clean.json").read_bytes())["people"]
    name = next(who["name"] for who in people if who["id"] == chosen)
    desk.change("applicants.csv", f",{name},", f",𠮷{name[1:]},")

    told = CliRunner().invoke(main, ["run", str(desk.folder), "--out", str(desk.out)])

    assert "打印前请看一眼：𠮷" in told.stderr.replace("\n", "")
