# SPDX-License-Identifier: GPL-2.0-or-later
"""The indexes by name of the tables: hash tables with open addressing, as src/sys/name_hash.h
looks them up."""

CALL_PLACES = 2048
CONSTANT_PLACES = 8192


def hash_name(name, places):
    """FNV-1a, as in src/sys/name_hash.h."""
    value = 0x811c9dc5
    for byte in name.encode():
        value = (value ^ byte) * 0x01000193 & 0xffffffff
    return (value ^ value >> 16) % places


def write(names, places, out):
    """Writes P(place, row + 1) for each of NAMES, rows of one name in their order."""
    index = [0] * places
    for row, name in enumerate(names, 1):
        place = hash_name(name, places)
        while index[place]:
            place = (place + 1) % places
        index[place] = row
    for place, row in enumerate(index):
        if row:
            print('P(%d, %d)' % (place, row), file=out)
