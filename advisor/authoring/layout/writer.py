"""Writes pieces and their comments down in the canonical layout.

Two blanks a level, lists indented under their key; braces stay braces as long as they fit on a line
or stood on one, and hold no comment; texts keep their quotes; runs of quoted values are aligned;
at most one blank line, and one between the rules of a file.
"""

from __future__ import annotations

import re
from typing import Final

from advisor.authoring.layout.comments import lead_with
from advisor.authoring.layout.source import Comment, Entry, SourcePiece

WIDTH: Final = 100
_LONGEST_KEY: Final = 1000  # characters; YAML wants longer ones marked
_BREAK: Final = re.compile(r"(?<![ \\]) (?! )")


def written(root: SourcePiece | None, comments: list[Comment]) -> str:
    """The text of a file; `comments` are all that there is of one that says nothing."""
    lines: list[str] = []
    if root is None:
        _standing(lines, comments, "", first=True)
    elif root.anchor is not None:
        _value(lines, root, "", -2, None)
    elif (text := _one_line(root, 0)) is not None:
        lines.append(text)
        _standing(lines, root.tail, "", first=False)
    else:
        _block(lines, root, "", 0)
    return "".join(f"{line}\n" for line in lines)


def _block(lines: list[str], piece: SourcePiece, head: str, indent: int) -> None:
    """The entries of a collection, one below the other; `head` stands before the first."""
    widths = _aligned(piece.entries)
    before = len(lines)
    spaced = indent == 0 and piece.kind == "list" and not head
    several = False
    for number, entry in enumerate(piece.entries):
        own: list[str] = []
        _entry(own, entry, head or " " * indent, indent, widths[number])
        apart = spaced and (several or len(own) > 1 + len(entry.lead))
        several = len(own) > 1 + len(entry.lead)
        blank = apart or (entry.lead[0].blank if entry.lead else entry.blank)
        if number and blank and (not lines or lines[-1]):
            lines.append("")
        lines += own
        head = ""
    _standing(lines, piece.tail, " " * indent, first=len(lines) == before)


def _aligned(entries: list[Entry]) -> list[int]:
    """How wide each key is written: in a run of quoted values, as wide as the widest."""
    widths = [0] * len(entries)
    begin = 0
    for number in range(1, len(entries) + 1):
        entry = entries[number] if number < len(entries) else None
        joined = entry is not None and not entry.blank and not entry.lead and _is_quoted(entry)
        if joined and _is_quoted(entries[number - 1]):
            continue
        run = range(begin, number)
        widest = max(len(_key(entries[i].key)) for i in run) if len(run) > 1 else 0
        for i in run:
            widths[i] = widest
        begin = number
    return widths


def _is_quoted(entry: Entry) -> bool:
    value = entry.value
    quoted = value.style in {'"', "'"} and value.one_line and value.anchor is None
    return quoted and entry.key is not None and _is_simple(entry.key)


def _standing(lines: list[str], comments: list[Comment], head: str, *, first: bool) -> None:
    """Comments on lines of their own."""
    for number, comment in enumerate(comments):
        if comment.blank and lines and lines[-1] and not (first and number == 0):
            lines.append("")
        lines.append(head + comment.text)


def _entry(lines: list[str], entry: Entry, head: str, indent: int, width: int) -> None:
    """An entry with the comments above it."""
    if entry.trailing is not None and _opens_below(entry, len(head) + 2):
        lead_with(entry, entry.trailing)
    for number, comment in enumerate(entry.lead):
        if number and comment.blank:
            lines.append("")
        lines.append(" " * indent + comment.text)
    if entry.lead and entry.blank:
        lines.append("")
    if entry.key is None:
        _value(lines, entry.value, f"{head}-", indent, entry.trailing, compact=True)
    elif _is_simple(entry.key):
        key = _key(entry.key)
        padding = " " * (width - len(key)) if width else ""
        _value(lines, entry.value, f"{head}{key}:{padding}", indent, entry.trailing)
    else:
        _value(lines, entry.key, f"{head}?", indent, None)
        _value(lines, entry.value, f"{' ' * indent}:", indent, entry.trailing)


def _opens_below(entry: Entry, column: int) -> bool:
    """Whether an item's braces become lines below its dash, so that nothing can stand behind it."""
    below = entry.key is None and bool(entry.value.entries)
    return below and _one_line(entry.value, column) is None


def _is_simple(key: SourcePiece) -> bool:
    """Whether a key can be written before its colon."""
    text = _inline(key)
    return text is not None and 0 < len(text) < _LONGEST_KEY


def _key(key: SourcePiece | None) -> str:
    text = _inline(key) if key is not None else None
    return f"{text} " if text and text.startswith("*") else text or ""


