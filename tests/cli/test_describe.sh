#!/bin/sh
# What is derived from the tables: references to cite, and the JSON Schema of parameter files.
# usage: test_describe.sh ALIGNODE SOURCE [deep]
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
source=$(realpath "$2")
ALIGNODE_PARAMS=$source/params
export ALIGNODE_PARAMS
deep=${3-}
python=$(for p in /usr/bin/python3 python3; do "$p" -c 'import yaml' 2>/dev/null && echo "$p" && break; done)
cd "$work" || exit 1

# ---- cite ----
# cites FILE KEY...: exactly these entries, besides alignode itself
cites() {
    file=$1
    shift
    "$alignode" cite "$file" >cited || return 1
    sed -n 's/^@[a-z]*{\(.*\),$/\1/p' cited | sort | tr '\n' ' ' >keys
    printf '%s\n' alignode "$@" | sort | tr '\n' ' ' >wanted
    cmp keys wanted || { cat keys; return 1; }
}
check "dfa, three engines" cites first refinetti2021 nokland2016 saad1995 biehl1995 goldt2019 galassi2009 salmon2011
check "no comment without need" sh -c "! grep '^%' cited"
"$alignode" new first -o one.yaml --quiet
for rule in bp:rumelhart1986 fa:lillicrap2016 kolen-pollack:"kolen1994 akrout2019" sign-symmetric:"liao2016 moskovitz2018"; do
    "$alignode" ode one.yaml --set run.time=1 --set "learning.rule=${rule%%:*}" -o rule.tsv --quiet --force
    # shellcheck disable=SC2086
    check "the ode, $rule" cites rule.tsv ${rule#*:} saad1995 biehl1995 goldt2019 galassi2009
done
"$alignode" chain one.yaml --set run.time=1 --set run.repeats=1 --set problem.activation=relu -o relu.tsv --quiet
check "the chain, relu" cites relu.tsv refinetti2021 nokland2016 cho2009 plackett1954 salmon2011
check "a sweep of rules" cites sweep-rates refinetti2021 nokland2016 rumelhart1986 liao2016 moskovitz2018 saad1995 \
    biehl1995 goldt2019 galassi2009
check "a study of rules" cites degeneracy refinetti2021 nokland2016 rumelhart1986 saad1995 biehl1995 goldt2019 galassi2009
if [ -n "$deep" ]; then
    check "MNIST" cites deep-mnist refinetti2021 nokland2016 rumelhart1986 lecun1998 bridle1989 salmon2011
    check "CIFAR-10" cites conv-cifar refinetti2021 nokland2016 krizhevsky2009 bridle1989 salmon2011
fi
# Whatever a rule, an activation or a command names as its source has an entry in src/sweep/reference.c.
for kind in rules activations commands; do
    "$alignode" list $kind | sed -n 's/.*\[\(.*\)\]$/\1/p' | tr ';' '\n' | grep '[0-9]\{4\}' | sort -u >sources
    while read -r words; do
        check "$kind: an entry for $words" sh -c "
            sed -n 's/^    {\"\(.*\)\", *\"[a-z]*\",.*/\1/p;s/^    {\"\(.*\)\",\$/\1/p' '$source/src/sweep/reference.c' >briefs
            printf '%s\n' \"\$1\" | grep -qFf briefs" sh "$words"
    done <sources
done
check "titles of CITATION.cff" sh -c "'$alignode' cite first | tr -d '{}' | grep -q \"\$(sed -n 's/^title: \"\(.*\)\"/\1/p' '$source/CITATION.cff')\""
for doi in $(sed -n 's/^ *doi: //p' "$source/CITATION.cff"); do
    check "$doi of CITATION.cff" grep -q "$doi" "$source/src/sweep/reference.c"
done
check "a file of references" exits 0 "wrote refs.bib" "$alignode" cite first -o refs.bib
check "that is no other" exits 2 "bib" "$alignode" cite first -o refs.tex
if command -v bibtex >/dev/null; then
    for example in "$source"/params/*.yaml; do
        "$alignode" cite "$example" >refs.bib 2>/dev/null || continue # deep experiments, built without
        printf '\\relax\n\\citation{*}\n\\bibdata{refs}\n\\bibstyle{plain}\n' >refs.aux
        check "BibTeX reads $example" sh -c "bibtex refs >bibtex.log && ! grep -q Warning bibtex.log || { cat bibtex.log; false; }"
    done
fi

# ---- the schema ----
"$alignode" params --schema >schema.json
check "--schema is of all keys" exits 2 "all parameters" "$alignode" params learning.rate --schema
for key in $("$alignode" params | sed -n 's/^\([a-z][a-z_.]*\)$/\1/p' | sed 's/.*\.//' | sort -u); do
    check "the schema has $key" grep -q "\"$key\":" schema.json
done
check "every type has a schema, json of its struct aln_params_type" sh -c "! grep -F '\"allOf\": [{}]' schema.json | grep -v '\"drawn\"'"
fits() { "$python" "$source/tests/cli/schema.py" schema.json "$@"; }
if [ -n "$python" ]; then
    if [ -n "$deep" ]; then
        check "all that is shipped fits" fits "$source"/params/*.yaml "$source"/params/templates/*.yaml
    else
        check "what is shipped fits" fits "$source/params/first.yaml" "$source/params/templates/two-layer.yaml"
    fi
    # misfit TEXT: a file that alignode and the schema both refuse
    misfit() {
        printf '%s\n' "$1" >misfit.yaml
        ! "$alignode" ode misfit.yaml -o /dev/null --quiet && ! fits misfit.yaml
    }
    for text in 'learning: {rul: dfa}' 'learning: {rule: dfb}' 'learning: {rule: dfa, rate: -1}' \
        'learning: {rule: dfa, rate: [1, 2, 3]}' 'learning: {rule: dfa, rate: fast}' 'run: {time: 3}' \
        'learning: {rule: dfa, feedback: 3}' 'learning: {rule: dfa, schedule: [{time: 3}]}' \
        '{learning: {rule: dfa}, problem: {inputs: 1.5}}' '{learning: {rule: dfa}, ode: {rtol: 1}}' \
        '{learning: {rule: dfa}, ode: {check: 1}}' '{learning: {rule: dfa}, problem: {student: {weights: 3}}}' \
        '{learning: {rule: dfa}, compare: {engines: [ode, ode]}}' '{learning: {rule: dfa}, run: {record: {times: []}}}'; do
        check "refused by both: $text" misfit "$text"
    done
    printf 'learning: {rule: dfa, rate: 1e-3}\ntitle: 3\n' >fit.yaml
    check "taken by both" sh -c "'$alignode' ode fit.yaml -o fit.tsv --quiet"
    check "taken by both: the schema" fits fit.yaml
fi

echo "$checks checks, $failed failed$([ -n "$python" ] || echo ', without yaml for Python')"
[ "$failed" -eq 0 ]
