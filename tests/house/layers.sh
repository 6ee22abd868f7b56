# Usage: layers.sh ROOT. Which room includes which, computed from the includes: only the own room or
# lower floors, so that rooms of one floor (theory, simulate, deep) stay strangers. Below src/cli
# nothing prints or exits; results may go to standard output through src/base/part.c alone.
set -u
cd "$1" || exit 1
bad=0

complain() {
    printf '%s\n' "$*"
    bad=1
}

floor_of() {
    case $1 in
    base) echo 0 ;;
    model) echo 1 ;;
    theory | simulate | deep) echo 2 ;;
    study) echo 3 ;;
    validation) echo 4 ;;
    cli) echo 5 ;;
    esac
}

# The room of a public header X.h is where X.c is.
room_of_header() {
    set -- "$1" src/*/"$1".c
    if [ -e "$2" ]; then
        [ $# -eq 2 ] || echo "several"
        room=${2#src/}
        echo "${room%%/*}"
        return
    fi
    echo unknown
}

# Prints the room an include leads to. Given: the including file, the name between the quotes.
room_of_include() {
    case $2 in
    validation/*) [ -e "$2" ] && echo validation || echo unknown ;;
    alignode/*)
        name=${2#alignode/}
        [ -e "include/$2" ] && room_of_header "${name%.h}" || echo unknown
        ;;
    *)
        if [ -e "$(dirname "$1")/$2" ]; then
            room=${1#src/}
            echo "${room%%/*}"
        elif [ -e "src/$2" ]; then
            echo "${2%%/*}"
        else
            echo unknown
        fi
        ;;
    esac
}

# A C file without comments and without what stands in strings.
bare_c() {
    awk '{
        line = $0 "\n"
        for (i = 1; i <= length(line); i++) {
            c = substr(line, i, 1)
            two = substr(line, i, 2)
            if (state == "comment") {
                if (two == "*/") { state = ""; i++ }
            } else if (state == "string" || state == "char") {
                if (c == "\\") i++
                else if (c == (state == "string" ? "\"" : "\047")) { state = ""; printf "%s", c }
            } else if (two == "/*") { state = "comment"; i++ }
            else if (two == "//") break
            else {
                if (c == "\"") state = "string"
                if (c == "\047") state = "char"
                if (c != "\n") printf "%s", c
            }
        }
        print ""
    }' "$1"
}

files=0
for file in include/alignode/*.h src/*/*.[ch]; do
    [ -e "$file" ] || continue
    files=$((files + 1))
    case $file in
    include/*) own=$(room_of_header "$(basename "$file" .h)") ;;
    *) own=${file#src/} own=${own%%/*} ;;
    esac
    mine=$(floor_of "$own")
    if [ -z "$mine" ]; then
        complain "$file: is in no known room ('$own')"
        continue
    fi
    for name in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*["<]\(alignode\/[^">]*\)[">].*/\1/p
                          t
                          s/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$file"); do
        other=$(room_of_include "$file" "$name")
        theirs=$(floor_of "$other")
        if [ -z "$theirs" ]; then
            complain "$file: includes $name, which belongs to no known room"
        elif [ "$own" != "$other" ] && [ "$theirs" -ge "$mine" ]; then
            complain "$file: room $own (floor $mine) includes $name of $other (floor $theirs)"
        fi
    done
    [ "$own" = cli ] && continue
    words='printf|vprintf|puts|putchar|perror|psignal|exit|_exit|_Exit|quick_exit|abort'
    streams='stdout|stderr|STDERR_FILENO'
    [ "$file" = src/base/part.c ] || streams="$streams|STDOUT_FILENO"
    found=$(bare_c "$file" |
        grep -nE "(^|[^A-Za-z0-9_.>])(($words)[ ]*\(|($streams)([^A-Za-z0-9_]|\$))" |
        grep -vE 'format\(printf,')
    [ -z "$found" ] || complain "$file: prints or exits, which only src/cli may: $found"
done
[ $files -gt 20 ] || complain "only $files files found below $1: wrong folder?"
[ $bad = 0 ] && echo "$files files keep to their floors"
exit $bad
