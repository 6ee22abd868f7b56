# Usage: test_limits.sh ALIGNODE [deep]. Limits of the system on memory and on the size of files: a
# command ends, and says what it lacks.
set -u
alignode=$(realpath "$1")
. "$(dirname "$(realpath "$0")")/checks.sh"
cd "$work" || exit 1

cat >small.yaml <<'END'
problem: {inputs: 50, student: {units: 2}, teacher: {units: 2}}
learning: {rule: dfa}
run: {time: 10, repeats: 200, record: {count: 50}}
END

# ---- the size of files ----
limited() ( # limited BLOCKS COMMAND...
    ulimit -f "$1"
    shift
    exec "$@"
)
for command in ode chain sgd; do
    check "$command beyond the largest file" exits 1 "File too large" limited 4 "$alignode" $command small.yaml -o big.tsv
    check "$command leaves no result" test ! -e big.tsv
    rm -f big.tsv*
done
# What fits is kept, and the run continues where there is room.
"$alignode" chain small.yaml --quiet -o whole.tsv
check "rows that fit" exits 1 "kept in big.tsv.part" limited 80 "$alignode" chain small.yaml -j1 -o big.tsv
check "some of them" test "$(grep -c '^$' big.tsv.part)" -ge 1
check "continued" "$alignode" chain small.yaml --quiet -o big.tsv --resume
check "to the same bytes" cmp big.tsv whole.tsv

# ---- a pipe that nobody writes to ----
mkfifo pipe
printf 'problem: {spectrum: {from: pipe, count: 3}}\nlearning: {rule: bp}\n' >pipe.yaml
check "a pipe in place of eigenvalues" exits 2 "^pipe.yaml:1:.*problem.spectrum.from: pipe: is not a regular file" \
    timeout 60 "$alignode" ode pipe.yaml
rm pipe

# ---- address space ----
# The address sanitizer needs terabytes of it.
if ! grep -q __asan_init "$alignode"; then
    if command -v readelf >/dev/null; then
        check "libraries of networks are not linked" sh -c "! readelf -d '$alignode' | grep -Ei 'blas.so|hdf5' | grep -v gslcblas"
    fi
    for command in version list params "ode small.yaml --quiet" "chain small.yaml -j 2 --quiet"; do
        check "$command in 200000 kB" sh -c "ulimit -v 200000; '$alignode' $command >/dev/null"
    done
    if [ "${2-}" = deep ]; then
        cat >net.yaml <<'END'
data: {name: mixture, inputs: 10, classes: 3, train: 96, test: 48}
network: {layers: [{dense: 8, activation: tanh}, {dense: 3}], loss: cross-entropy}
learning: {rule: dfa, rate: 0.01, batch: 16}
run: {epochs: 2, seeds: {from: 1, to: 2}}
END
        check "a net" exits 0 "" "$alignode" train net.yaml -o net.tsv
        for limit in 80000 100000 150000 200000; do
            check "a net in $limit kB" sh -c "ulimit -v $limit; '$alignode' train net.yaml -o none.tsv --quiet 2>none.log; test \$? -eq 1 && grep -q 'out of memory' none.log"
        done
    fi
fi

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
