#!/bin/bash
# Usage: test_cluster.sh ALIGNODE ROOT: sweep.sbatch in the environment of a scheduler, which is faked: an array of
# tasks, one of them warned of its time limit and put back into the queue, and a job whose program is missing.
set -u
alignode=$(realpath "$1") root=$2
. "$root/tests/cli/checks.sh"
cd "$work" || exit 1
job=$root/params/sweep.sbatch
mkdir bin
ln -s "$alignode" bin/alignode
printf '#!/bin/sh\necho "$*" >>"%s"\n' "$work/requeued" >bin/scontrol
chmod +x bin/scontrol
export PATH=$work/bin:$PATH SLURM_CPUS_PER_TASK=1 SLURM_JOB_ID=71
cat >study.yaml <<'END'
problem: {inputs: 100}
learning: {rule: dfa, rate: 0.1}
run: {time: 5}
sweep: {run: ode, over: [{key: learning.rate, from: 0.1, to: 1, count: 6}]}
END
alignode sweep study.yaml -o whole --quiet

# task N OF: one task of an array.
task() {
    SLURM_ARRAY_JOB_ID=70 SLURM_ARRAY_TASK_ID=$1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=$2 bash "$job" study.yaml array --quiet
}
for n in 1 2 3; do
    check "task $n of an array" task $n 3
done
check 'the array writes the table of one run' cmp array/collected.tsv whole/collected.tsv

# A run too long for its limit: the signal comes when its first point is there.
cat >long.yaml <<'END'
problem: {inputs: 1000}
learning: {rule: dfa, rate: 0.1}
run: {time: 100000, repeats: 1000}
sweep: {run: chain, over: [{key: run.time, values: [1, 100000]}]}
END
bash "$job" long.yaml limit --quiet --set run.repeats=2 >limit.log 2>&1 &
child=$!
check 'a first point is finished' wait_until $child sh -c 'ls limit/*/*.tsv'
kill -USR1 $child
wait $child
status=$?
check 'the job ends with 130' test $status -eq 130
check 'it is put back into the queue' grep -qx 'requeue 71' requeued
check 'what was finished is kept' sh -c 'ls limit/*/*.tsv'

rm requeued
check 'a finished job is not' bash "$job" study.yaml once --quiet
check 'nothing is requeued' test ! -e requeued
check 'without the program it says so' exits 2 'is not in PATH' env ALIGNODE=nosuch bash "$job" study.yaml none
check 'without arguments it says how' exits 2 'usage: sbatch' bash "$job"

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
