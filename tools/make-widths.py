#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints src/base/width_table.inc: the code points that take two columns of a terminal, and none.

Of Unicode as this Python knows it (UAX #11 and the general categories). What is not assigned belongs
to the range around it, if that has the same width on both sides: the next version of Unicode adds
characters to their blocks."""
import sys
import unicodedata

LAST = 0x10FFFF
# CJK ideographs that may be assigned later are wide (UAX #11, table of unassigned code points).
RESERVED = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD)]
# Medial vowels and final consonants of Hangul join the syllable before them.
JOINING = [(0x1160, 0x11FF), (0xD7B0, 0xD7FF)]


def within(point, ranges):
    return any(first <= point <= last for first, last in ranges)


def width(point):
    """Returns 0, 1 or 2, or None where nothing is assigned."""
    character = chr(point)
    category = unicodedata.category(character)
    if within(point, RESERVED):
        return 2
    if within(point, JOINING):
        return 0
    if category in ("Cn", "Co", "Cs"):
        return None
    # A soft hyphen is shown.
    if category in ("Mn", "Me", "Cf") and point != 0xAD:
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def ranges(wanted):
    found = []
    is_open = False
    for point in range(0x20, LAST + 1):
        got = width(point)
        if got == wanted:
            if is_open:
                found[-1][1] = point
            else:
                found.append([point, point])
            is_open = True
        elif got is not None:
            is_open = False
    return found


def main():
    print("/* Made by tools/make-widths.py from Unicode %s; sorted. */" % unicodedata.unidata_version)
    for wanted, macro in ((0, "NO_WIDTH"), (2, "WIDE")):
        for first, last in ranges(wanted):
            print("%s(0x%04x, 0x%04x)" % (macro, first, last))
    return 0


sys.exit(main())
