# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests of doctor share: environments, and the comparison of what doctor says in one with
# what run does there.

ordinary=65533

# environment NAME WHO: the command line that leads there is in the array into.
environment()
{
	local user=()
	[ "$2" = root ] || user=(setpriv "--reuid=$ordinary" "--regid=$ordinary" --clear-groups)
	case $1 in
	plain)
		into=("${user[@]}") ;;
	no-namespaces)
		# The user's own is the only one there can be.
		# shellcheck disable=SC2016
		into=(unshare -U -r sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"' sh)
		# shellcheck disable=SC2016
		[ "$2" = root ] || into=("${user[@]}" unshare -U -r sh -c '
			echo 1 >/proc/sys/user/max_user_namespaces
			exec unshare -U --map-user='"$ordinary --map-group=$ordinary"' "$@"' sh) ;;
	one-id)
		into=("${user[@]}" unshare -U --map-user="$( [ "$2" = root ] && echo 0 || echo $ordinary)"
			--map-group="$( [ "$2" = root ] && echo 0 || echo $ordinary)") ;;
	docker-filter)
		docker_filter
		into=("${user[@]}" "$payload" under "$PWD/docker.filter") ;;
	descriptors)
		# shellcheck disable=SC2016
		into=("${user[@]}" sh -c 'ulimit -n 100; exec "$@"' sh) ;;
	no-proc)
		# shellcheck disable=SC2016
		into=(unshare -m --propagation private sh -c 'umount -l /proc; exec "$@"' sh "${user[@]}") ;;
	no-cgroups)
		# shellcheck disable=SC2016
		into=(unshare -m --propagation private sh -c 'umount -R -l /sys/fs/cgroup; exec "$@"' sh "${user[@]}") ;;
	masked-proc)
		# shellcheck disable=SC2016
		into=(unshare -m --propagation private sh -c 'mount --bind /dev/null /proc/version; exec "$@"' sh "${user[@]}") ;;
	no-clone3)
		filter_without clone3
		into=("${user[@]}" "$payload" under "$PWD/without.filter") ;;
	pen)
		# A pen keeps root's id, and its working directory can be written.
		into=("${user[@]}" "$pinfold" run -q --trace none -r . -w told --) ;;
	podman)
		podman_root
		into=(podman run --runtime runc --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --rm
			--network none --volume /usr:/usr:ro --volume "$PWD:$PWD"
			--user "$([ "$2" = root ] && echo 0 || echo $ordinary)" --rootfs "$PWD/rootfs") ;;
	esac
}

# filter_without CALL...: without.filter hides these calls.
filter_without()
{
	printf 'default allow\nunknown allow\ndeny ENOSYS %s\n' "$*" >without.policy
	"$pinfold" compile -o without.filter without.policy
}

# docker_filter: docker.filter is Docker's default, by way of our own convert; where that profile is
# not here, what it does to pinfold.
docker_filter()
{
	local profile=$top_srcdir/../shared/data/moby/default.json
	[ -e "$profile" ] || profile=$top_builddir/../../shared/data/moby/default.json
	if [ -e "$profile" ]; then
		"$pinfold" convert --lossy --to policy "$profile" >docker.policy 2>/dev/null
	else
		printf 'default allow\nunknown deny ENOSYS\ndeny ENOSYS clone3\ndeny unshare mount %s\n' \
			'setns umount2 pivot_root fsopen fsmount move_mount open_tree bpf' >docker.policy
	fi
	"$pinfold" compile -o docker.filter docker.policy 2>/dev/null
}

podman_root()
{
	local name
	mkdir -p rootfs/{usr,etc,proc,tmp,dev,sys}
	for name in bin lib lib64 sbin; do
		[ -L "rootfs/$name" ] || ln -s "usr/$name" "rootfs/$name"
	done
	echo 'root:x:0:0::/:/bin/sh' >rootfs/etc/passwd
}

# foretell: in the environment, as foretell does; all is in the directory told.
foretell()
{
	mkdir -p told
	chmod 777 told
	timeout 120 "${into[@]}" "$PWD/foretell" "$pinfold" "$PWD/told" >foretell.log 2>&1 || :
	[ -s told/run.list ] || {
		echo "no run in this environment: ${into[*]}"
		cat foretell.log
		return 1
	}
}

# told FILTER: what jq says of what doctor said.
told()
{
	jq -r "$1" told/doctor.said
}

# did NAME: whether that run reached its command.
did()
{
	case $(sed -n "s/^$1 //p" told/run.list) in
	0) echo true ;;
	2 | 125) echo false ;;
	*) echo "status $(sed -n "s/^$1 //p" told/run.list)" ;;
	esac
}

# agree WHAT SAID DONE
agree()
{
	[ "$2" = "$3" ] || {
		echo "$1: doctor says $2, run says $3"
		cat told/out.*
		"${into[@]}" "$pinfold" doctor || :
		return 1
	}
}

# row NAME MEMBER: of what doctor said.
row()
{
	told ".rows[] | select(.name == \"$1\") | .$2"
}

# all_agree: everything that doctor foretold is what run did.
all_agree()
{
	local name
	agree run "$(told .run.works)" "$(did run)"
	agree "the status" "$(cat told/doctor.status)" "$([ "$(did run)" = true ] && echo 0 || echo 1)"
	for name in memory swap pids cpu cputime time; do
		agree "limit $name" "$(told ".limits.$name")" "$(did "$name")"
	done
	for name in none host user; do
		agree "net $name" "$(told ".pen.networks | index(\"$name\") != null")" "$(did "$name")"
	done
	for name in ebpf raw; do
		agree "trace $name" "$([ "$(row "trace-$name" state)" = ok ] && echo true || echo false)" \
			"$(did "$name")"
	done
	[ "$(did run)" != true ] || {
		agree trace "$(told .trace.source)" "$(jq -r .trace.source told/run.json)"
		agree record "$(told '.trace.record != null')" "$(did record)"
		[ "$(did record)" != true ] ||
			agree recorder "$(told .trace.record)" "$(jq -r .trace.source told/record.json)"
		agree why "$(told .trace.why)" "$(jq -r .trace.why told/run.json)"
		agree cgroup "$(told .pen.cgroup_version)" "$(jq -r .enforced.cgroup.version told/run.json)"
	}
	# What is not in order has its remedy, and what is has none.
	[ "$(told '[.rows[] | select((.state == "ok") == (.hint != null))] | length')" = 0 ]
	# A refusal names a row, which is not in order; and that row has what run says.
	named
}

# named: every refusal of a run names a row of doctor, and doctor knows of it.
named()
{
	local file name state
	for file in told/out.*; do
		grep -q '^hint: ' "$file" || continue
		name=$(sed -n "s/^hint: .*see 'pinfold doctor', row \([a-z0-9-]*\)$/\1/p" "$file")
		[ -n "$name" ] || { echo "no row is named:"; cat "$file"; return 1; }
		state=$(row "$name" state)
		[ -n "$state" ] && [ "$state" != ok ] || {
			echo "the row $name is '$state', but run is refused:"
			cat "$file"
			return 1
		}
	done
}
