#!/bin/sh
# Times a sweep of 10000 points, also with a file for each, and checks that the table has the same bytes when the sweep is killed
# three times at random, runs in three shards, or on two ranks.
# usage: sweep.sh ALIGNODE [MPIRUN]; MPIRUN if ALIGNODE is built with MPI
set -u
alignode=$(realpath "$1")
mpirun=${2-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

cat >grid.yaml <<'YAML'
title: Learning rate and seed, ten thousand points
problem: {student: {units: 2}, teacher: {units: 2}}
learning: {rule: dfa}
run: {time: 1000, record: {count: 10}}
sweep:
  run: ode
  over:
    - {key: learning.rate, from: 0.1, to: 1, count: 100, spacing: log}
    - {key: run.seed, from: 1, to: 100}
YAML

# timed NAME COMMAND...: prints wall-clock and processor time
timed() {
    name=$1
    shift
    begin=$(date +%s.%N)
    before=$(cat /proc/$$/stat | awk '{ print $16 + $17 }')
    "$@" >>log 2>&1 || { echo "$name: exit status $?"; tail -n 5 log; failed=1; }
    after=$(cat /proc/$$/stat | awk '{ print $16 + $17 }')
    awk -v name="$name" -v a="$begin" -v b="$(date +%s.%N)" -v u="$before" -v v="$after" \
        -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%-28s %7.1f s wall clock, %7.1f s processor time\n", name, b - a, (v - u) / hz }'
}

same() {
    if cmp whole/collected.tsv "$1/collected.tsv" && diff -rq whole "$1" >/dev/null; then
        echo "$1: same bytes"
    else
        echo "$1: NOT the same bytes"
        failed=1
    fi
}

timed "10000 points" "$alignode" sweep grid.yaml -o whole --quiet
tail -n 1 whole/collected.tsv
timed "all finished already" "$alignode" sweep grid.yaml -o whole --quiet
timed "10000 points, with files" "$alignode" sweep grid.yaml -o files --set sweep.points=files --quiet
echo "bytes of a point: $(($(wc -c <whole/collected.tsv) / 10000)), with files $(($(du -s --block-size=1 files | cut -f 1) / 10000))"

# Killed three times, each after a random number of further points, then run to the end.
finished() { cat killed/points.*.part 2>/dev/null | grep -c '^[0-9a-f]\{16\}'; }
for kill in 1 2 3; do
    "$alignode" sweep grid.yaml -o killed --quiet >>log 2>&1 &
    pid=$!
    more=$(od -An -N2 -tu2 /dev/urandom | awk '{ printf "%d", 1 + 3000 * $1 / 65536 }')
    until=$(($(finished) + more))
    while kill -0 $pid 2>/dev/null && [ "$(finished)" -lt $until ]; do
        sleep 0.1
    done
    kill -KILL $pid
    wait $pid 2>/dev/null
    echo "killed after $(finished) points"
done
timed "the rest" "$alignode" sweep grid.yaml -o killed --quiet
find killed -name '*.part' -exec rm {} +
same killed

begin=$(date +%s)
for shard in 1 2 3; do
    "$alignode" sweep grid.yaml -o shards --shard $shard/3 -j 1 --quiet >>log 2>&1 &
done
wait
echo "three shards in parallel, one thread each: $(($(date +%s) - begin)) s"
same shards

if [ -n "$mpirun" ]; then
    timed "two ranks, one thread each" "$mpirun" --allow-run-as-root --oversubscribe -n 2 \
        "$alignode" sweep grid.yaml -o ranks -j 1 --quiet
    same ranks
fi
exit $failed
