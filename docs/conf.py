"""How the documentation is built: `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "会友 Huiyou"
author = "The Huiyou authors"
project_copyright = "The Huiyou authors, Apache-2.0"

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "sentences"]
exclude_patterns = ["_build", "_ext"]
nitpicky = False
language = "zh_CN"

# Markdown: links between headings, and the two fences that need more than CommonMark.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# The engine's docstrings are numpydoc; dataclasses say their fields under Parameters.
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_class_signature = "mixed"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "furo"
html_title = "会友 Huiyou"
html_static_path = ["_static"]
html_css_files = ["han.css"]
html_show_sphinx = False

# Pages of both languages say 中文 first; those of one language say which, for screen readers.
ENGLISH = ("tutorial/", "how-to/", "explanation/", "adr/", "reference/api")


def say_language(_: Sphinx, page: str, __: str, context: dict[str, Any], ___: object) -> None:
    if page.startswith(ENGLISH) and not page.endswith(".zh"):
        context["language"] = "en"


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", say_language)
