# Usage: symbols.sh NM LIBRARY [PREFIX]. All that the library defines for others begins with aln_, or
# with another extended regular expression, and it calls nothing that prints to the terminal or ends
# the process (only src/cli may).
set -u
nm=$1 library=$2 prefix=${3-aln_}
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
# __odr_asan is the address sanitizer's own.
foreign=$(printf '%s\n' "$defined" | grep -vE "^($prefix|__odr_asan)")
loud=$("$nm" -A -u "$library" | awk '
    $NF ~ /^(exit|_exit|_Exit|quick_exit|abort|v?printf|puts|putchar|perror|__printf_chk|stdout|stderr)$/')
[ -z "$foreign" ] || printf "does not begin with $prefix: %s\n" $foreign
[ -z "$loud" ] || printf 'prints or exits below src/cli: %s\n' "$loud"
[ -z "$foreign$loud" ] && echo "$(printf '%s\n' "$defined" | grep -cE "^$prefix") symbols, all $prefix"
