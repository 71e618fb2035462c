"""The documentation site: `make docs` builds docs/_build/html from these pages, without the network."""

project = "Counterfoil"
author = "The Counterfoil maintainers"
language = "en"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "Counterfoil"
html_show_sphinx = False
html_copy_source = False
pygments_style = "friendly"
suppress_warnings = ["misc.highlighting_failure"]  # command lines with an ellipsis in them
