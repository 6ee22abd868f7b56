# Usage: symbols.sh NM PREFIX LIBRARY... All that the static libraries define for others begins with
# PREFIX, an extended regular expression, and they call nothing that prints to the terminal or ends
# the process (only src/cli may).
set -u
nm=$1 prefix=$2
shift 2
defined=$("$nm" -g --defined-only "$@" | awk 'NF == 3 { print $3 }')
[ -n "$defined" ] || {
    echo "nm finds no symbol in $*"
    exit 1
}
# __odr_asan is the address sanitizer's own.
foreign=$(printf '%s\n' "$defined" | grep -vE "^($prefix|__odr_asan)")
loud=$("$nm" -A -u "$@" | awk '
    $NF ~ /^(exit|_exit|_Exit|quick_exit|abort|v?printf|puts|putchar|perror|__printf_chk|stdout|stderr)$/')
[ -z "$foreign" ] || printf "does not begin with $prefix: %s\n" $foreign
[ -z "$loud" ] || printf 'prints or exits below src/cli: %s\n' "$loud"
[ -z "$foreign$loud" ] && echo "$(printf '%s\n' "$defined" | grep -cE "^$prefix") symbols, all $prefix"
