#!/bin/sh
# test_docs.sh ALIGNODE ROOT: runs every command of docs/*.md, each page in a folder of its own.
# A block ```sh must succeed, each command of one ```sh fails must be refused (exit status 2), one
# ```sh no-run needs what a test does not have (network, data, a cluster) and must only be valid shell.
# <!-- short: OPTIONS --> above a block makes its runs short: the options are added to commands that run.
set -u
alignode=$(realpath "$1")
root=$2
. "$root/tests/cli/checks.sh"
export LC_ALL=C.UTF-8

mkdir "$work/bin"
cat >"$work/bin/alignode" <<END
#!/bin/sh
case \$1 in
ode | chain | sgd | compare | study | fixedpoint | train | sweep) exec "$alignode" "\$@" \${short-} ;;
*) exec "$alignode" "\$@" ;;
esac
END
chmod +x "$work/bin/alignode"
PATH=$work/bin:$PATH
export PATH

# blocks PAGE FOLDER: writes block N to FOLDER/N.sh, its kind to FOLDER/N.kind, its options to
# FOLDER/N.short; prints the count.
blocks() {
    awk -v folder="$2" '
        /^<!-- short: .* -->$/ { short = $0; sub(/^<!-- short: /, "", short); sub(/ -->$/, "", short); next }
        /^```sh/ && !inside { inside = 1; n++; kind = $0; sub(/^```sh */, "", kind)
                              print kind >(folder "/" n ".kind"); print short >(folder "/" n ".short")
                              short = ""; printf "" >(folder "/" n ".sh"); next }
        /^```/ && inside { inside = 0; next }
        inside { print >(folder "/" n ".sh") }
        END { print n + 0 }' "$1"
}

refused() { # each line of the block
    while IFS= read -r line; do
        exits 2 '' sh -c "$line" || return 1
    done <"$1"
}

run_page() {
    page=$1
    folder=$work/$(basename "$page" .md)
    mkdir "$folder" "$folder/blocks"
    count=$(blocks "$page" "$folder/blocks")
    cd "$folder" || exit 1
    n=0
    while [ $n -lt "$count" ]; do
        n=$((n + 1))
        block=blocks/$n
        short=$(cat "$block.short")
        export short
        case $(cat "$block.kind") in
        '') check "$(basename "$page"), block $n" sh -e "$block.sh" ;;
        fails) check "$(basename "$page"), block $n" refused "$block.sh" ;;
        no-run) check "$(basename "$page"), block $n" sh -n "$block.sh" ;;
        *) check "$(basename "$page"), block $n: unknown kind" false ;;
        esac
    done
    cd "$work" || exit 1
}

for page in "$root"/docs/*.md "$root"/python/README.md; do
    [ ! -f "$page" ] || run_page "$page"
done

# Links to files of the project must exist.
links() {
    for page in "$root"/README.md "$root"/CONTRIBUTING.md "$root"/docs/*.md; do
        grep -o '](\([^)#]*\)' "$page" | sed 's/^](//' | grep -v '^http' | while read -r link; do
            [ -e "$(dirname "$page")/$link" ] || echo "$page: no $link"
        done
    done >broken
    cat broken
    [ ! -s broken ]
}
check 'links lead to files' links

# Deep networks have rows of their own: the page is that of a build with them.
if "$alignode" list layers >/dev/null 2>&1; then
    check 'docs/reference.md is what docs/reference.sh prints' sh -c "sh '$root/docs/reference.sh' '$alignode' | diff - '$root/docs/reference.md'"
fi

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
