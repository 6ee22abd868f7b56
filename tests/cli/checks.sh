# For tests of the program from outside, sourced: a folder $work that goes when the test ends, and
# counts of what was checked ($checks) and did not hold ($failed).
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
checks=0

# check NAME COMMAND...: the command must succeed.
check() {
    name=$1
    shift
    checks=$((checks + 1))
    if ! "$@" >out.log 2>&1; then
        failed=$((failed + 1))
        echo "not ok: $name: $*"
        sed 's/^/    /' out.log | head -n 20
    fi
}

# exits STATUS WORDS COMMAND...: exit status, and words on standard error.
exits() {
    want=$1
    words=$2
    shift 2
    "$@" >stdout.log 2>stderr.log
    got=$?
    [ "$got" -eq "$want" ] || { echo "exit $got, wanted $want"; cat stderr.log; return 1; }
    [ -z "$words" ] || grep -q -e "$words" stderr.log ||
        { echo "no '$words' in:"; cat stderr.log; return 1; }
}

# wait_until PID COMMAND...: until the command succeeds, or fails once the child PID has ended. There is no limit of
# time: a machine may be as slow as it likes.
wait_until() {
    child=$1
    shift
    until "$@" >/dev/null 2>&1; do
        kill -0 "$child" 2>/dev/null || return 1
        sleep 0.02
    done
}

# shut_gate: makes a full pipe, the file `gate`. A program with standard error there waits at the first line that it
# prints, of progress at a tenth of the work: however fast the machine is, the run does not end before a signal comes.
shut_gate() {
    rm -f gate
    mkfifo gate
    exec 3<>gate # open at both ends until the next one is shut
    dd if=/dev/zero of=gate bs=4096 oflag=nonblock 2>/dev/null
}

# open_gate: empties the pipe, so that whoever waits there goes on.
open_gate() {
    dd if=gate of=/dev/null bs=4096 iflag=nonblock 2>/dev/null
}
