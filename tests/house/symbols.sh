# Usage: symbols.sh NM LIBRARY... All that the static libraries define for others begins with aln_,
# and they call nothing that prints to the terminal or ends the process (only src/cli may).
set -u
nm=$1
shift
defined=$("$nm" -g --defined-only "$@" | awk 'NF == 3 { print $3 }')
[ -n "$defined" ] || {
    echo "nm finds no symbol in $*"
    exit 1
}
# __odr_asan is the address sanitizer's own, .gomp_critical OpenMP's.
foreign=$(printf '%s\n' "$defined" | grep -vE '^(aln_|__odr_asan|\.gomp_critical)')
loud=$("$nm" -A -u "$@" | awk '
    $NF ~ /^(exit|_exit|_Exit|quick_exit|abort|v?printf|puts|putchar|perror|__printf_chk|stdout|stderr)$/')
[ -z "$foreign" ] || printf 'does not begin with aln_: %s\n' $foreign
[ -z "$loud" ] || printf 'prints or exits below src/cli: %s\n' "$loud"
[ -z "$foreign$loud" ] && echo "$(printf '%s\n' "$defined" | grep -c '^aln_') symbols, all aln_"
