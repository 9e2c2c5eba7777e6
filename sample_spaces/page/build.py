"""Makes dist/ out of notes/*.md: one page, one style sheet, one list for programs."""

import html
import json
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent


def render(notes: list[str]) -> str:
    """The page for these notes, each a heading and paragraphs."""
    parts = []
    for note in notes:
        heading, *paragraphs = [part.strip() for part in note.strip().split("\n\n")]
        parts.append(f"<h2>{html.escape(heading.lstrip('# '))}</h2>")
        parts += [f"<p>{html.escape(' '.join(paragraph.split()))}</p>" for paragraph in paragraphs]
    words = sum(len(note.split()) for note in notes)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Field notes</title>\n'
        '<link rel="stylesheet" href="style.css"></head>\n<body><h1>Field notes</h1>\n'
        + "\n".join(parts)
        + f"\n<footer>{len(notes)} notes, {words} words</footer></body></html>\n"
    )


def main() -> None:
    target = HERE / "dist"
    target.mkdir(exist_ok=True)
    files = sorted((HERE / "notes").glob("*.md"))
    (target / "index.html").write_text(render([file.read_text() for file in files]))
    (target / "notes.json").write_text(json.dumps([file.stem for file in files]))
    shutil.copy(HERE / "style.css", target)
    print(f"{len(files)} notes written to {target.name}/")


if __name__ == "__main__":
    main()
