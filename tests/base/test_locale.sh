# Usage: test_locale.sh PROGRAM... Runs test programs in a locale with a decimal comma, created here.
set -u
if ! command -v localedef >/dev/null || [ ! -e /usr/share/i18n/locales/de_DE ]; then
    echo "skipped: localedef or its sources are missing (package locales)"
    exit 77
fi
LOCPATH=$(mktemp -d) || exit 1
trap 'rm -rf "$LOCPATH"' EXIT
export LOCPATH
localedef -i de_DE -f UTF-8 "$LOCPATH/comma" || exit 1
point=$(LC_ALL=comma locale decimal_point)
[ "$point" = , ] || {
    echo "the decimal point is '$point'"
    exit 1
}
bad=0
for program in "$@"; do
    ALN_TEST_LOCALE=comma "$program" || bad=1
done
exit $bad
