"""Print: HTML to PDF with a Chinese font of our own, so that no machine prints boxes."""

from huiyou.press.press import Press, lacking, pdf

__all__ = ["Press", "lacking", "pdf"]
