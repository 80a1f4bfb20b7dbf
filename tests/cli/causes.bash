# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the calls of causes.txt fail in one pen, on a host with a network and mounts of its own:
# causes.bash TABLE PEN, in an empty directory. Leaves expected.tsv (CALL ERROR OBJECT VERDICT FIX) and
# got.tsv (the same and COUNT). Needs pinfold and payload in the environment.
set -eu
table=$1
pen=$2
top=$PWD
here=$PWD/here
out=$PWD/out
tmp=/tmp/pinfold-causes.$$
others=()
finish()
{
	rm -f "$tmp".*
	[ ${#others[@]} -eq 0 ] || kill "${others[@]}"
}
trap finish EXIT

# Processes of the host, whose numbers a pen does not reach.
for ((i = 0; i < 20; i++)); do
	sleep 300 >/dev/null 2>&1 3>&- &
	others+=($!)
done
pids=$(IFS=,; echo "${others[*]}")

# calls: writes the calls of this pen to calls.txt, and to wanted.tsv what becomes of each.
calls()
{
	local kind='' head='' verdict='' fix='' call args line word object
	while IFS= read -r line; do
		case $line in
		'#'* | '') continue ;;
		'= '*)
			IFS='|' read -r kind head verdict fix <<<"$line"
			eval "fix=\"$fix\""
			verdict=${verdict// /} fix=${fix# }
			continue
			;;
		esac
		[[ $head == *" $pen "* ]] || continue
		call=${line%% *} args=${line#* }
		[ "$args" != "kill" ] || args=
		args=${args//'$pids'/"{$pids}"}
		for call in $(eval "echo $call"); do
			while IFS= read -r word; do
				object=${word%% *}
				printf '%s\t%s\n' "$call" "${word// /$'\t'}" >>calls.txt
				printf '%s\t%s\n' "$verdict" "${fix//@/$object}" >>wanted.tsv
				printf '%s\t%s\n' "${kind#= }" "$verdict" >>kinds.tsv
			done < <(expand "$args")
		done
	done <"$table"
}

# apply: makes one call of each kind again, with the fix that was named for it; fixed.tsv has what
# they come to. Limits are raised by a step, and a network of its own may not be to be had here.
apply()
{
	local name object fix
	: >fixed.tsv
	awk -F '\t' '$4 == "pen" && $5 ~ /^(-r|-w|--device|--user|--capability|--tmpfs|--net host)/ {
			n = split($5, word, " "); key = $1 FS n FS word[1] FS (word[1] == "--capability" ? word[2] : "")
			if (!(key in seen)) print; seen[key] = 1 }' got.tsv |
		while IFS=$'\t' read -r name _ object _ fix _; do
			# The call as it stands in the table, and what makes its file first.
			paste calls.txt came.tsv | awk -F '\t' -v name="$name" -v object="$object" \
				'(name == "chown" && $1 == "openat:c" && $2 == object) { print $1 FS $2 }
				$(NF - 2) == name && $NF == object && $(NF - 1) != "0" { print $1, $2 (NF > 5 ? OFS $3 : ""); exit }' \
				OFS='\t' >again.txt
			(
				cd "$start"
				eval "\"\$payload\" hosting 20 \"\${by[@]}\" \"\$pinfold\" run --trace none \"\${options[@]}\" -r \"\$top/again.txt\" $fix -- \"\$payload\" causes \"\$top/again.txt\"" </dev/null |
					sed "s|$|\t$fix|" >>"$top/fixed.tsv"
			)
		done
}

# expand ARGS: each choice of the braces on a line; the first argument varies slowest.
expand()
{
	local words
	IFS=' ' read -ra words <<<"$1"
	if [ ${#words[@]} -eq 1 ]; then
		eval "printf '%s\n' ${words[0]}"
	else
		eval "printf '%s\n' ${words[0]}' '${words[1]}"
	fi
}

: >calls.txt
: >wanted.tsv
calls
[ -z "${calls_only-}" ] || exit 0

# The host: links to the loopback, a route to 10/8 and none elsewhere, files for all kinds.
ip link set lo up
ip route add 10.0.0.0/8 dev lo
mkdir -p "$here/hidden" "$here/sealed" "$here/full" "$out" home
chmod a+rx . "$here" "$out"
touch "$here"/{ro{1..5},hidden/f{1..5}} "$out"/m{1..4} home/rel{1..4} "$tmp".{1..4}
for i in {1..10}; do (umask 077 && echo x >"$here/own$i"); done
for i in {1..4}; do
	ln -s "$out/m1" "$here/leads$i"
	ln -s "$out/none" "$here/dangles$i"
done
for i in {1..5}; do mknod "$out/node$i" c 1 3; done
by=()
case $pen in
rootless*)
	# A user who may trace, and no more.
	by=(setpriv --reuid=65533 --regid=65533 --clear-groups --inh-caps +bpf,+perfmon --ambient-caps +bpf,+perfmon)
	chown -R 65533:65533 "$here" home "$tmp".*
	chmod a+w .
	;;
esac
mount -t tmpfs -o ro,size=64k none "$here/sealed"
mount -t tmpfs -o size=64k,mode=1777 none "$here/full"
printf 'default allow\n' >all.policy
options=(-p "$PWD/all.policy" -r "$payload")
cd "$here"
case $pen in
plain | sudo | rootless | tty | refused*) options+=(--hide "$here/hidden" -r "$top/calls.txt") ;;
full) options+=(--tmpfs '/tmp 1M' -w "$here/full" -r "$top/calls.txt") ;;
limits)
	options+=(-l 'pids 16' --rlimit 'nofile 32' --rlimit 'fsize 4096'
		--rlimit 'as 1073741824' -r "$top/calls.txt")
	;;
ulimit)
	options+=(-r "$top/calls.txt")
	ulimit -Sn 200
	ulimit -Sf 4096
	;;
nproc*)
	options+=(-r "$top/calls.txt")
	ulimit -Su 24
	;;
home)
	cd ../home
	export HOME=$PWD
	options+=(-r "$top/calls.txt")
	;;
esac
[ "$pen" != tty ] || options+=(--tty new)
case $pen in
*sudo) export SUDO_UID=65533 SUDO_GID=65533 ;;
esac
start=$PWD
"$payload" hosting 20 "${by[@]}" "$pinfold" run --trace ebpf --report "$top/r.json" "${options[@]}" -- \
	"$payload" causes "$top/calls.txt" >"$top/came.tsv" </dev/null
cd "$top"
paste came.tsv wanted.tsv >expected.tsv
jq -r 'def number: ltrimstr("0x") | explode | reduce .[] as $c (0; . * 16 + $c - (if $c > 96 then 87 else 48 end));
	.pen_failures[] | [.name, .error, if .name == "kill" then .args[0] | number else .object.text // "-" end,
		.verdict, .fix.option // "-", .count] | @tsv' r.json | sed 's/\\\\/\\/g' >got.tsv
[ -z "${apply_fixes-}" ] || apply
