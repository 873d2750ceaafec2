"""Attaches each comment to the entry that it speaks of, so that both move together.

A comment on a line of its own belongs to the entry below it; if its indentation says so, to the
end of a list or record above it. A comment behind something belongs to the entry that began last.
Comments keep their order whatever is attached to what.
"""

from __future__ import annotations

from bisect import bisect_right

from advisor.authoring.layout.source import Comment, Entry, ParsedFile, SourcePiece


def attach(source: ParsedFile) -> list[Comment]:
    """Attach all comments; those of a file that says nothing are given back."""
    if source.root is None:
        return source.comments
    _mark_flows(source)
    begins = [entry.begin for entry in source.entries]
    gap, limit = -1, 0
    for comment in source.comments:
        place = bisect_right(begins, comment.index)
        if place != gap:
            gap, limit = place, 0
        last = source.entries[place - 1] if place else None
        following = source.entries[place] if place < len(begins) else None
        if last is not None and _interrupts(comment, last):
            lead_with(last, comment)
        elif last is not None and (comment.header or not comment.own):
            _trail(source.root, last, comment)
        else:
            limit = _stand_alone(source.root, last, following, comment, limit)
    for entry in reversed(source.entries):
        _hoist(entry)
    return []


def _mark_flows(source: ParsedFile) -> None:
    """Mark the collections in braces that hold a comment: they cannot stay on one line."""
    places = [comment.index for comment in source.comments]
    pieces = [entry.value for entry in source.entries]
    for piece in [*pieces, *([source.root] if source.root else [])]:
        if piece.flow and piece.entries:
            piece.commented = bisect_right(places, piece.start) < bisect_right(
                places, piece.end - 1
            )


def _interrupts(comment: Comment, entry: Entry) -> bool:
    """Whether a comment stands between a key and a value with no entries to carry it."""
    value = entry.value
    if value.kind in {"mapping", "list"} and value.entries:
        return value.flow and comment.own and comment.index < value.start
    inside = value.end if value.flow else value.start
    return not comment.header and comment.index < inside


def lead_with(entry: Entry, comment: Comment) -> None:
    """Put a comment that stood in an entry above it."""
    earlier, entry.trailing = entry.trailing, None
    for standing in [comment] if earlier in (None, comment) else [earlier, comment]:
        if not entry.lead:
            standing.blank, entry.blank = entry.blank, False
        entry.lead = [*entry.lead, standing]


def _trail(root: SourcePiece, last: Entry, comment: Comment) -> None:
    """Put a comment behind the entry that began last, or that braces ended last."""
    entry: Entry | None = last
    while entry is not None and entry.home.flow and entry.home.end <= comment.index:
        if entry.home.commented:
            comment.blank = False
            entry.home.tail = [*entry.home.tail, comment]
            return
        entry = entry.home.owner
    if entry is None:
        root.tail = [*root.tail, comment]
        return
    if entry.key is None and entry.value.commented:
        lead_with(
            entry, comment
        )  # the braces open on the line of the dash, and become lines below it
        return
    earlier, entry.trailing = entry.trailing, None
    if earlier is not None:
        lead_with(entry, earlier)
    entry.trailing = comment


def _stand_alone(
    root: SourcePiece, last: Entry | None, following: Entry | None, comment: Comment, limit: int
) -> int:
    """Place a comment on a line of its own; gives how far out those after it must stay."""
    flow = _flow_around(last, comment.index)
    if flow is not None and (following is None or following.begin > flow.end):
        flow.tail = [*flow.tail, comment]
        return limit
    nests = [] if flow is not None else _ended(last, following)
    fits = following is None or comment.column > following.home.column
    for number in range(limit, len(nests)):
        if fits and nests[number].column <= comment.column:
            nests[number].tail = [*nests[number].tail, comment]
            return number
    if following is None:
        root.tail = [*root.tail, comment]
    else:
        following.lead = [*following.lead, comment]
    return len(nests)


def _flow_around(last: Entry | None, index: int) -> SourcePiece | None:
    """The innermost braces around a place."""
    piece = last.value if last is not None else None
    while piece is not None:
        if piece.flow and piece.start < index < piece.end:
            return piece
        if piece is not (last.value if last else None) and piece.owner is None:
            return None
        owner = last if last and piece is last.value else piece.owner
        piece = owner.home if owner is not None else None
    return None


def _ended(last: Entry | None, following: Entry | None) -> list[SourcePiece]:
    """The block collections that end between two entries, the innermost first."""
    found: list[SourcePiece] = []
    piece = last.home if last is not None else None
    if following is not None and last is not None and following.home is last.value:
        return found
    while piece is not None and (following is None or piece is not following.home):
        if not piece.flow:
            found.append(piece)
        piece = piece.owner.home if piece.owner is not None else None
    return found


def _hoist(entry: Entry) -> None:
    """What stands above the first entry of an item stands above the item."""
    value = entry.value
    below = value.commented or not value.flow
    if entry.key is None and value.entries and below and value.anchor is None:
        first = value.entries[0]
        entry.lead = [*entry.lead, *first.lead]
        first.lead = []
