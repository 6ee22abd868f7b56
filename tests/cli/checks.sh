# Sourced by command-line tests: a temporary folder $work, and counts of all checks ($checks) and of
# those that failed ($failed).
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

# exits STATUS WORDS COMMAND...: checks the exit status and the words on standard error.
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

# wait_until PID COMMAND...: waits until the command succeeds; fails once the child PID has ended. There is no time
# limit: a machine may be as slow as it likes.
wait_until() {
    child=$1
    shift
    until "$@" >/dev/null 2>&1; do
        kill -0 "$child" 2>/dev/null || return 1
        sleep 0.02
    done
}

# shut_gate: makes a full pipe, the file `gate`. A program whose standard error is this pipe blocks at the first line
# of progress, at a tenth of its work, so however fast the machine, the run does not end before a signal comes.
shut_gate() {
    rm -f gate
    mkfifo gate
    exec 3<>gate # open at both ends until the next one is shut
    dd if=/dev/zero of=gate bs=4096 oflag=nonblock 2>/dev/null
}

# open_gate: empties the pipe, to standard output, so that a blocked program continues.
open_gate() {
    dd if=gate bs=4096 iflag=nonblock 2>/dev/null
}

# Whether a command can be given a terminal of its own: bare containers have none to give.
has_terminals() {
    command -v script >/dev/null && script -qec true /dev/null </dev/null >/dev/null 2>&1
}

# reseal FILE: makes the checksums of a result match what was changed in it.
reseal() {
    : >resealed
    while IFS= read -r line; do
        case $line in
        '#crc32 '*) line="#crc32 $(gzip -c resealed | tail -c 8 | od -An -tx4 -N4 --endian=little | tr -d ' ')" ;;
        esac
        printf '%s\n' "$line" >>resealed
    done <"$1"
    mv resealed "$1"
}
