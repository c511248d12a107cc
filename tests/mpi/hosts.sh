#!/bin/sh
# hosts.sh FIRESIEVE FIRESIEVE_MPI: ranks on three hosts that only a network connects. The hosts are network namespaces
# with hostnames of their own, joined by a bridge; mpirun starts its daemons there through an agent in the place of ssh.
# Skips if it is not allowed to make them.
set -eu

firesieve=$1
firesieve_mpi=$2
# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"
[ "$(id -u)" -eq 0 ] || skip "network namespaces need root"
command -v ip >/dev/null || skip "no ip (iproute2)"
command -v unshare >/dev/null || skip "no unshare (util-linux)"

folder=$(mktemp -d)
prefix=fs$$
bridge=${prefix}b
clean()
{
    for host in 1 2 3; do
        ip netns pids "$prefix-$host" 2>/dev/null | xargs -r kill -9 || true
        ip netns del "$prefix-$host" 2>/dev/null || true
    done
    ip link del "$bridge" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM

ip link add "$bridge" type bridge 2>/dev/null || skip "no bridge can be made here"
ip link set "$bridge" up
for host in 1 2 3; do
    ip netns add "$prefix-$host" 2>/dev/null || skip "no network namespace can be made here"
    ip netns exec "$prefix-$host" true || skip "nothing can be run in a network namespace here"
    ip link add "${prefix}v$host" type veth peer name eth0 netns "$prefix-$host"
    ip link set "${prefix}v$host" master "$bridge" up
    ip -n "$prefix-$host" addr add "10.213.77.$host/24" dev eth0
    ip -n "$prefix-$host" link set eth0 up
    ip -n "$prefix-$host" link set lo up
    echo "10.213.77.$host slots=1" >>"$folder/hosts"
done

# The agent: AGENT ADDRESS COMMAND...
cat >"$folder/agent" <<END
#!/bin/sh
address=\$1
shift
exec ip netns exec $prefix-\${address##*.} unshare --uts sh -c "hostname host\${address##*.}; \$*"
END
chmod +x "$folder/agent"

# Memory leaks of MPI are not ours.
export ASAN_OPTIONS=detect_leaks=0
# For the program that starts the ranks: mpirun itself up to Open MPI 4, PRRTE from 5 on.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 PRTE_ALLOW_RUN_AS_ROOT=1 PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_plm_rsh_agent="$folder/agent" PRTE_MCA_plm_ssh_agent="$folder/agent"
export OMPI_MCA_oob_tcp_if_include=10.213.77.0/24 PRTE_MCA_prte_if_include=10.213.77.0/24

# on_hosts COMMAND...: runs it from the first host, over TCP alone.
on_hosts()
{
    timeout 100 ip netns exec "$prefix-1" unshare --uts sh -c 'hostname host1; exec "$@"' sh \
        mpirun --hostfile "$folder/hosts" --mca btl tcp,self --mca btl_tcp_if_include 10.213.77.0/24 --bind-to none \
        -x ASAN_OPTIONS "$@"
}

on_hosts hostname | sort | tr '\n' ' ' >"$folder/names"
grep -qx 'host1 host2 host3 ' "$folder/names" || { echo "expected three hosts, found: $(cat "$folder/names")"; exit 1; }

# check COMMAND FILE [OPTION]...: three hosts print what one process prints.
check()
{
    alone=$("$firesieve" "$@")
    together=$(on_hosts "$firesieve_mpi" "$@" --verbose 2>"$folder/said") || { cat "$folder/said"; exit 1; }
    grep -h ranks "$folder/said" || true
    echo "$*: $together, alone $alone"
    [ "$alone" = "$together" ] || exit 1
}

"$firesieve" generate erdos-selfridge --k 230 >"$folder/far"
"$firesieve" generate tuplet --offsets 0,2 --start 0 --sieve-to 10000 >"$folder/twins"
check solve "$folder/far" --memory 1G
check count "$folder/twins" --from 10000 --to 3000000000 --memory 1G
