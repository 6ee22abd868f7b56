# Sourced by scripts that run the files of params/, made short. They set $params, the folder.
#   short_of NAME      the settings that make a run short, one to a line
#   commands_of NAME   the commands that the file is for
# shellcheck shell=bash disable=SC2154

has() { grep -q "^$2:" "$params/$1.yaml"; }

# The settings that make a run short, one --set per line: from the file's line "# short:", else from
# the first matching line of the table.
short_of() {
    local pattern settings
    settings=$(sed -n 's/^# short: //p' "$params/$1.yaml")
    [ -z "$settings" ] || { printf '%s\n' "$settings" | sed 's/; */\n/g'; return; }
    while IFS='|' read -r pattern settings; do
        # shellcheck disable=SC2254 # a pattern is meant
        case $1 in
        $pattern) printf '%s\n' "$settings" | tr ';' '\n'; return ;;
        esac
    done <<'TABLE'
deep-linear|run.record.count=20
conv-toy*|run.epochs=2;data.train=200;data.test=100;run.weights=true
conv-*|run.epochs=1;data.train=96;data.test=50;run.scored=50;run.probe=20;run.seeds=1
deep-targets*|run.epochs=2
deep-layerwise|run.epochs=3
deep-*|run.epochs=2;data.train=640;data.test=200;run.scored=200;run.probe=100;run.seeds={from: 1, to: 2}
sweep-rates|run.time=3;run.repeats=2
targets-map|run.time=3;run.record.times=[3];run.repeats=2;problem.inputs=100
sweep-*|run.time=10;run.repeats=2;problem.inputs=100
phases|run.time=2000
*|run.time=20;run.repeats=3;problem.inputs=100
TABLE
}

# Whether its runs have repeats.
repeats() {
    local count
    count=$(short_of "$1" | sed -n 's/^run\.repeats=//p')
    [ -n "$count" ] || count=$(sed -n 's/^  repeats: *\([0-9]*\).*/\1/p' "$params/$1.yaml")
    [ "${count:-1}" -gt 1 ]
}

commands_of() {
    if has "$1" sweep; then echo sweep; fi
    if has "$1" study; then echo study
    elif has "$1" fixedpoint; then echo fixedpoint
    elif has "$1" data; then echo train
    elif has "$1" target; then echo ode train compare
    elif grep -q '^  samples:' "$params/$1.yaml"; then echo ode sgd # the chain draws every sample anew
    else echo ode chain sgd
    fi
    # Means need repeats, which files of sweeps need not have.
    if ! grep -qE '^(study|fixedpoint|data|target):' "$params/$1.yaml" && repeats "$1"; then echo compare; fi
}
