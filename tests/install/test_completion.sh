#!/bin/bash
# Usage: test_completion.sh ALIGNODE ROOT: what is offered for completion in bash, and, where there is zsh, that its
# file is read; the man pages cover all commands.
set -u
alignode=$1 root=$2
failed=0 checks=0
. "$root/share/completion/alignode.bash"

# offers LINE WORD...: completing LINE offers each word; !WORD: does not.
offers() {
    local line=$1 word
    shift
    checks=$((checks + 1))
    COMP_LINE=$alignode${line#alignode}
    COMP_POINT=${#COMP_LINE}
    read -ra COMP_WORDS <<<"$COMP_LINE"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _alignode
    for word in "$@"; do
        case $word in
        '!'*) ! printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -e "${word#!}" || complain "$line offers ${word#!}" ;;
        *) printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -e "$word" || complain "$line does not offer $word: ${COMPREPLY[*]}" ;;
        esac
    done
}

complain() {
    echo "not ok: $*"
    failed=$((failed + 1))
}

offers 'alignode ' ode sweep plot help
offers 'alignode sw' sweep '!ode'
offers 'alignode ode x.yaml --' --set --resume --quiet --check '!--shard'
offers 'alignode sweep x.yaml --sh' --shard
offers 'alignode ode x.yaml --set learning.r' learning.rate= learning.rule= '!run.time='
offers 'alignode ode x.yaml --set learning.rule=' bp dfa
offers 'alignode ode x.yaml --set learning.rule=k' kolen-pollack '!dfa'
offers 'alignode ode x.yaml --set ode.check=' true false
offers 'alignode plot x.tsv --figure ' alignment map
offers 'alignode list s' studies steppers
offers 'alignode params run.t' run.time
offers 'alignode help t' train

if command -v zsh >/dev/null; then
    checks=$((checks + 1))
    zsh -n "$root/share/completion/_alignode" || complain 'zsh cannot read _alignode'
fi

# Commands of `alignode help` and those that have a man page.
checks=$((checks + 1))
pages=$(sed -n "/^man_commands/,/]/p" "$root/share/meson.build" | grep -o "'[a-z]*'" | tr -d "'" | sort | tr '\n' ' ')
commands=$("$alignode" help | awk '/^  [a-z]/ { print $1 }' | sort | tr '\n' ' ')
[ "$pages" = "$commands" ] || complain "man pages: $pages; commands: $commands"

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
