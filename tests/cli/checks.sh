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
