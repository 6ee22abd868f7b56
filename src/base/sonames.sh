#!/bin/sh
# Usage: sonames.sh LIBRARY. The sonames of OpenBLAS and HDF5 among what it needs, as a C header.
set -eu
needed=$(objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }')
for name in openblas hdf5; do
    soname=$(echo "$needed" | grep "$name" | grep -v _hl | head -n 1)
    [ -n "$soname" ] || {
        echo "no $name among: $needed" >&2
        exit 1
    }
    printf '#define ALN_SONAME_%s "%s"\n' "$(echo "$name" | tr a-z A-Z)" "$soname"
done
