#!/bin/sh
# Tables of means of published runs (validation/means_table.h): of each result the means over its seeds and
# standard deviations; the similarity of seeds is the mean over their pairs.
# usage: reference.sh RUNS FOLDER    results of `alignode report published --runs RUNS`; tables, one for each
set -eu
runs=$1 folder=$2
for result in "$runs"/*-published*.tsv "$runs"/cifar-labels-[01]*.tsv "$runs"/mnist-width-*.tsv "$runs"/mnist28-*.tsv; do
    case $result in *'*'*) continue ;; *.similarity.tsv) continue ;; esac
    tail -n 1 "$result" | grep -q '^# end ' || continue
    name=$(basename "$result" .tsv)
    similarity=$runs/$name.similarity.tsv
    [ -e "$similarity" ] || similarity=/dev/null
    awk -F'\t' -v OFS='\t' -v crc="$(tail -n 3 "$result" | sed -n 's/^#crc32 //p' | tail -n 1)" '
        BEGIN { names = split("WA WA_2 WA_3 WA_4 WF GA GA_1 GA_2 GA_3 GA_batch error_train error_test loss_train", name, " ") }
        FNR == 1 { file++; split("", column); sub(/ [^ ]*$/, " means") }
        /^#/ { if (file == 1 && !seen) print; next }
        NF < 2 { next }
        !("epoch" in column) { for (i = 1; i <= NF; i++) { column[$i] = i; if (file == 2 && $i ~ /^similarity/) alike[++alikes] = $i }; seen = 1; next }
        { t = $column["epoch"] }
        file == 2 { for (i = 1; i <= alikes; i++) similar[t, i] = $column[alike[i]]; next }
        {
            if ($1 != seed) { seed = $1; seeds++ }
            for (i = 1; i <= names; i++) if (name[i] in column) {
                x = $column[name[i]]; last[i, seeds] = x
                if (!((i, seeds) in peak) || x > most[i, seeds]) { most[i, seeds] = x; peak[i, seeds] = t }
            }
            if (!n[t]++) epochs[++count] = t
            if (t > 0 && !first) first = t
            for (i = 1; i <= names; i++) if (name[i] in column) { has[i] = 1; x = $column[name[i]]; value[t, i, n[t]] = x; sum[t, i] += x }
        }
        END {
            printf "epoch"
            for (i = 1; i <= names; i++) if (has[i]) printf "\t%s\t%s_sd", name[i], name[i]
            for (i = 1; i <= alikes; i++) printf "\t%s", alike[i]
            print ""
            for (e = 1; e <= count; e++) {
                t = epochs[e]
                printf "%.6g", t
                for (i = 1; i <= names; i++) if (has[i]) {
                    m = sum[t, i] / n[t]; v = 0
                    for (s = 1; s <= n[t]; s++) v += (value[t, i, s] - m) ^ 2
                    printf "\t%s\t%s", (m != m ? "nan" : sprintf("%.5g", m)), (m != m || n[t] < 2 ? "nan" : sprintf("%.2g", sqrt(v / (n[t] - 1))))
                }
                for (i = 1; i <= alikes; i++) printf "\t%.5g", similar[t, i]
                print ""
            }
            print "# means over seeds and standard deviations (_sd), by validation/published/reference.sh from the result with crc32 " crc
            print "# seeds " seeds
            for (i = 1; i <= names; i++) if (has[i]) {
                printf "# last %s", name[i]
                for (s = 1; s <= seeds; s++) printf " %.6g", last[i, s]
                print ""
            }
            for (i = 1; i <= names && seeds > 1; i++) if (has[i]) {
                m = v = 0
                for (s = 1; s <= seeds; s++) m += log(peak[i, s] > 0 ? peak[i, s] : first) / seeds
                for (s = 1; s <= seeds; s++) v += (log(peak[i, s] > 0 ? peak[i, s] : first) - m) ^ 2
                printf "# spread %s %.3g\n", name[i], sqrt(v / (seeds - 1))
            }
            print "# end " count
        }' "$result" "$similarity" >"$folder/$name.tsv"
done
