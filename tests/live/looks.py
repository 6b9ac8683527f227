"""What a person would mind about a page, asked of the browser."""

from __future__ import annotations

# Text that is wider or higher than the box which cuts it off. A Han glyph's box is higher than its
# ink, so a quarter of a line too high cuts nothing off.
CUT = """(selector) => [...document.querySelectorAll(selector)].filter(each => {
  const box = each.getBoundingClientRect();
  if (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 2 + parseFloat(getComputedStyle(each).fontSize) / 4) return true;
  for (let over = each.parentElement; over; over = over.parentElement) {
    const edge = over.getBoundingClientRect();
    if (getComputedStyle(over).overflow !== 'visible' && (box.right > edge.right + 1 || box.bottom > edge.bottom + 1)) return true;
  }
  return false;
}).map(each => each.textContent.trim())"""

OUTSIDE = """() => [...document.querySelectorAll('body *')]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 0.5 && each.getBoundingClientRect().width > 0)
  .filter(each => !each.closest('svg') && !each.closest('.scroll'))
  .map(each => each.tagName + '.' + each.className)"""

PIXELS = "(each) => parseFloat(getComputedStyle(each).fontSize)"


def cut(page, selector):
    """Give the texts that are cut off."""
    return page.evaluate(CUT, selector)


def sticking_out(page):
    """Give what makes one scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return page.evaluate(OUTSIDE) + (["the page itself"] if wide else [])


def pixels(locator):
    """Give the size of a text."""
    return locator.evaluate(PIXELS)
