#!/bin/sh
# Reference tables of published runs: from epoch 1, the means of a result over its seeds, and their standard
# deviations; the similarity of seeds is the mean over their pairs.
# usage: reference.sh RUNS FOLDER    results of `alignode report published --runs RUNS`; tables, one for each
set -eu
runs=$1 folder=$2
for result in "$runs"/*-published*.tsv "$runs"/cifar-labels-[01]*.tsv "$runs"/mnist-width-*.tsv "$runs"/mnist28-*.tsv; do
    case $result in *'*'*) continue ;; *.similarity.tsv) continue ;; esac
    name=$(basename "$result" .tsv)
    similarity=$runs/$name.similarity.tsv
    [ -e "$similarity" ] || similarity=/dev/null
    {
        echo "# $name: means over seeds, standard deviations (_sd)"
        sed -n '1s/^# \(alignode [^ ]*\).*/# made by validation\/published\/reference.sh from a result of \1/p' "$result"
        tail -n 3 "$result" | sed -n 's/^#crc32 /# checksum of the result, crc32: /p'
        # What the run was: the parameters that say how it differs from others.
        grep -E '^#   (layers|rule|rate|label_noise|alpha|beta|train|epochs|seeds): ' "$result" | sed 's/^#  */# /'
        awk -F'\t' -v OFS='\t' '
            BEGIN { wanted = "WA WA_2 WA_3 WA_4 GA GA_1 GA_2 GA_3 error_train error_test loss_train" }
            /^#/ || NF < 2 { next }
            FILENAME != last { last = FILENAME; file++; split("", column); for (i = 1; i <= NF; i++) column[$i] = i; next }
            file == 2 { similarity[$column["epoch"]] = $column["similarity"]; next }
            $column["epoch"] < 1 { next }
            !n[$column["epoch"]]++ { epochs[++count] = $column["epoch"] }
            {
                if (!names) names = split(wanted, name, " ")
                for (i = 1; i <= names; i++)
                    if (name[i] in column) { has[i] = 1; x = $column[name[i]]; sum[$column["epoch"], i] += x; square[$column["epoch"], i] += x * x }
            }
            END {
                for (e = 1; e <= count; e++) {
                    if (e == 1) {
                        printf "epoch"
                        for (i = 1; i <= names; i++) if (has[i]) printf "\t%s\t%s_sd", name[i], name[i]
                        print (file > 1 ? "\tsimilarity" : "")
                    }
                    t = epochs[e]
                    printf "%.6g", t
                    for (i = 1; i <= names; i++) if (has[i]) {
                        m = sum[t, i] / n[t]; v = n[t] > 1 ? (square[t, i] - n[t] * m * m) / (n[t] - 1) : 0
                        if (m != m) printf "\tnan\tnan"; else printf "\t%.4g\t%s", m, (n[t] > 1 ? sprintf("%.2g", v > 0 ? sqrt(v) : 0) : "nan")
                    }
                    print (file > 1 ? sprintf("\t%.4g", similarity[t]) : "")
                }
            }' "$result" "$similarity"
    } >"$folder/$name.tsv"
done