def _value(
    lines: list[str],
    piece: SourcePiece,
    head: str,
    indent: int,
    trailing: Comment | None,
    *,
    compact: bool = False,
) -> None:
    """A value behind its head: on the same line, or on the lines below."""
    if piece.anchor is not None:
        head, compact = f"{head} &{piece.anchor}".lstrip(" " * (indent < 0)), False
    end = f"  {trailing.text}" if trailing is not None else ""
    text = _one_line(piece, len(head) + 1)
    if text is not None:
        lines.append(f"{head} {text}".rstrip(" ") + end if not text else f"{head} {text}{end}")
    elif piece.style in {"|", ">"}:
        _text_block(lines, piece, head, indent, end)
    elif piece.kind == "scalar":
        shown = _wrapped(piece, len(head) + 1, indent + 2)
        lines.append(f"{head} {shown[0]}")
        lines += [" " * (indent + 2) + line if line else "" for line in shown[1:]]
        lines[-1] += end
    elif compact and not end:
        _block(lines, piece, f"{head} ", indent + 2)
    else:
        lines.append(head + end)
        _block(lines, piece, "", indent + 2)


def _one_line(piece: SourcePiece, column: int) -> str | None:
    """A piece on one line, if that is how it was written or if it fits there."""
    text = _inline(piece)
    if text is None and piece.kind == "scalar" and piece.style not in {"|", ">"}:
        paragraphs = _paragraphs(piece)
        text = paragraphs[0] if len(paragraphs) == 1 else None
    if text is None or piece.one_line or column + len(text) <= WIDTH:
        return text
    return None


def _inline(piece: SourcePiece) -> str | None:
    """A piece as it reads on one line; None where it cannot stand on one."""
    if piece.kind in {"scalar", "alias"}:
        return piece.raw if piece.one_line and piece.style not in {"|", ">"} else None
    if not piece.flow or piece.commented or (piece.tail and piece.owner is not None):
        return None
    parts = [_inline_entry(entry) for entry in piece.entries]
    if None in parts:
        return None
    opening, closing = "{}" if piece.kind == "mapping" else "[]"
    return opening + ", ".join(part for part in parts if part is not None) + closing


def _inline_entry(entry: Entry) -> str | None:
    value = _inline(entry.value)
    if value is None:
        return None
    if entry.value.anchor is not None:
        value = f"&{entry.value.anchor} {value}"
    if entry.key is None:
        return value
    if not _is_simple(entry.key) or entry.key.anchor is not None:
        return None
    return f"{_key(entry.key)}: {value}"


def _paragraphs(piece: SourcePiece) -> list[str]:
    """A text of several lines, those of one paragraph joined; a blank line between two is ""."""
    found: list[str] = []
    open_end = ""  # what joins the next line to the one before
    for number, line in enumerate(piece.raw.split("\n")):
        text = line.strip(" ") if number else line.rstrip(" ")
        if not text:
            found.append("")
            open_end = "paragraph"
        elif not found or open_end == "paragraph":
            found.append(text)
            open_end = " "
        else:
            found[-1] += open_end + text
        if text and piece.style == '"' and _continues(text):
            found[-1] = found[-1][:-1]
            open_end = ""
        elif text:
            open_end = " "
    return found


def _continues(text: str) -> bool:
    """Whether a line in double quotes ends in a backslash that takes its end of line away."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _wrapped(piece: SourcePiece, first: int, column: int) -> list[str]:
    """The lines of a text, none over the width if it can be helped."""
    lines: list[str] = []
    for paragraph in _paragraphs(piece):
        line = ""
        for word in _BREAK.split(paragraph):
            room = WIDTH - (column if lines else first)
            if line and len(line) + 1 + len(word) > room:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines


def _text_block(lines: list[str], piece: SourcePiece, head: str, indent: int, end: str) -> None:
    """A block of text after | or >, its lines as they are, at the right indentation."""
    header, *content = piece.raw.split("\n")
    signs = header.split("#")[0].strip()
    digit = next((sign for sign in signs if sign.isdigit()), None)
    cut = _indent_of(content)
    if digit is not None:
        home = piece.owner.home.column if piece.owner is not None else 0
        cut = home + int(digit)
        signs = signs.replace(digit, "2")
    lines.append(f"{head} {signs}{end}")
    while content and not content[-1].strip(" "):
        content.pop()
    lines += [" " * (indent + 2) + line[cut:] if line[cut:] else "" for line in content]
    if "+" in signs:
        ends = len(piece.value) - len(piece.value.rstrip("\n"))
        lines += [""] * (ends - 1 if content else ends)


def _indent_of(content: list[str]) -> int:
    """How far a block of text is indented: as its first line with anything on it."""
    deepest = 0
    for line in content:
        deepest = max(deepest, len(line) - len(line.lstrip(" ")))
        if line.strip(" "):
            break
    return deepest
