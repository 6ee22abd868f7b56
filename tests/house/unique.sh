# Usage: unique.sh ROOT. No two sources or headers share a basename, and no two structs or enums a
# name, not even private ones: a name leads a reader to one place.
set -u
cd "$1" || exit 1
bad=0
files=$(find include src validation -name '*.[ch]')
twice=$(printf '%s\n' $files | sed 's|.*/||' | sort | uniq -d)
for name in $twice; do
    echo "several files are called $name:" $(printf '%s\n' $files | grep "/$name\$")
    bad=1
done
# A definition opens with its name at the beginning of the line; a declaration ends with ";".
types=$(awk '/^ *(struct|enum|union) [a-z_0-9]+ \{$/ {
    sub(/^ */, "")
    print $1 " " $2 "\t" FILENAME
}' $files)
twice=$(printf '%s\n' "$types" | cut -f 1 | sort | uniq -d)
printf '%s\n' "$twice" | while read -r name; do
    [ -z "$name" ] || echo "$name is defined several times:" $(printf '%s\n' "$types" | grep "^$name	" | cut -f 2)
done
[ -z "$twice" ] || bad=1
[ "$(printf '%s\n' "$types" | wc -l)" -gt 50 ] || { echo "hardly any structs found below $1"; bad=1; }
exit $bad
