# SPDX-License-Identifier: GPL-2.0-or-later
# What is written for Kubernetes fits the schema of its server, and says what it cannot express.

load lib

crd=$top_srcdir/../shared/data/schemas/seccompprofile-crd.yaml

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
}

# fits_crd FILE: each version of the definition accepts the object, without a member that the server
# would drop.
fits_crd()
{
	python3 -W ignore - "$crd" "$1" <<-'PYTHON'
	import json, sys, jsonschema, yaml
	crd, item = yaml.safe_load(open(sys.argv[1])), json.load(open(sys.argv[2]))
	def close(schema):
	    if isinstance(schema, dict):
	        if "properties" in schema: schema.setdefault("additionalProperties", False)
	        for value in schema.values(): close(value)
	    elif isinstance(schema, list):
	        for value in schema: close(value)
	for version in crd["spec"]["versions"]:
	    schema = version["schema"]["openAPIV3Schema"]
	    close(schema)
	    jsonschema.Draft4Validator(schema).validate(item)
	    for entry in item["spec"].get("syscalls", []):
	        for arg in entry.get("args", []):
	            assert all(0 <= arg.get(k, 0) < 2**63 for k in ("value", "valueTwo"))
	assert crd["spec"]["group"] + "/v1" == item["apiVersion"] and item["kind"] == "SeccompProfile"
	PYTHON
}

need_crd()
{
	[ -e "$crd" ] || skip "the definition of SeccompProfile is not here"
	need_program python3
	python3 -c 'import jsonschema, yaml' 2>/dev/null || skip "python3 has no jsonschema or yaml"
}

@test "what is written fits the definition of SeccompProfile, for every shipped policy" {
	need_crd
	for file in "$top_srcdir"/policies/*.policy; do
		run "$pinfold" convert --to spo --lossy --runtime runc,crun -o out.json "$file"
		[ "$status" != 2 ] || [[ $output == *"entries, and an OCI artifact at most 128"* ]]
		[ "$status" = 0 ] || continue
		fits_crd out.json || { echo "$file"; return 1; }
	done
	[ -e out.json ]
}

@test "it says what the OCI profile says, where the operator can" {
	policy <<-'POLICY'
	default deny EPERM
	allow read write exit_group execve
	allow mmap if prot only PROT_READ|PROT_WRITE
	allow socket if domain == AF_UNIX
	deny EACCES ptrace
	POLICY
	"$pinfold" convert --to oci --lossy -o oci.json test.policy 2>/dev/null
	run "$pinfold" convert --to spo --accept other -o spo.json test.policy
	exits 0
	[ "$(jq -c '[.metadata.name, .spec.defaultAction, .spec.defaultErrnoRet]' spo.json)" = \
		'["test","SCMP_ACT_ERRNO",null]' ]
	[ "$(jq -c '.spec.syscalls[] | select(.names == ["mmap"]) | .args' spo.json)" = \
		'[{"index":2,"value":3,"op":"SCMP_CMP_LE"}]' ]
	[ "$(jq -c '[.syscalls[] | select(.names[0] != "mmap") | del(.comment)]' oci.json)" = \
		"$(jq -c '[.spec.syscalls[] | select(.names[0] != "mmap")]' spo.json)" ]
	need_crd
	fits_crd spo.json
}

@test "losses are listed, and nothing is written unless they are accepted" {
	while IFS='|' read -r grade message statement; do
		echo "default deny EPERM; allow read execve; $statement" |
			sed 's/; /\n/g' >test.policy
		run "$pinfold" convert --to spo -o out.json test.policy
		exits 1
		[[ $output == *"$grade: $message"* ]] || { echo "$statement: $output"; return 1; }
		[ ! -e out.json ]
		run "$pinfold" convert --to spo --accept "$grade" -o out.json test.policy
		exits 0
		rm out.json
	done <<-'ROWS'
	wider|the operator's numbers have 63 bits: the highest bit of an argument is not compared for 'mmap'|allow mmap if prot only PROT_READ|PROT_EXEC
	narrower|the operator's numbers have 63 bits: an entry is left out for 'lseek'|allow lseek if offset == 0x8000000000000000
	ROWS
	echo $'default deny EACCES\nallow read execve' >test.policy
	run "$pinfold" convert --to spo test.policy
	exits 1
	[[ $output == *"other: the operator cannot express the default's errno, 13: it is EPERM there"* ]]
}

@test "more than an artifact may hold is an error that says what to do" {
	{
		echo 'default deny EPERM'
		for i in $(seq 140); do
			echo "allow ioctl if cmd == $((i * 7))"
		done
	} >test.policy
	run "$pinfold" convert --to spo --lossy -o out.json test.policy
	exits 2
	[[ $output == *"the profile has "*" entries, and an OCI artifact at most 128"* ]]
	[[ $output == *"hint: each condition is an entry: record with --args off"* ]]
	[ ! -e out.json ]
}

@test "the object's name is one that Kubernetes accepts" {
	while IFS='|' read -r file name; do
		echo 'default allow' >"$file"
		"$pinfold" convert --to spo --lossy "$file" 2>/dev/null >out.json
		[ "$(jq -r .metadata.name out.json)" = "$name" ] || { cat out.json; return 1; }
	done <<-'ROWS'
	web.policy|web
	My_App.v2.policy|my-app
	_x_.policy|x
	___|policy
	ROWS
}

@test "the manifests are YAML, and the hook that they install is the package's" {
	need_program python3
	python3 -c 'import yaml' 2>/dev/null || skip "python3 has no yaml"
	python3 - "$top_srcdir" <<-'PYTHON'
	import json, re, sys, yaml
	top = sys.argv[1]
	kinds = [d["kind"] for f in ("daemonset", "merge-job")
	         for d in yaml.safe_load_all(open(f"{top}/deploy/{f}.yaml"))]
	assert kinds == ["Namespace", "DaemonSet", "Job"], kinds
	script = list(yaml.safe_load_all(open(f"{top}/deploy/daemonset.yaml")))[1]
	script = script["spec"]["template"]["spec"]["containers"][0]["command"][-1]
	hook = json.loads(re.search(r"<<'HOOK'\n(.*?)\nHOOK\n", script, re.S).group(1))
	package = json.load(open(f"{top}/contrib/oci/pinfold.json.in"))
	assert hook["when"] == package["when"] and hook["stages"] == package["stages"]
	PYTHON
	need_program sh
	sed -n '/^            - |$/,/^          securityContext/p' "$top_srcdir/deploy/daemonset.yaml" |
		sed '1d;$d' | sed 's/^              //' | sh -n
}
