#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes src/sys/set_table.inc: the sets of calls of the installed systemd.

Run by hand; the output is committed. sets-newer.txt adds the calls that newer systemd has in a
set.  Calls of other machines, which the table of calls does not have, are
left out.  usage: make-sets.py SRC/SYS > ../../src/sys/set_table.inc
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LEFT_OUT = {'@known'}  # every call there is: not a set of this language, which has "unknown"


def installed():
    """Gives {set: (words, [member])}."""
    text = subprocess.run(['systemd-analyze', 'syscall-filter', '--no-pager'], text=True,
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    sets, name = {}, None
    for line in text.splitlines():
        if line.startswith('@'):
            name = line.strip()
            sets[name] = ['', []]
        elif name and line.startswith('    #'):
            sets[name][0] = line.strip(' #')
        elif name and re.match(r'    [@\w]', line):
            sets[name][1].append(line.strip())
        elif line.startswith('#'):
            name = None
    return {n: s for n, s in sets.items() if n not in LEFT_OUT}


def add_newer(sets):
    for line in open(os.path.join(HERE, 'sets-newer.txt')):
        words = line.split('#')[0].split()
        if words:
            sets[words[0]][1] = sorted(set(sets[words[0]][1] + words[1:]))


def known_calls(directory):
    text = open(os.path.join(directory, 'syscall_table.inc')).read()
    return set(re.findall(r'^\{ "(\w+)"', text, re.M))


def main():
    sets = installed()
    add_newer(sets)
    known = known_calls(sys.argv[1])
    print('/* SPDX-License-Identifier: GPL-2.0-or-later */')
    print('/*\n * Written by tools/sys/make-sets.py; change its inputs, not this file.\n'
          ' * SET(name, words for people, members...)\n */')
    for name in sorted(sets):
        about, members = sets[name]
        print('SET("%s", "%s",' % (name, about[0].lower() + about[1:]))
        print(',\n'.join('\t"%s"' % m for m in members if m[0] == '@' or m in known) + ')')


if __name__ == '__main__':
    main()
