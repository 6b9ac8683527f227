"""The pages as people meet them, in Chromium."""

import io

import pypdf
import pytest

pytestmark = [pytest.mark.needs("chromium")]

SIZES = {"phone": (390, 844), "laptop": (1440, 900), "projector": (1920, 1080)}

CONTRAST = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgb = c => { canvas.clearRect(0,0,1,1); canvas.fillStyle = c; canvas.fillRect(0,0,1,1); return [...canvas.getImageData(0,0,1,1).data]; };
  const light = ([r,g,b]) => { const f = v => (v/=255) <= 0.04045 ? v/12.92 : ((v+0.055)/1.055)**2.4; return 0.2126*f(r)+0.7152*f(g)+0.0722*f(b); };
  const over = (top, under) => { const a = top[3]/255; return [0,1,2].map(k => top[k]*a + under[k]*(1-a)).concat(255); };
  const behind = el => { const layers = []; for (let e = el; e; e = e.parentElement) layers.push(rgb(getComputedStyle(e).backgroundColor)); return layers.reverse().reduce((u, t) => over(t, u), [255,255,255,255]); };
  const poor = [];
  for (const el of document.querySelectorAll('body *:not(svg):not(svg *)')) {
    const own = [...el.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !el.checkVisibility()) continue;
    const style = getComputedStyle(el), back = behind(el), front = over(rgb(style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) poor.push([el.textContent.trim().slice(0, 30), ratio.toFixed(2)]);
  }
  return poor;
}"""


# People whose table numbers are not all there, lie over one another, or over the edge of the paper.
LOST_ROUNDS = """(rounds) => [...document.querySelectorAll('.a6')].filter(card => {
  const edge = card.getBoundingClientRect();
  const boxes = [...card.querySelectorAll('h2')].map(h => h.getBoundingClientRect());
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  return boxes.length !== rounds || boxes.some((a, i) =>
    a.bottom > edge.bottom || boxes.some((b, j) => i < j && !apart(a, b)));
}).map(card => card.textContent.trim().slice(0, 20))"""


@pytest.fixture
def look(browser, shenzhen):
    views = []

    def open_page(name, size="laptop", scheme="light"):
        width, height = SIZES[size]
        view = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        views.append(view)
        view.goto((shenzhen / name).as_uri())
        return view

    yield open_page
    for view in views:
        view.close()


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_sticks_out_of_the_page(look, name, size):
    view = look(name, size)

    wide = view.evaluate("""() => [...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
        .filter(e => !e.closest('svg') && !e.closest('.scroll'))
        .map(e => e.tagName + '.' + e.className)""")

    assert wide == []
    assert view.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_text_stands_out_from_what_is_behind_it(look, name, scheme):
    view = look(name, scheme=scheme)
    view.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert view.evaluate(CONTRAST) == []


def test_names_are_never_cut(look):
    view = look("print/badges.html")

    cut = view.evaluate("""() => [...document.querySelectorAll('.name')]
        .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)""")

    assert cut == []


@pytest.mark.parametrize("rounds", [5, 8, 20])
def test_every_round_has_a_place_of_its_own_on_paper(browser, desk, rounds):
    desk.change("gathering.toml", "rounds = 3 ", f"rounds = {rounds} ")
    assert desk.run("--seed", "x").code == 0

    for paper in ("badges", "cards"):
        view = browser.new_page()
        view.goto((desk.out / "print" / f"{paper}.html").as_uri())
        lost = view.evaluate(LOST_ROUNDS, rounds)
        view.close()
        assert lost == []


def test_each_round_opens_without_script(look):
    view = look("index.html")

    shown = []
    for number in (1, 2, 3):
        view.get_by_text(f"第 {number} 轮", exact=False).locator("visible=true").first.click()
        shown.append(
            view.evaluate(
                "[...document.querySelectorAll('.round, .rounds > .tables')].filter(e => e.checkVisibility()).length"
            )
        )

    assert shown == [1, 1, 1]


def test_the_page_prints_on_a_few_sheets(look):
    printed = look("index.html").pdf(format="A4", print_background=True)

    assert 3 <= len(pypdf.PdfReader(io.BytesIO(printed)).pages) <= 12
