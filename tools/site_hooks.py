"""Hooks of ``mkdocs.yml``: CONTRIBUTING.md becomes a page, and links out of ``docs/`` lead to the site's own pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
PAGES = {
    "../CONTRIBUTING.md": "contributing.md",
    "../README.md#loading-them": "cookbook.md",
    "../README.md": "index.md",
}
"""What a page of ``docs/`` may link to outside of it."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Entries of the navigation whose page is not written yet are left out."""
    config.nav = _there(config.nav)
    return config


def _there(entries: Any) -> Any:  # noqa: ANN401 - YAML
    if isinstance(entries, list):
        return [kept for entry in entries if (kept := _there(entry)) is not None]
    if isinstance(entries, dict):
        kept = {name: found for name, entry in entries.items() if (found := _there(entry)) is not None}
        return kept or None
    return entries if entries == "contributing.md" or (ROOT / "docs" / str(entries)).exists() else None


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """CONTRIBUTING.md stands at the root, where people look for it."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").replace("](docs/", "](")
    files.append(File.generated(config, "contributing.md", content=text))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links to the root's pages, of a page in ``docs/`` or a folder below."""
    del config, files
    up = "../" * page.file.src_uri.count("/")
    for outside, inside in PAGES.items():
        markdown = markdown.replace(f"]({up}{outside}", f"]({up}{inside}")
    return markdown


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Finnish pages say that they are: for screen readers, hyphenation and search engines."""
    del config
    # what the theme leaves out for screen readers
    output = output.replace(
        'data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"'
    )
    finnish = page.file.src_uri.startswith("fi/") or page.file.src_uri.endswith(".fi.md")
    return output.replace('<html lang="en"', '<html lang="fi"', 1) if finnish else output


def on_post_build(*, config: MkDocsConfig) -> None:
    """The switch of languages asks for a map of each language's pages."""
    empty = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>\n'
    (Path(config.site_dir) / "fi" / "sitemap.xml").write_text(empty, "utf-8")
