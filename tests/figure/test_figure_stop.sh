# Usage: test_figure_stop.sh ALIGNODE. A plot that is stopped while gnuplot runs ends with 130, ends
# gnuplot and what it has started, and leaves no file. A gnuplot that never ends stands in for the
# real one, and stops the plot itself, so that the plot is stopped at the same point every time.
set -u
alignode=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir bin tmp
export TMPDIR=$work/tmp
cat >bin/gnuplot <<'STUB'
#!/bin/sh
sleep 1000 &
echo "$$ $!" >"$PIDS"
kill -"$SIGNAL" "$PPID"
wait
STUB
chmod +x bin/gnuplot
cat >small.yaml <<'YAML'
learning: {rule: dfa}
run: {time: 1, record: {count: 3}}
YAML
"$alignode" ode small.yaml -o small.tsv --quiet || exit 1
bad=0
fail() { echo "$1"; bad=1; }
# Whether a process is there and no zombie, which only waits for its parent.
lives() { [ -e "/proc/$1/stat" ] && ! grep -q ') Z ' "/proc/$1/stat" 2>/dev/null; }
for SIGNAL in INT TERM HUP; do
    export SIGNAL PIDS=$work/pids
    printf '\211PNG bKGD, an older figure of gnuplot\n' >small.png
    cp small.png older.png
    # A shell without job control starts background processes with INT ignored: run it in front. Under
    # nohup, HUP would stay ignored.
    PATH=$work/bin:$PATH env --default-signal=HUP "$alignode" plot small.tsv 2>messages
    code=$?
    [ $code -eq 130 ] || fail "$SIGNAL: exit $code instead of 130: $(cat messages)"
    [ -z "$(ls tmp)" ] || fail "$SIGNAL: leaves $(ls tmp)"
    cmp -s small.png older.png || fail "$SIGNAL: the older figure is gone"
    [ -z "$(ls ./*.part 2>/dev/null)" ] || fail "$SIGNAL: leaves a part"
    read -r shell child <pids
    # Killed processes end when the system gets to it.
    for ((i = 0; i < 1200; i++)); do
        lives "$shell" || lives "$child" || break
        sleep 0.05
    done
    [ "$i" -lt 1200 ] || { fail "$SIGNAL: gnuplot lives on"; kill "$shell" "$child"; }
done
exit $bad
