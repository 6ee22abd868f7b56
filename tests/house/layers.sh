# Usage: layers.sh ROOT. A folder (wing) includes only its own files or those of lower layers
# (floors), so that wings of one floor (theory, simulate, deep) stay independent. Below src/cli
# nothing prints, exits or asks for a terminal; results reach standard output only through
# src/file/part.c. Below src/sweep, which lists the commands, no file depends on which one runs.
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
    file) echo 1 ;;
    params) echo 2 ;;
    model) echo 3 ;;
    lanes) echo 4 ;;
    theory | simulate | deep) echo 5 ;;
    deep/data | deep/measure) echo 6 ;;
    run) echo 7 ;;
    study | train) echo 8 ;;
    sweep) echo 9 ;;
    figure | page) echo 10 ;;
    command) echo 11 ;;
    validation) echo 12 ;;
    cli) echo 13 ;;
    esac
}

# src/WING/file.c -> WING
wing_of_path() {
    wing=${1#src/}
    echo "${wing%/*}"
}

# The wing of a public header X.h is where X.c is.
wing_of_header() {
    case $1 in
    config) echo base ;; # made by Meson
    rates) echo params ;; # only a struct
    *)
        set -- "$1" src/*/"$1".c src/deep/*/"$1".c
        for source in "$@"; do
            [ ! -e "$source" ] || wing_of_path "$source"
        done
        ;;
    esac
}

# Prints the wing an include leads to. Given: the name between the quotes.
wing_of_include() {
    case $1 in
    base/sonames.h) echo base ;; # made by Meson
    validation/*) [ ! -e "$1" ] || echo validation ;;
    alignode/*) [ ! -e "include/$1" ] && [ ! -e "include/$1.in" ] || wing_of_header "$(basename "$1" .h)" ;;
    *) [ ! -e "src/$1" ] || wing_of_path "src/$1" ;;
    esac
}

# A C file without comments and without the contents of strings.
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

# The commands, as "ode|chain|..."; train is also a set of samples.
commands=$(sed -n 's/^    {{"\([a-z]*\)",.*/\1/p' src/sweep/task.c | grep -vx train | paste -sd '|' -)
case $commands in
*ode*study*) ;;
*) complain "src/sweep/task.c: its commands are not found ('$commands')" ;;
esac

files=0
for file in include/alignode/*.h src/*/*.[ch] src/*/*/*.[ch]; do
    [ -e "$file" ] || continue
    files=$((files + 1))
    case $file in
    include/*) own=$(wing_of_header "$(basename "$file" .h)") ;;
    *) own=$(wing_of_path "$file") ;;
    esac
    mine=$(floor_of "$own")
    if [ -z "$mine" ]; then
        complain "$file: is in no known wing ('$own')"
        continue
    fi
    for name in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*["<]\(alignode\/[^">]*\)[">].*/\1/p
                          t
                          s/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$file"); do
        other=$(wing_of_include "$name")
        theirs=$(floor_of "$other")
        if [ -z "$theirs" ]; then
            complain "$file: includes $name, which is in no known wing"
        elif [ "$own" != "$other" ] && [ "$theirs" -ge "$mine" ]; then
            complain "$file: wing $own (floor $mine) includes $name of $other (floor $theirs)"
        fi
    done
    # src/run/finished.c and existing.c compare the commands of two results, whichever they are.
    case $file in
    src/run/finished.c | src/run/existing.c) compares_results=yes ;;
    *) compares_results= ;;
    esac
    if [ "$mine" -lt "$(floor_of sweep)" ] && [ -z "$compares_results" ]; then
        found=$({ bare_c "$file" | tr '\n' ' ' | grep -oE 'cmp *\([^;{}]*command[^;{}]*'
                  grep -nE "cmp *\(.*\"($commands)\"" "$file"; })
        [ -z "$found" ] || complain "$file: compares the name of a command, which src/sweep and above alone know: $found"
    fi
    [ "$own" = cli ] && continue
    words='printf|vprintf|puts|putchar|perror|psignal|exit|_exit|_Exit|quick_exit|abort'
    words="$words|raise|kill|isatty|ttyname|ctermid|tcgetattr|ioctl"
    streams='stdout|stderr|STDERR_FILENO'
    [ "$file" = src/file/part.c ] || streams="$streams|STDOUT_FILENO"
    found=$(bare_c "$file" |
        grep -nE "(^|[^A-Za-z0-9_.>])(($words)[ ]*\(|($streams)([^A-Za-z0-9_]|\$))" |
        grep -vE 'format\(printf,')
    [ -z "$found" ] || complain "$file: prints, exits or asks for a terminal, which only src/cli may: $found"
done
[ $files -gt 20 ] || complain "only $files files found below $1: wrong folder?"
[ $bad = 0 ] && echo "$files files keep to their floors"
exit $bad
