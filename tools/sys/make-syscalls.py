#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes syscall_table.inc, every call with numbers and signature, and its index by name.

Run by hand, as root, on the newest kernel the table is for; the output is committed.
Numbers come from the kernel headers (gcc, gcc-multilib) and numbers.txt, signatures from the
running kernel's syscall tracepoints and signatures.txt, families and man-page names from
arguments.txt.  usage: make-syscalls.py TRACEFS ../../src/sys
"""
import os
import re
import subprocess
import sys

import name_index

ARCHES = ['x86_64', 'x86', 'x32', 'aarch64']
HERE = os.path.dirname(os.path.abspath(__file__))
X32_BIT = 0x40000000

KINDS = {
    'INT': '''int pid_t key_t key_serial_t clockid_t timer_t mqd_t rwf_t s32 __s32 compat_long_t''',
    'UINT': '''unsigned|int unsigned uid_t gid_t qid_t u32 __u32 compat_size_t compat_ulong_t
               compat_aio_context_t enum|landlock_rule_type''',
    'USHORT': 'umode_t old_uid_t old_gid_t',
    'LONG': 'long off_t',
    'ULONG': 'unsigned|long size_t aio_context_t old_sigset_t',
    'S64': 'loff_t',
    'U64': 'u64 __u64',
    'POINTER': 'cap_user_header_t cap_user_data_t __sighandler_t',
}
KIND_OF = {t.replace('|', ' '): k for k, ts in KINDS.items() for t in ts.split()}
STRINGS = set('''filename pathname path name oldname newname u_name specialfile special put_old
    new_root from_pathname to_pathname _fs_name _key _type _description _callout_info dev_name
    dir_name type uname library name_user'''.split())
# What the kernel narrows at its door: the signature says long, but only the low half is used. A
# filter that compared the whole register could be passed by setting a high bit.
NARROWED = {
    ('clone', 'clone_flags'): 'UINT',
    ('mbind', 'mode'): 'UINT',
    ('ptrace', 'pid'): 'INT',
}
NARROWED.update({(call, 'fd'): 'INT' for call in '''mmap mmap2 readv writev preadv pwritev preadv2
                 pwritev2 fstat64'''.split()})
# Buffers with a length beside them, and results.
NOT_STRINGS = {('sethostname', 'name'), ('setdomainname', 'name'), ('gethostname', 'name')}


def lines_of(name):
    for line in open(os.path.join(HERE, name)):
        line = line.split('#')[0].strip()
        if line:
            yield line


def headers_numbers(text):
    """Gives {name: number} of the __NR_ macros that the C preprocessor knows after TEXT."""
    out = subprocess.run(['gcc', '-E', '-dM', '-'], input=text, text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    macros = dict(re.findall(r'#define __NR_(\w+) (.+)', out))
    numbers = {}
    for name, body in macros.items():
        if name in ('syscalls', 'arch_specific_syscall'):
            continue
        body = body.replace('__X32_SYSCALL_BIT', '0')
        while re.search(r'__NR\w+', body):
            body = re.sub(r'__NR(3264)?_(\w+)', lambda m: '(%s)' % macros.get(
                m.group(2)) if not m.group(1) else '(%s)' % generic_3264[m.group(2)], body)
        numbers[name] = eval(body)
    return numbers


generic_3264 = {}


def aarch64_numbers():
    want = ''.join('#define __ARCH_WANT_%s\n' % w for w in
                   'RENAMEAT NEW_STAT SET_GET_RLIMIT TIME32_SYSCALLS SYS_CLONE3 MEMFD_SECRET'.split())
    text = want + '#define __BITS_PER_LONG 64\n#include <asm-generic/unistd.h>\n'
    out = subprocess.run(['gcc', '-E', '-dM', '-'], input=text, text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    generic_3264.update(re.findall(r'#define __NR3264_(\w+) (\d+)', out))
    return headers_numbers(text)


def all_numbers():
    numbers = {
        'x86_64': headers_numbers('#include <asm/unistd_64.h>\n'),
        'x86': headers_numbers('#include <asm/unistd_32.h>\n'),
        'x32': headers_numbers('#include <asm/unistd_x32.h>\n'),
        'aarch64': aarch64_numbers(),
    }
    since = {}
    for line in lines_of('numbers.txt'):
        version, nr, name, arches = (line.split() + ['x86_64,x86,x32,aarch64'])[:4]
        major, minor = map(int, version.split('.'))
        since[name] = (major, minor)
        for arch in arches.split(','):
            assert numbers[arch].get(name, int(nr)) == int(nr), name
            numbers[arch][name] = int(nr)
    for name, nr in numbers['x32'].items():
        numbers['x32'][name] = nr | X32_BIT
    return numbers, since


def clean_type(text):
    """Gives the type as it is written in C: one blank, the star at its word's end."""
    text = re.sub(r'\s+', ' ', text.strip())
    text = re.sub(r'^const (?=[\w ]+$)', '', text)  # const of a value says nothing to a caller
    text = re.sub(r'\*\s*const$', '*', text)
    text = re.sub(r'\s*((\*\s*)+)$', lambda m: ' ' + m.group(1).replace(' ', ''), text)
    return text


def tracefs_signatures(root):
    """Gives {entry point: [(type, name)]} of the syscall tracepoints below ROOT."""
    found = {}
    base = os.path.join(root, 'events/syscalls')
    for name in os.listdir(base):
        if name.startswith('sys_enter_'):
            text = open(os.path.join(base, name, 'format')).read()
            fields = re.findall(r'field:(.*?)(\w+);', text)[5:]
            found[name[10:]] = [(clean_type(t), n) for t, n in fields]
    return found


