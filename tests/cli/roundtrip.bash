# SPDX-License-Identifier: GPL-2.0-or-later
# The rows of roundtrip.txt, for those who record them.

# prepare NAME: what a row needs in w.
prepare()
{
	mkdir -p w
	case $1 in
	bits32)
		cat >w/bits32.c <<-'C'
		#include <stdio.h>
		int main(int argc, char **argv) {
			FILE *f = fopen(argv[argc - 1], "r"); int c, n = 0;
			while (f && (c = getc(f)) != EOF) n += c;
			return !printf("%d\n", n);
		}
		C
		gcc -m32 -o w/bits32 w/bits32.c 2>/dev/null || skip "gcc builds no 32-bit programs"
		;;
	java)
		cat >w/Sum.java <<-'C'
		public class Sum {
			public static void main(String[] args) throws Exception {
				byte[] bytes = java.nio.file.Files.readAllBytes(java.nio.file.Path.of(args[0]));
				int[] sum = { 0 };
				Thread thread = new Thread(() -> { for (byte b : bytes) sum[0] += b; });
				thread.start();
				thread.join();
				System.out.println(sum[0]);
			}
		}
		C
		javac -d w w/Sum.java 2>/dev/null || skip "javac compiles nothing here"
		;;
	nginx)
		cat >w/nginx.conf <<-'C'
		daemon off; error_log stderr crit; pid w/pid; worker_processes 1;
		events { }
		http { access_log off; client_body_temp_path w/b; proxy_temp_path w/p;
			fastcgi_temp_path w/f; uwsgi_temp_path w/u; scgi_temp_path w/s;
			server { listen unix:w/sock; root /; } }
		C
		cat >w/serve <<-'C'
		#!/bin/sh
		rm -f w/sock
		nginx -p "$PWD" -c "$PWD/w/nginx.conf" 2>/dev/null & p=$!
		until curl -sS --unix-socket w/sock "http://h$1" 2>/dev/null; do :; done
		kill -HUP $p
		curl -sS --unix-socket w/sock "http://h$1"
		kill -QUIT $p
		wait $p
		C
		chmod 755 w/serve
		;;
	esac
}

# read_row NAME: sets program, options, heavy, first, second; "\|" in a command is a pipe.
read_row()
{
	local line
	line=$(grep "^$1 *|" "$top_srcdir/tests/cli/roundtrip.txt")
	line=${line//\\|/$'\001'}
	IFS='|' read -r _ program options heavy first second <<<"$line"
	first=${first//$'\001'/|}
	second=${second//$'\001'/|}
	program=$(echo $program)
	heavy=$(echo $heavy)
}
