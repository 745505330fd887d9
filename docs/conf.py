"""How Sphinx builds the guide: `make docs`."""

import pathlib
import re

_root = pathlib.Path(__file__).resolve().parent.parent
_manifest = (_root / "Cargo.toml").read_text()

project = "liblwt"
author = "the liblwt authors"
version = release = re.search(r'^version = "(.*)"', _manifest, re.M).group(1)

extensions = ["myst_parser"]
exclude_patterns = ["programs", "requirements.txt", "README.md"]
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]
nitpicky = True

html_theme = "furo"
html_title = f"liblwt {version}"
html_static_path = []
html_copy_source = False
html_show_sphinx = False
highlight_language = "c"
