#!/bin/sh
# man.sh ALIGNODE PAGE SCDOC: writes a man page, PAGE.SECTION, made from what the program prints of itself.
set -eu
alignode=$1 page=$2 scdoc=$3
version=$("$alignode" version | awk 'NR == 1 { print $NF }')

# What scdoc would take for markup.
plain() {
    sed 's/[\\_*`<>#]/\\&/g; s/^[][|.~+-]/\\&/'
}

head_of() { # NAME SECTION DESCRIPTION
    printf '%s(%s) "" "alignode %s"\n\n# NAME\n\n' "$1" "$2" "$version"
    printf '%s - %s\n\n' "$1" "$3" | plain
}

see_also() {
    printf '# SEE ALSO\n\n%s\n' "$1"
}

# Lines "  NAME   text" as a list.
listed() {
    awk '{ sub(/^ +/, ""); at = match($0, /  +/)
           if (at) print substr($0, 1, at - 1) "\t" substr($0, at + RLENGTH); else print $0 "\t" }' |
        while IFS='	' read -r name text; do
            printf '*%s*\n' "$(printf '%s' "$name" | plain)"
            printf '\t%s\n\n' "$(printf '%s' "$text" | plain)"
        done
}

main_page() {
    head_of alignode 1 "the dynamics of learning with feedback alignment"
    printf '# SYNOPSIS\n\n*alignode* _command_ [_arguments_] [_options_]\n\n# DESCRIPTION\n\n'
    printf '%s\n\n' "Integrates the order-parameter equations of two-layer teacher-student networks under back-propagation and feedback alignment, simulates them at finite N, compares the two, trains deep networks under the same rules, and draws figures." | plain
    printf '# COMMANDS\n\n'
    "$alignode" help | awk '
        function flush() { if (name != "") print "  " name "  " text; name = "" }
        /^  [a-z]/ { flush(); n = split(substr($0, 3), part, /  +/); name = part[1]; sub(/ [A-Z].*/, "", name)
                     text = n > 2 ? part[3] : part[2] ~ /^[[A-Z]/ ? "" : part[2]; next }
        /^      / && name != "" { sub(/^ +/, ""); text = text (text == "" ? "" : " ") $0; next }
        { flush() }
        END { flush() }' | listed
    cat <<END
# EXIT STATUS

*0*
	done

*1*
	failed while running

*2*
	mistake in usage or in a parameter file

*3*
	a comparison or a claim is outside its tolerance

*130*
	stopped by the user or a signal; what was finished is kept

# ENVIRONMENT

*ALIGNODE\_DATA*
	folder of data sets; without it, data in the working directory

*COLUMNS*, *LINES*
	size of the terminal

END
    see_also '*alignode-params*(5), *alignode-ode*(1), *alignode-compare*(1), *alignode-train*(1), *alignode-sweep*(1), *alignode-plot*(1), *gnuplot*(1)'
}

command_page() {
    command=${page#alignode-}
    command=${command%.1}
    help=$("$alignode" help "$command")
    head_of "${page%.1}" 1 "$(printf '%s\n' "$help" | awk 'NR == 2 { sub(/^ +/, ""); print }')"
    printf '# SYNOPSIS\n\n%s\n\n# OPTIONS\n\n' "$(printf '%s\n' "$help" | head -n 1 | plain)"
    printf '%s\n' "$help" | tail -n +3 | grep '^  ' | listed
    printf '%s\n' "$help" | tail -n +3 | grep -v '^  ' | plain # where results go
    printf '\n'
    see_also '*alignode*(1), *alignode-params*(5)'
}

params_page() {
    head_of alignode-params 5 "parameter files of alignode"
    printf '# DESCRIPTION\n\n'
    printf '%s\n\n' "Parameter files are YAML. Keys are written here with dots: learning.rate is the key rate of the section learning. Any of them can be overridden on the command line: --set learning.rate=0.2." | plain
    "$alignode" params | sed 's/[\\_*`<>]/\\&/g' | awk '
        function flush() { if (line != "") print "\t" line; line = "" }
        /^# / { flush(); sub(/^# /, ""); print "\n# " toupper($0); next }
        /^[^ ]/ { flush(); print "\n*" $0 "*"; next }
        /^ / { if (line != "") print "\t" line "++"; sub(/^ +/, ""); line = $0 }
        END { flush() }'
    printf '\n'
    see_also '*alignode*(1)'
}

case $page in
alignode.1) main_page ;;
alignode-params.5) params_page ;;
*) command_page ;;
esac | "$scdoc"
