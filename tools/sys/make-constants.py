#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes src/sys/family_table.inc, constant_table.inc and constant_index.inc from constants.txt.

Run by hand; the output is committed. Values come from the kernel headers, compiled for each ABI
(gcc with multilib; nothing is linked or run). aarch64's headers are in a directory of their own
(Debian: linux-libc-dev-arm64-cross); its types are as long as x86_64's.
usage: make-constants.py SRC/SYS AARCH64-HEADERS
"""
import os
import re
import subprocess
import sys

import name_index

HERE = os.path.dirname(os.path.abspath(__file__))
FOUND_MIN = 0x300  # headers have flags beside commands; of those found by regex, drop the small
INCLUDE = ['/usr/include', '/usr/include/x86_64-linux-gnu']


def flags_of_abis(aarch64):
    return [['-m64'], ['-m32'], ['-mx32'], ['-m64', '-nostdinc', '-isystem', aarch64,
                                            '-idirafter', '/usr/lib/gcc/x86_64-linux-gnu/12/include',
                                            '-idirafter', '/usr/include',
                                            '-idirafter', '/usr/include/x86_64-linux-gnu']]


def parse(path):
    families = []
    for line in open(path):
        line = line.split('#')[0].strip()
        word = line.split(' ')[0]
        if not line:
            continue
        if word == 'family':
            name, about, rest = re.match(r'family (\w+) "(.*?)"(.*)', line).groups()
            families.append({'name': name, 'about': about, 'opts': rest.split(), 'include': [],
                             'names': [], 'found': set()})
        elif word == 'include':
            families[-1]['include'] += line.split()[1:]
        elif word == 'from':
            found = names_in(*line.split(' ', 2)[1:])
            families[-1]['names'] += [(n, None) for n in found]
            families[-1]['found'].update(found)
        elif ' = ' in line:
            name, values = line.split(' = ')
            families[-1]['names'].append((name, [number(v) for v in values.split()]))
        else:
            families[-1]['names'] += [(n, None) for n in line.split()]
    return families


def number(text):
    return int(text, 8) if re.match(r'0\d+$', text) else int(text, 0)


def names_in(header, regex):
    """Gives the macros of HEADER that match REGEX and have a value, in their order."""
    path = next(p for p in (os.path.join(d, header) for d in INCLUDE) if os.path.exists(p))
    text = open(path).read()
    return [n for n, body in re.findall(r'^\s*#\s*define\s+(\w+)[ \t]+(\S.*)', text, re.M)
            if re.fullmatch(regex, n) and re.match(r'\(?(_IO|0x|[A-Z])', body)]


def compile_values(family, names, flags):
    """Gives {name: value} of those NAMES that the headers define as integers."""
    directories = [sys.argv[2]] if '-nostdinc' in flags else INCLUDE
    include = [h for h in family['include'] if any(os.path.exists(os.path.join(d, h)) for d in directories)]
    good = list(names)
    while good:
        head = '#include <linux/types.h>\n#include <stddef.h>\n'
        head += '#include <linux/if.h>\n' if family['name'] == 'IOCTL' else ''
        head += ''.join('#include <%s>\n' % h for h in include)
        body = ''.join('long long v_%d =\n# %d "name"\n%s;\n' % (i, i + 1, n)
                       for i, n in enumerate(good))
        run = subprocess.run(['gcc', *flags, '-S', '-w', '-o', '-', '-x', 'c', '-'], input=head + body,
                             text=True, capture_output=True)
        bad = {int(i) - 1 for i in re.findall(r'^name:(\d+):\d+: error', run.stderr, re.M)}
        if run.returncode == 0:
            break
        if not bad:
            sys.exit('%s: %s' % (family['name'], run.stderr))
        good = [n for i, n in enumerate(good) if i not in bad]
    else:
        return {}
    values = {}
    for m in re.finditer(r'^v_(\d+):\n((?:\s+\.(?:quad|long|zero)\s+.*\n)+)', run.stdout, re.M):
        data = re.findall(r'\.(\w+)\s+(-?\d+)', m.group(2))
        if data[0][0] == 'quad':
            value = int(data[0][1])
        elif data[0][0] == 'zero':
            value = 0
        else:
            words = [int(v) & 0xffffffff if k == 'long' else 0 for k, v in data]
            value = words[0] | words[1] << 32
            value -= 1 << 64 if value >> 63 else 0
        values[good[int(m.group(1))]] = value
    return values


def evaluate(family):
    """Gives rows (name, [values of x86_64, x86, x32, aarch64])."""
    names = list(dict.fromkeys(n for n, _ in family['names']))
    by_abi = [compile_values(family, names, f) if family['include'] else {}
              for f in flags_of_abis(sys.argv[2])]
    by_hand = {n: v for n, v in family['names'] if v}
    rows = []
    for name in names:
        found = [v.get(name) for v in by_abi]
        hand = by_hand.get(name)
        if hand:
            for value, header in zip([hand[0]] * 3 + [hand[-1]], found):
                if header is not None and header != value:
                    sys.exit('%s: %#x here, %#x in the headers' % (name, value, header))
            found = [hand[0]] * 3 + [hand[-1]]
        if found[0] is None:
            print('%s: no value for %s' % (family['name'], name), file=sys.stderr)
            continue
        found = [found[0] if v is None else v for v in found]
        if name in family['found'] and found[0] < FOUND_MIN:
            continue
        rows.append((name, found))
    return rows


def literal(value):
    text = '%d' % value if -20000 < value < 10 else '%#x' % value
    return text + 'LL' if not -1 << 31 <= value < 1 << 31 else text


def print_constants(families, out):
    print('/* SPDX-License-Identifier: GPL-2.0-or-later */', file=out)
    print('/*\n * Written by tools/sys/make-constants.py; change constants.txt, not this file.\n'
          ' * C: the same value in all ABIs; C4: on x86_64, x86, x32, aarch64.\n */', file=out)
    for family, rows in families:
        for name, v in rows:
            if len(set(v)) == 1:
                print('C("%s", %s, %s)' % (name, family['name'], literal(v[0])), file=out)
            else:
                print('C4("%s", %s, %s)' % (name, family['name'], ', '.join(map(literal, v))),
                      file=out)


def print_families(families, out):
    print('/* SPDX-License-Identifier: GPL-2.0-or-later */', file=out)
    print('/*\n * Written by tools/sys/make-constants.py; change constants.txt, not this file.\n'
          ' * name, words for people, bits that are one value, how printed, kept in reports.\n */',
          file=out)
    for family in families:
        opts = dict(re.match(r'(\w+)(?:=(.*))?', o).groups() for o in family['opts'])
        mask = '%#x' % number(opts['mask']) if 'mask' in opts else '0'
        mask = '~0ULL' if 'enum' in opts or 'number' in opts else mask
        print('FAMILY(%s, "%s", %s, %s, %s)' % (
            family['name'], family['about'], mask, str('number' in opts).lower(),
            str('key' in opts).lower()), file=out)


def print_index(families, out):
    print('/* SPDX-License-Identifier: GPL-2.0-or-later */', file=out)
    print('/*\n * Written by tools/sys/make-constants.py; change constants.txt, not this file.\n'
          ' * Those of %d places that are taken: the place, and 1 more than the row in it.\n */'
          % name_index.CONSTANT_PLACES, file=out)
    name_index.write([name for _, rows in families for name, _ in rows],
                     name_index.CONSTANT_PLACES, out)


def main():
    families = parse(os.path.join(HERE, 'constants.txt'))
    rows = [(family, evaluate(family)) for family in families]
    with open(os.path.join(sys.argv[1], 'constant_table.inc'), 'w') as out:
        print_constants(rows, out)
    with open(os.path.join(sys.argv[1], 'constant_index.inc'), 'w') as out:
        print_index(rows, out)
    with open(os.path.join(sys.argv[1], 'family_table.inc'), 'w') as out:
        print_families(families, out)


if __name__ == '__main__':
    main()
