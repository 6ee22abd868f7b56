# Usage: symbols.sh NM PREFIX LIBRARY... All external symbols of the static libraries begin with
# PREFIX, an extended regular expression, and the libraries call nothing that prints to the terminal
# or ends the process (only src/cli may).
set -u
nm=$1 prefix=$2
shift 2
defined=$("$nm" -g --defined-only "$@" | awk 'NF == 3 { print $3 }')
[ -n "$defined" ] || {
    echo "nm finds no symbol in $*"
    exit 1
}
# __odr_asan is the address sanitizer's own, .gomp_critical OpenMP's.
foreign=$(printf '%s\n' "$defined" | grep -vE "^($prefix|__odr_asan|\.gomp_critical)")
loud=$("$nm" -A -u "$@" | awk '
    $NF ~ /^(exit|_exit|_Exit|quick_exit|abort|v?printf|puts|putchar|perror|__printf_chk|stdout|stderr)$/')
[ -z "$foreign" ] || printf "does not begin with $prefix: %s\n" $foreign
[ -z "$loud" ] || printf 'prints or exits below src/cli: %s\n' "$loud"
[ -z "$foreign$loud" ] && echo "$(printf '%s\n' "$defined" | grep -cE "^$prefix") symbols, all $prefix"
