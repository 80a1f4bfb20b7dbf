# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the tables keep up with what they are made from, and with each other. Nothing here depends
on the machine: what the kernel and its headers say is already in src/sys.

The tables of src/sys are compared with the texts of tools/sys. Each call that has a path, flags or
the descriptor of a directory among its arguments has a row in the tables that know such calls, or a
line in tests/tables.txt that says why it needs none.
usage: tables.py SOURCES
"""
import importlib.util
import io
import os
import re
import sys

sys.dont_write_bytecode = True
TOP = sys.argv[1]
sys.path.insert(0, os.path.join(TOP, 'tools/sys'))

import name_index  # noqa: E402


def maker(name):
    spec = importlib.util.spec_from_file_location(name.replace('-', '_'),
                                                  '%s/tools/sys/%s.py' % (TOP, name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name):
    with open(os.path.join(TOP, name)) as file:
        return file.read()


calls_maker, constants_maker = maker('make-syscalls'), maker('make-constants')


def call_rows(text):
    """Returns [(name, {arch: number}, [(type, name, alias, kind, family)])] of the table of calls."""
    rows = []
    for name, numbers, args in re.findall(
            r'^\{ "(\w+)", \{ (.*?) \}, .*?, \d, \{(.*?)\n?\} \},$', text, re.M | re.S):
        numbers = [int(n[4:-1]) | calls_maker.X32_BIT if n[0] == 'X' else int(n)
                   for n in numbers.split(', ')]
        args = re.findall(r'\{ "(\w+)", "(\w*)", "(.*?)", ARG_(\w+), FAMILY_(\w+) \}', args)
        rows.append((name, {a: n for a, n in zip(calls_maker.ARCHES, numbers) if n != -1},
                     [(t, n, alias, kind, family) for n, alias, t, kind, family in args]))
    return rows


def differences(what, old, new):
    """Returns the first places where two texts differ."""
    old, new = old.splitlines(), new.splitlines()
    at = [i for i, (a, b) in enumerate(zip(old, new)) if a != b]
    if not at and len(old) != len(new):
        at = [min(len(old), len(new))]
    return ['%s, line %d: run its maker again: %s' % (what, i + 1, (new + [''] * (i + 1))[i].strip())
            for i in at[:5]]


def calls_follow():
    """The table has the numbers and signatures of the texts, and all that is derived from them."""
    text = read('src/sys/syscall_table.inc')
    rules, own, wrong, out = calls_maker.argument_rules(), calls_maker.signature_rules(), [], io.StringIO()
    rows, since, numbers = call_rows(text), {}, {}
    for line in calls_maker.lines_of('numbers.txt'):
        version, nr, name, arches = (line.split() + [','.join(calls_maker.ARCHES)])[:4]
        since[name] = tuple(map(int, version.split('.')))
        for arch in arches.split(','):
            numbers[name, arch] = int(nr) | (calls_maker.X32_BIT if arch == 'x32' else 0)
    known = {(name, arch): nr for name, nrs, _ in rows for arch, nr in nrs.items()}
    wrong += ['%s on %s: numbers.txt has %d' % (*key, nr) for key, nr in numbers.items()
              if known.get(key) != nr]
    for name, nrs, args in rows:
        signature = [(ctype, arg) for ctype, arg, *_ in args]
        for arch in nrs:
            its = own.get((arch if arch != 'x32' or nrs[arch] & 0xfff >= 512 else 'x86_64', name))
            if isinstance(its, list) and its != signature:
                wrong.append('%s on %s: signatures.txt has %s' % (name, arch, its))
        calls_maker.print_row((name, nrs, since.get(name),
                               calls_maker.decorate(name, signature, rules)), out)
    head = text[:text.index('\n */\n') + 5]
    return wrong + differences('src/sys/syscall_table.inc', text, head + out.getvalue())


def constant_rows():
    return re.findall(r'^C4?\("(\w+)", (\w+), (.*)\)$', read('src/sys/constant_table.inc'), re.M)


def families():
    """Returns the families of constants.txt; a name in slashes is a pattern for names in headers."""
    constants_maker.names_in = lambda header, pattern: ['/%s/' % pattern]
    return constants_maker.parse(os.path.join(TOP, 'tools/sys/constants.txt'))


def constants_follow():
    """The tables have the families and names of the text in their order, with its values."""
    out, wrong, rows = io.StringIO(), [], {}
    constants_maker.print_families(families(), out)
    for name, family, values in constant_rows():
        rows.setdefault(family, {})[name] = [int(v.replace('LL', ''), 0) for v in values.split(', ')]
    for family in families():
        has = rows.pop(family['name'], {})
        patterns = [n[1:-1] for n, _ in family['names'] if n[0] == '/']
        listed = list(dict.fromkeys(n for n, _ in family['names'] if n[0] != '/'))
        wrong += ['%s lacks %s' % (family['name'], n) for n in listed if n not in has]
        wrong += ['%s has %s' % (family['name'], n) for n in has
                  if n not in listed and not any(re.fullmatch(p, n) for p in patterns)]
        if [n for n in has if n in listed] != [n for n in listed if n in has]:
            wrong.append('%s is in another order' % family['name'])
        wrong += ['%s: constants.txt has %s = %s' % (family['name'], n, values)
                  for n, values in family['names']
                  if values and n in has and set(values) != set(has[n])]
    wrong += ['there is no family %s' % name for name in rows]
    return wrong + differences('src/sys/family_table.inc', read('src/sys/family_table.inc'),
                               out.getvalue())


def sets():
    return {name: re.findall(r'"(@?[\w-]+)"', members) for name, members in re.findall(
        r'^SET\("(@[\w-]+)", ".*?",(.*?)\)$', read('src/sys/set_table.inc'), re.M | re.S)}


def members(all_sets, name):
    """Returns the calls of a set, including those of sets in it."""
    return set().union(*(members(all_sets, m) if m[0] == '@' else {m} for m in all_sets[name]))


def sets_follow():
    has, wrong = sets(), []
    calls = {row[0] for row in call_rows(read('src/sys/syscall_table.inc'))}
    for line in read('tools/sys/sets-newer.txt').splitlines():
        words = line.split('#')[0].split()
        wrong += ['%s lacks %s' % (words[0], w) for w in words[1:] if w not in has[words[0]]]
    wrong += ['%s has %s, which is none' % (name, m) for name in has for m in has[name]
              if m not in calls and m not in has]
    return wrong


def indexes_follow():
    wrong = []
    for name, names, places in (
            ('syscall', [row[0] for row in call_rows(read('src/sys/syscall_table.inc'))],
             name_index.CALL_PLACES),
            ('constant', [row[0] for row in constant_rows()], name_index.CONSTANT_PLACES)):
        text, out = read('src/sys/%s_index.inc' % name), io.StringIO()
        name_index.write(names, places, out)
        wrong += differences('src/sys/%s_index.inc' % name, text,
                             text[:text.index('\n */\n') + 5] + out.getvalue())
    return wrong


# Texts that are not paths: names of keys, of file systems, of modules, of attributes.
NO_PATHS = set('_type _description _callout_info _key _fs_name type name_user uname u_name'.split())


def is_path(call, name):
    return name not in NO_PATHS and not ('xattr' in call and name == 'name')


def needs_of(rows):
    """Returns {kind of row: calls whose arguments need one}."""
    kept = {f['name'] for f in families() if 'key' in f['opts']}
    needs = {'path': set(), 'flags': set(), 'directory': set()}
    for call, _, args in rows:
        for _, name, _, kind, family in args:
            if kind == 'STRING' and is_path(call, name):
                needs['path'].add(call)
            if family in kept or (name in ('flag', 'flags') and kind not in ('STRING', 'POINTER')):
                needs['flags'].add(call)
            if family == 'AT_FD':
                needs['directory'].add(call)
    needs['purpose'] = set().union(*needs.values())
    return needs


def calls_named(calls, *sources):
    """Returns those of CALLS that are in tables of C files: in a text of only calls, or of calls and
    a condition."""
    code, found = re.sub(r'/\*.*?\*/', '', ''.join(map(read, sources)), flags=re.S), set()
    for text in re.findall(r'"((?:[^"\\]|\\.)*)"', code):
        for line in text.split(r'\n'):
            words = line.split(' if ')[0].split()
            found |= set(words) if all(w in calls for w in words) else set()
    return found


def rows_of(calls):
    """Returns {kind of row: calls that have one}."""
    lint = calls_named(calls, *('src/lint/' + name for name in os.listdir(TOP + '/src/lint')
                                if name.endswith('.c')))
    all_sets = sets()
    table = re.search(r'rows\[\] = \{(.*?)\n\};', read('src/learn/purpose.c'), re.S).group(1)
    purpose = set().union(*(members(all_sets, n) if n[0] == '@' else {n}
                            for n in re.findall(r'"(@?[\w-]+)"', table)))
    return {
        'path': calls_named(calls, 'src/trace/path_row.c'),
        'flags': lint | calls_named(calls, 'src/learn/call_family.c'),
        'directory': lint | calls_named(calls, 'src/learn/sibling.c'),
        'purpose': purpose,
    }


def decisions():
    """Returns {(kind, call)} of tests/tables.txt."""
    decided = {}
    for line in read('tests/tables.txt').splitlines():
        if line.strip() and line[0] != '#':
            kind, calls, reason = re.match(r'(\w+) ([\w ]+): (\S.*)$', line).groups()
            decided.update({(kind, call): reason for call in calls.split()})
    return decided


def undecided(rows):
    """Returns what has neither a row nor a decision, and decisions on calls that need none."""
    calls = {row[0] for row in rows}
    needs, has, decided = needs_of(rows), rows_of(calls), decisions()
    wrong = ['%s: %s has no row, and no line in tests/tables.txt' % (kind, call)
             for kind in needs for call in sorted(needs[kind] - has[kind])
             if (kind, call) not in decided]
    return wrong + ['%s: %s is decided, and asks for nothing' % (kind, call)
                    for kind, call in decided if call not in needs[kind]]


def real_calls():
    return call_rows(read('src/sys/syscall_table.inc'))


def made_up_is_found():
    """A call that nobody has decided on fails for each kind of row."""
    args = [('int', 'dfd', '', 'INT', 'AT_FD'), ('const char *', 'filename', '', 'STRING', 'NONE'),
            ('unsigned int', 'flags', '', 'UINT', 'NONE')]
    found = [line.split(':')[0] for line in undecided(real_calls() + [('made_upat', {}, args)])
             if 'made_upat' in line]
    return [] if found == ['path', 'flags', 'directory', 'purpose'] else ['found: %s' % found]


TESTS = [
    ('the table of calls is what its texts say', calls_follow),
    ('the tables of constants are what their text says', constants_follow),
    ('the sets have what their text adds, and calls that are there', sets_follow),
    ('the indexes are those of the tables', indexes_follow),
    ('each call with a path, flags or a directory has its rows, or is decided',
     lambda: undecided(real_calls())),
    ('a new call that nobody has decided on is found', made_up_is_found),
]


def main():
    failed = False
    print('1..%d' % len(TESTS))
    for number, (name, test) in enumerate(TESTS, 1):
        wrong = test()
        failed |= bool(wrong)
        print('%s %d - %s' % ('not ok' if wrong else 'ok', number, name))
        for line in wrong:
            print('# ' + line)
    sys.exit(failed)


main()
