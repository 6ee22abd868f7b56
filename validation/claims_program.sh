# Usage: claims_program.sh AR HEADER LIBRARY...: writes a header with a checksum of the objects in
# static libraries, thin ones included.
set -eu
ar=$1 header=$2
shift 2
for library; do "$ar" p "$library"; done >"$header.objects"
[ -s "$header.objects" ]
sum=$(sha256sum "$header.objects")
rm "$header.objects"
printf '#define ALN_CLAIMS_PROGRAM "%.12s"\n' "$sum" >"$header"
