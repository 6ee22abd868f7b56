# Usage: independent.sh ROOT. The direct simulation is the independent check of the chain and of the
# theory: sgd.c includes no header of theirs, not even indirectly.
set -u
cd "$1" || exit 1
bad=0

# Prints the project's headers that a file includes, those that they include, and so on.
reached_from() {
    todo=$1 seen=" "
    while [ -n "$todo" ]; do
        more=
        for file in $todo; do
            for name in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*["<]\([^">]*\)[">].*/\1/p' "$file"); do
                case $seen in *" $name "*) continue ;; esac
                for path in "include/$name" "src/$name"; do
                    [ ! -e "$path" ] || { seen="$seen$name " more="$more $path"; }
                done
            done
        done
        todo=$more
    done
    printf '%s\n' $seen
}

forbidden='^(alignode/(chain|ode|early|fixed|stepper)\.h|model/increment\.h|theory/.*)$'
found=$(reached_from src/simulate/sgd.c | grep -E "$forbidden")
[ -z "$found" ] || { echo "src/simulate/sgd.c includes" $found; bad=1; }
# The same search must find what the chain includes, or it is broken.
for name in alignode/chain.h alignode/problem.h alignode/rates.h model/increment.h; do
    reached_from src/simulate/chain.c | grep -qxF "$name" || {
        echo "src/simulate/chain.c does not include $name: wrong folder, or the search is broken"
        bad=1
    }
done
exit $bad
