# Usage: tables.sh ROOT. Every table of named things (struct aln_names) of the library and the
# program is covered by a test: one that runs over all of its rows (TABLE.count), or one that names
# them (COVERS(&TABLE, ...), tests/covers.h), so that a new row cannot be forgotten.
set -u
cd "$1" || exit 1
bad=0
tables=$(grep -rhoE '^const struct aln_names aln_[a-z_]+ =' src | awk '{ print $4 }')
for table in $tables; do
    case $table in
    # The command line's own words and the list of commands are tested by tests/cli and tests/sweep.
    aln_cli_commands | aln_tasks) continue ;;
    esac
    grep -rqE "(\b$table\.count\b|COVERS\(&$table\b)" tests --include='*.[ch]' || {
        echo "no test covers the rows of $table: let one run over all of them, or name those that"
        echo "have a test with COVERS(&$table, ...), tests/covers.h"
        bad=1
    }
done
[ "$(printf '%s\n' $tables | wc -l)" -gt 20 ] || { echo "hardly any tables found below $1"; bad=1; }
exit $bad
