#!/bin/bash
# Usage: test_home.sh ROOT: as a user without root would: unpacks the release tarball of ROOT, a git checkout, and
# installs it into a home folder with ./setup.sh install; then uses the program, its manual and its completion
# there, and uninstalls it. For .ci/run: compiles everything. As root it does so as the user nobody.
set -u
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 checks=0

check() {
    local name=$1
    shift
    checks=$((checks + 1))
    if ! "$@" >"$work/log" 2>&1; then
        failed=$((failed + 1))
        echo "not ok: $name: $*"
        tail -n 20 "$work/log" | sed 's/^/    /'
    fi
}

# As the user, in the folder of the unpacked tarball.
user() {
    local as=()
    [ "$(id -u)" != 0 ] || as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    (cd "$source" && "${as[@]}" env -i HOME="$home" CCACHE_DISABLE=1 PATH="$home/.local/bin:/usr/bin:/bin" LC_ALL=C.UTF-8 "$@")
}

check 'a tarball' git -c safe.directory="$root" -C "$root" archive --format=tar.gz --prefix=alignode/ HEAD -o "$work/alignode.tar.gz"
tar -C "$work" -xzf "$work/alignode.tar.gz" || exit 1
source=$work/alignode
home=$work/home
mkdir "$home"
[ "$(id -u)" != 0 ] || chown -R nobody:nogroup "$work"

check 'installs without root' user ./setup.sh install
prefix=$home/.local
check 'the program is in PATH' user alignode version
check 'an example runs by name' user sh -c 'cd "$HOME" && alignode ode first --set run.time=1 -o x.tsv'
check 'and is drawn with the installed scripts' user sh -c 'cd "$HOME" && mv "$OLDPWD/plots" "$OLDPWD/away" && alignode plot x.tsv; status=$?; mv "$OLDPWD/away" "$OLDPWD/plots"; exit $status'
check 'the manual is there' test -s "$prefix/share/man/man1/alignode.1" -a -s "$prefix/share/man/man5/alignode-params.5"
check 'and can be read' user sh -c '! command -v man >/dev/null || MANPATH=$HOME/.local/share/man man -w alignode'
check 'completion is there' test -s "$prefix/share/bash-completion/completions/alignode" -a -s "$prefix/share/zsh/site-functions/_alignode"
check 'pkg-config finds the library' user env PKG_CONFIG_PATH="$prefix/lib/pkgconfig" pkg-config --exists alignode
check 'installs again over itself' user ./setup.sh install
check 'uninstalls' user ./setup.sh uninstall
rm -f "$home"/x.*
check 'and leaves nothing' sh -c "[ -z \"\$(find '$home' -type f)\" ]"
checks=$((checks + 1))
! user ./setup.sh uninstall >"$work/log" 2>&1 && grep -q 'nothing is installed' "$work/log" || {
    failed=$((failed + 1))
    echo 'not ok: a second uninstall says that nothing is installed'
}

echo "$checks passed, $failed failed, 0 skipped" | sed "s/^$checks/$((checks - failed))/"
[ $failed -eq 0 ]
