import io
import unicodedata

import pypdf
import pytest

from huiyou.press import Press, lacking
from huiyou.press.press import pdf, read_block, write_block

pytestmark = pytest.mark.needs("pango")


def text_of(data):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def test_chinese_is_printed_with_the_font_we_ship():
    html = '<p style="font-family: Huiyou Han">会友 Huiyou 深圳站</p>'

    reader = pypdf.PdfReader(io.BytesIO(pdf(html)))
    fonts = {font["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}

    assert reader.pages[0].extract_text() == "会友 Huiyou 深圳站"
    assert all("Noto-Sans" in font or "NotoSans" in font or "Huiyou" in font for font in fonts), (
        fonts
    )


def test_same_page_gives_the_same_bytes():
    assert pdf("<h1>会友</h1>") == pdf("<h1>会友</h1>")


@pytest.mark.parametrize(
    "html",
    [
        '<img src="file:///etc/passwd" alt="gone">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><p>gone</p>',
        '<link rel="attachment" href="file:///etc/passwd"><p>gone</p>',
    ],
)
def test_nothing_is_fetched_for_a_page(html):
    reader = pypdf.PdfReader(io.BytesIO(pdf(html)))

    assert reader.pages[0].extract_text() == "gone"
    assert not reader.attachments


def test_pages_come_back_in_the_order_they_were_asked_for():
    with Press() as press:
        printed = [press.start(f"<p>page {k}</p>") for k in range(5)]

        assert [text_of(page.result()) for page in printed] == [f"page {k}" for k in range(5)]


def fail_at_work(press):
    with press:
        press.start("<p>half</p>")
        raise ArithmeticError


def test_the_press_stops_its_printers_when_the_work_fails():
    press = Press()

    with pytest.raises(ArithmeticError):
        fail_at_work(press)

    assert all(printer.returncode is not None for printer in press._printers)


def test_blocks_keep_their_length():
    stream = io.BytesIO()
    for block in (b"", b"a" * 70_000):
        write_block(stream, block)
    stream.seek(0)

    assert [read_block(stream), read_block(stream), read_block(stream)] == [
        b"",
        b"a" * 70_000,
        None,
    ]


def test_the_font_has_every_character_of_the_usual_names():
    common = "".join(chr(c) for c in range(0x4E00, 0x9FA6))

    assert lacking(common) == ""
    assert lacking("，。！？「」、ＡＩ０１ éüñ ★→①ÅØ·–—“”") == ""


def test_what_the_font_lacks_is_told_once():
    assert lacking("👍𠮷👍 a") == "".join(sorted("👍𠮷"))
    assert unicodedata.name("𠮷").startswith("CJK")
