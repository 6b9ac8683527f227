import json

import pytest

TEXTS = ("received", "seated", "alternate", "arrival", "next")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_ready_to_paste(shenzhen, language, name):
    text = (shenzhen / "announce" / language / f"{name}.txt").read_text(encoding="utf-8")

    assert text == text.strip() + "\n"
    assert "{" not in text
    assert "\n\n\n" not in text
    assert 40 < len(text) < 1500


def test_the_arrival_text_says_when_and_where(shenzhen):
    text = (shenzhen / "announce" / "zh" / "arrival.txt").read_text(encoding="utf-8")

    assert "5月25日" in text
    assert "13:30" in text
    assert "腾讯滨海大厦" in text


def test_texts_for_groups_name_nobody(shenzhen):
    people = json.loads((shenzhen / "clean.json").read_bytes())["people"]
    texts = "".join(
        path.read_text(encoding="utf-8") for path in (shenzhen / "announce").rglob("*.txt")
    )

    assert [who["phone"] for who in people if who["phone"] in texts] == []
