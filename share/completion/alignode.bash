# Completion of alignode for bash: commands, options, parameters and their values, as the program lists them.

# The names that `alignode list KIND` prints.
_alignode_names() {
    "$program" list "$@" 2>/dev/null | awk '/^ *[^ ]/ && !/:$/ { print $1 }'
}

# All parameters, with "=".
_alignode_keys() {
    "$program" params 2>/dev/null | awk '/^[a-z]/ { print $1 "=" }' | sort -u
}

# The values of a parameter that is one of some names, or true or false.
_alignode_values() {
    "$program" params "$1" 2>/dev/null | awk '
        /^ *type: true or false/ { print "true"; print "false" }
        /^ *type:.*\(.*\|.*\)/ { sub(/^[^(]*\(/, ""); sub(/\).*/, ""); gsub(/ \| /, "\n"); print }' | sort -u
}

_alignode() {
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]-} cur prev words key
    # A word may be split at "=" and ":": join it again.
    local line=${COMP_LINE:0:COMP_POINT}
    cur=${line##*[[:space:]]}
    line=${line%"$cur"}
    line=${line%"${line##*[![:space:]]}"}
    prev=${line##*[[:space:]]}
    COMPREPLY=()
    if [[ $prev == "${program}" || -z $command ]]; then
        words=$(_alignode_names commands)$'\n'$("$program" help 2>/dev/null | awk '/^  [a-z]/ { print $1 }')
    else
        case $prev in
        --set | --over)
            if [[ $cur == *=* ]]; then
                key=${cur%%=*}
                words=$(_alignode_values "$key")
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "${cur#*=}")
                [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/$key=}")
                return
            fi
            compopt -o nospace 2>/dev/null
            words=$(_alignode_keys)
            ;;
        --figure) words=$(_alignode_names figures) ;;
        -o | --runs) return ;; # files
        help) words=$(_alignode_names commands) ;;
        *)
            if [[ $cur == -* ]]; then
                words=$("$program" help "$command" 2>/dev/null | grep -o -e '^  -[-a-z]*' | tr -d ' ')
            else
                case $command in
                list) words=$("$program" list 2>/dev/null | awk '/^[a-z]/ { print $1 }') ;;
                params) words=$(_alignode_keys | tr -d =) ;;
                report) words="quick full $(_alignode_names claims)" ;;
                help) words=$(_alignode_names commands) ;;
                *) words=$(_alignode_names examples) ;;
                esac
            fi
            ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o bashdefault -o default -F _alignode alignode
