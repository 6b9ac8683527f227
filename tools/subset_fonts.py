"""Make the two fonts we ship from Debian's fonts-noto-cjk and unicode-data.

apt-get install fonts-noto-cjk unicode-data
pip install fonttools brotli
python tools/subset_fonts.py src/huiyou/press/fonts
"""

from __future__ import annotations

import bz2
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

NOTO = Path("/usr/share/fonts/opentype/noto")
UNIHAN = Path("/usr/share/unicode")
MARKS = "①②③④⑤⑥⑦⑧⑨⑩→←↑↓★☆●○◆◇■□▲△✓✔✕€￥™℃№×÷≤≥≠±∞·"
FEATURES = ["kern", "ccmp", "mark", "mkmk"]
UNUSED_TABLES = ["VORG", "vhea", "vmtx", "BASE"]  # vertical setting


def span(first: int, last: int) -> set[int]:
    return set(range(first, last + 1))


def decodable(codec: str, leads: range, trails: list[int]) -> set[int]:
    """Give every character that a two-byte code can write."""
    found = set()
    for lead in leads:
        for trail in trails:
            try:
                found.add(ord(bytes([lead, trail]).decode(codec)))
            except UnicodeDecodeError:
                continue
    return found


def general_standard() -> set[int]:
    """Give 通用规范汉字表, the 8,105 characters of the Chinese standard of 2013."""
    return {
        int(line.split("\t")[0].removeprefix("U+"), 16)
        for path in sorted(UNIHAN.glob("Unihan_*.txt.bz2"))
        for line in bz2.open(path, "rt", encoding="utf-8")
        if "\tkTGH\t" in line
    }


def common() -> set[int]:
    gb2312 = decodable("gb2312", range(0xB0, 0xF8), list(range(0xA1, 0xFF)))
    big5 = decodable("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    plain = span(0x20, 0x17F) | span(0x2010, 0x205F) | span(0x3000, 0x30FF) | span(0xFF00, 0xFF5F)
    return general_standard() | gb2312 | big5 | plain | set(map(ord, MARKS))


def write(weight: str, characters: set[int], folder: Path) -> None:
    source = NOTO / f"NotoSansCJK-{weight}.ttc"
    names = [font["name"].getDebugName(4) for font in TTCollection(source).fonts]
    number = next(k for k, name in enumerate(names) if name.startswith("Noto Sans CJK SC"))
    font = TTFont(source, fontNumber=number, recalcTimestamp=False)
    options = subset.Options(layout_features=FEATURES, hinting=False, desubroutinize=True)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += UNUSED_TABLES
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(folder / f"NotoSansCJKsc-subset-{weight}.woff2")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    write("Regular", common() | span(0x4E00, 0x9FFF), folder)
    write("Bold", common(), folder)
