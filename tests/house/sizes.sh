# Usage: sizes.sh ROOT. No file of more than 700 lines.
set -u
cd "$1" || exit 1
find include src tests validation examples plots python setup.sh .ci -type f \
    \( -name '*.[ch]' -o -name '*.sh' -o -name '*.gp' -o -name '*.py' -o -name run \) -exec wc -l {} + |
    awk '$2 != "total" { files++ }
         $2 != "total" && $1 > 700 { print $2 ": " $1 " lines, more than 700"; bad = 1 }
         END { print files " files"; exit bad || files < 20 }'