def parse_signature(text):
    args = []
    for part in filter(None, (p.strip() for p in text.split(','))):
        m = re.match(r'(.*?)(\w+)$', part)
        args.append((clean_type(m.group(1)), m.group(2)))
    return args


def signature_rules():
    """Gives {(arch, call): entry point or argument list}."""
    rules = {}
    for line in lines_of('signatures.txt'):
        arches, rest = line.split(None, 1)
        m = re.match(r'(\w+)\((.*)\)$', rest)
        name, value = (m.group(1), parse_signature(m.group(2))) if m else re.split(r' = ', rest)
        for arch in ARCHES if arches == 'all' else arches.split(','):
            rules[arch, name] = value
    return rules


def kind_of(call, ctype, name):
    if ctype.endswith('*'):
        is_string = ctype in ('const char *', 'char *') and name in STRINGS
        return 'STRING' if is_string and (call, name) not in NOT_STRINGS else 'POINTER'
    return NARROWED.get((call, name)) or KIND_OF[ctype]


def argument_rules():
    """Gives ({argument: (alias, family)}, {(call, argument): (alias, family)})."""
    anywhere, of_call = {}, {}
    for line in lines_of('arguments.txt'):
        calls, rest = line.split(':', 1)
        for item in rest.split():
            m = re.match(r'(\w+)(?:=(\w+))?(?::(\w+))?$', item)
            value = (m.group(2) if m.group(2) != m.group(1) else None, m.group(3))
            for call in calls.split():
                if call == 'any':
                    anywhere[m.group(1)] = value
                elif (call, m.group(1)) not in of_call or value[1]:
                    of_call[call, m.group(1)] = value
    return anywhere, of_call


def decorate(call, args, rules):
    anywhere, of_call = rules
    rows = []
    for ctype, name in args:
        alias, family = anywhere.get(name, (None, None))
        own = of_call.get((call, name))
        if own:
            alias, family = own[0] or alias, own[1] or family
        kind = kind_of(call, ctype, name)
        if kind in ('POINTER', 'STRING') or family == 'NONE':
            family = None
        if alias in [n for _, n in args]:
            alias = None
        rows.append((ctype, name, alias, kind, family))
    return rows


def make_rows(root):
    numbers, since = all_numbers()
    native, own, rules = tracefs_signatures(root), signature_rules(), argument_rules()
    rows, missing = [], []
    for name in sorted(set().union(*numbers.values())):
        by_args = {}
        for arch in ARCHES:
            if name not in numbers[arch]:
                continue
            nr = numbers[arch][name]
            x32_own = arch == 'x32' and 512 <= nr & ~X32_BIT
            sig = own.get((arch, name)) if arch != 'x32' or x32_own else None
            sig = sig or own.get(('x86_64', name), name) if sig is None else sig
            if isinstance(sig, str):
                if sig not in native:
                    missing.append((arch, name))
                    continue
                sig = native[sig]
            by_args.setdefault(tuple(sig), {})[arch] = nr
        for sig, nrs in by_args.items():
            rows.append((name, nrs, since.get(name), decorate(name, sig, rules)))
    if missing:
        sys.exit('no signature: %s' % missing)
    check_rules(rows, rules)
    return rows


def check_rules(rows, rules):
    known = {(row[0], arg[1]) for row in rows for arg in row[3]}
    calls = {row[0] for row in rows}
    for call, arg in rules[1]:
        if call not in calls or (call, arg) not in known and arg not in OPTIONAL:
            print('arguments.txt: %s has no %s' % (call, arg), file=sys.stderr)


OPTIONAL = {'flag', 'flags', 'len', 'off', 'op', 'clone_flags'}


def print_row(row, out):
    name, nrs, since, args = row
    nr = ', '.join('X32(%d)' % (nrs[a] ^ X32_BIT) if a == 'x32' and a in nrs else str(nrs.get(a, -1))
                   for a in ARCHES)
    when = 'SINCE(%d, %d)' % since if since else '0'
    print('{ "%s", { %s }, %s, %d, {' % (name, nr, when, len(args)), end='', file=out)
    for ctype, arg, alias, kind, family in args:
        alias = '"%s"' % alias if alias else '""'
        print('\n\t{ "%s", %s, "%s", ARG_%s, FAMILY_%s },' % (
            arg, alias, ctype, kind, family or 'NONE'), end='', file=out)
    print('\n} },' if args else '} },', file=out)


def print_head(about, out):
    print('/* SPDX-License-Identifier: GPL-2.0-or-later */', file=out)
    print('/*\n * Written by tools/sys/make-syscalls.py; change its inputs, not this file.', file=out)
    print(''.join(' * %s\n' % line for line in about) + ' */', file=out)


def main():
    rows = make_rows(sys.argv[1])
    with open(os.path.join(sys.argv[2], 'syscall_table.inc'), 'w') as out:
        print_head(['name, { numbers of x86_64, x86, x32, aarch64 }, since, arguments:',
                    'the kernel\'s name, the man page\'s, C type, kind, family.'], out)
        for row in rows:
            print_row(row, out)
    with open(os.path.join(sys.argv[2], 'syscall_index.inc'), 'w') as out:
        print_head(['Those of %d places that are taken: the place, and 1 more than the row in it.'
                    % name_index.CALL_PLACES], out)
        name_index.write([row[0] for row in rows], name_index.CALL_PLACES, out)


if __name__ == '__main__':
    main()
