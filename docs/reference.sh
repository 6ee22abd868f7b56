#!/bin/sh
# docs/reference.sh ALIGNODE: prints docs/reference.md, made from the tables of the program:
#     docs/reference.sh build/src/cli/alignode >docs/reference.md
set -eu
alignode=$1

cat <<'END'
# Reference

Every parameter, column, rule, activation and measure, as the program describes them: `alignode params`, `alignode
list`. This page is made by `docs/reference.sh`.

END

# Text of a table's cell.
cell() {
    sed 's/|/\\|/g; s/</\&lt;/g; s/\*/\\*/g'
}

# "## TITLE" of each kind of file, then a table of its parameters.
"$alignode" params | cell | awk '
    function flush() { if (key != "") print "| `" key "` | " doc " | " type " | " def " |"; key = "" }
    /^# / { flush(); sub(/^# /, ""); print "## Parameters: " $0 "\n"
            print "| key | meaning | type and range | default |"; print "|---|---|---|---|"; next }
    /^[^ ]/ { flush(); key = $0; doc = type = def = ""; n = 0; next }
    /^    type: / { sub(/^    type: /, ""); type = $0; next }
    /^    default: / { sub(/^    default: /, ""); def = "`" $0 "`"; next }
    /^    range: / { sub(/^    range: /, ""); type = type ", " $0; next }
    /^    unit: / { sub(/^    unit: /, ""); if ($0 != "1") type = type " [" $0 "]"; next }
    /^    symbol: / { sub(/^    symbol: /, ""); doc = doc " (" $0 ")"; next }
    /^    / { sub(/^ +/, ""); doc = doc (doc == "" ? "" : " ") $0; next }
    /^$/ { if (key == "") next }
    END { flush(); print "" }'

for kind in columns measures rules activations steppers engines studies events "data sets" losses layers feedback figures styles; do
    printf '## %s\n\n' "$(printf '%s' "$kind" | awk '{ print toupper(substr($0, 1, 1)) substr($0, 2) }')"
    "$alignode" list "$kind" | cell | awk '
        BEGIN { print "| name | what |"; print "|---|---|" }
        NF == 0 { next }
        { name = $1; $1 = ""; sub(/^ +/, ""); print "| `" name "` | " $0 " |" }'
    echo
done
