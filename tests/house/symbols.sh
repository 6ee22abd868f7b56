# Usage: symbols.sh NM LIBRARY. All that the library defines for others begins with aln_, and it
# calls nothing that prints to the terminal or ends the process (only src/cli may).
set -u
nm=$1 library=$2
case $library in
*.a) ;;
*)
    echo "not a static library: $library"
    exit 77
    ;;
esac
defined=$("$nm" -g --defined-only "$library" | awk 'NF == 3 { print $3 }')
[ -n "$defined" ] || {
    echo "nm finds no symbol in $library"
    exit 1
}
# ALN_PREFIX: of one wing alone. __odr_asan is the address sanitizer's own.
foreign=$(printf '%s\n' "$defined" | grep -vE "^(${ALN_PREFIX-aln_}|__odr_asan)")
loud=$("$nm" -A -u "$library" | awk '
    $NF ~ /^(exit|_exit|_Exit|quick_exit|abort|v?printf|puts|putchar|perror|__printf_chk|stdout|stderr)$/')
[ -z "$foreign" ] || printf "does not begin with ${ALN_PREFIX-aln_}: %s\n" $foreign
[ -z "$loud" ] || printf 'prints or exits below src/cli: %s\n' "$loud"
[ -z "$foreign$loud" ] && echo "$(printf '%s\n' "$defined" | grep -c '^aln_') symbols, all aln_"
