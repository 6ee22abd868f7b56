#!/bin/sh
# ./setup.sh data, with a folder in place of the network: whatever the server delivers, a file gets
# its name only if its checksum is correct, and an interrupted download resumes.
# usage: test_data.sh ROOT
set -u
root=$(realpath "$1")
if ! command -v curl >/dev/null || ! command -v sha256sum >/dev/null; then
    echo "skipped: no curl or no sha256sum"
    exit 77
fi
work=$(mktemp -d)
server_process=
trap 'rm -rf "$work"; [ -z "$server_process" ] || kill $server_process' EXIT
cd "$work" || exit 1
failed=0
checks=0
unset ALIGNODE_DATA

complain() {
    failed=$((failed + 1))
    echo "not ok: $*"
    sed 's/^/    /' err.log
}

# Two small data sets: `one` of plain files, `two` of files in an archive.
mkdir house server server/in cache
cp "$root/setup.sh" house/
seq 1 20000 >a
seq 1 300 >b
seq 1 4000 >c
seq 1 500 >d
row() {
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$(wc -c <"$3")" "$(sha256sum <"$3" | cut -c 1-64)" "$4"
}
{
    echo '# comment'
    row one one/a a https://nowhere.invalid/x/a
    row one one/b b 'https://nowhere.invalid/x/other https://nowhere.invalid/x/b'
    row two two/c c https://nowhere.invalid/two.tar.gz
    row two two/d d https://nowhere.invalid/two.tar.gz
} >house/datasets.tsv

# A correct server, nothing downloaded yet.
fresh() {
    rm -rf server data
    mkdir -p server pack/files
    cp a b server/
    cp c d pack/files/
    tar -czf server/two.tar.gz -C pack files
}

# ends STATUS WORDS ARGUMENT...: checks the exit status of setup.sh data and for a matching line on
# standard error; only correct files have their names.
ends() {
    want=$1
    words=$2
    shift 2
    checks=$((checks + 1))
    ALIGNODE_DATA=$work/data ALIGNODE_DATA_FROM=file://$work/server \
        timeout 300 house/setup.sh data "$@" >out.log 2>err.log </dev/null
    got=$?
    [ $got -eq "$want" ] || complain "exit $got, wanted $want, where '$words' was expected"
    grep -q -e "$words" err.log || complain "no '$words'"
    for file in one/a one/b two/c two/d; do
        if [ -e "data/$file" ]; then
            cmp -s "data/$file" "$(basename $file)" || complain "data/$file is wrong"
        fi
    done
}

# has WORDS: checks that these are all the files
has() {
    checks=$((checks + 1))
    now=$(cd data && find . -type f | sort | sed 's|^\./||' | tr '\n' ' ')
    [ "$now" = "$*${*:+ }" ] || complain "files are '$now', wanted '$*'"
}
has_all() {
    has one/a one/b two/c two/d
}

fresh
ends 0 'one/a: checksum correct'
has_all
[ "$(cat out.log)" = "$work/data" ] || complain 'does not print the folder'
rm -r server
ends 0 'two/d: already present'
has_all

# a compressed file in the same place is accepted
gzip -9 data/two/c
ends 0 'two/c: already present'
has one/a one/b two/c.gz two/d
head -c 1000 data/two/c.gz >piece
mv piece data/two/c.gz
ends 1 'two.tar.gz'

# a single set; one that does not exist
fresh
ends 0 'one/b: checksum correct' one
has one/a one/b
ends 1 "unknown data set 'three'; datasets.tsv has: one two" three

# relative to the user's folder, not to the script's
fresh
checks=$((checks + 1))
(cd cache && ALIGNODE_DATA=here ALIGNODE_DATA_FROM=file://$work/server ../house/setup.sh data one) \
    >out.log 2>err.log
cmp -s cache/here/one/a a || complain 'relative folder'

# ---- wrong files on the server ----
fresh
sed 's/7/8/' a >server/a
ends 1 'a: wrong file: 108894 bytes with another checksum'
has one/b two/c two/d
fresh
head -c 5000 a >server/a
ends 1 'a: wrong file: 5000 bytes'
has one/b two/c two/d
fresh
echo more >>server/a
ends 1 'a: wrong file: 108899 bytes'
has one/b two/c two/d
fresh
: >server/a
ends 1 'expected for one/a: 108894 bytes, SHA-256'
has one/b two/c two/d
fresh
rm server/a
ends 1 '1 files are missing.*ALIGNODE_DATA_FROM'
has one/b two/c two/d
fresh
rm server/two.tar.gz
ends 1 '2 files are missing'
has one/a one/b
fresh
head -c 3000 server/two.tar.gz >piece
mv piece server/two.tar.gz
ends 1 'two.tar.gz: wrong file'
has one/a one/b
fresh
sed 's/7/8/' c >pack/files/c
tar -czf server/two.tar.gz -C pack files
ends 1 'two.tar.gz: wrong file'
has one/a one/b
fresh
rm pack/files/d
tar -czf server/two.tar.gz -C pack files
ends 1 'two.tar.gz: wrong file: 0 bytes'
has one/a one/b two/c

# ---- left over from earlier downloads ----
# The beginning is present; the server has it wrong, which shows that it is not fetched again.
fresh
mkdir -p data/one
head -c 7000 a >data/one/a.part
{
    head -c 7000 /dev/zero
    tail -c +7001 a
} >server/a
ends 0 'one/a: checksum correct'
has_all
fresh
mkdir -p data/one
head -c 7000 /dev/zero >data/one/a.part
ends 0 'one/a: checksum correct'
has_all
fresh
mkdir -p data/one
seq 1 30000 >data/one/a.part
ends 0 'one/a: checksum correct'
has_all
fresh
mkdir -p data/one
cp a data/one/a.part
ends 0 'one/a: checksum correct'
has_all
fresh
mkdir -p data
head -c 2000 server/two.tar.gz >data/two.tar.gz.part
ends 0 'two/d: checksum correct'
has_all
fresh
mkdir -p data
head -c 2000 server/two.tar.gz >data/two.tar.gz
ends 0 'two/d: checksum correct'
has_all
# A wrong file under the right name is replaced.
fresh
mkdir -p data/one
echo wrong >data/one/a
ends 0 'one/a: checksum correct'
has_all

# ---- interrupted downloads ----
# A curl that stops half-way, as when the connection is lost.
fresh
mkdir -p cut-line
cat >cut-line/curl <<'SH'
#!/bin/sh
while [ $# -gt 1 ]; do
    [ "$1" = --output ] && to=$2
    shift
done
head -c 4000 "${1#file://}" >"$to"
exit 56
SH
chmod +x cut-line/curl
path=$PATH
PATH=$work/cut-line:$PATH
ends 1 'files are missing'
PATH=$path
has one/a.part one/b.part two.tar.gz.part
ends 0 'one/a: checksum correct'
has_all

# ---- with wget alone, from a server on this machine ----
if command -v wget >/dev/null && command -v python3 >/dev/null; then
    fresh
    mkdir -p tools
    for tool in bash env sh dirname basename grep cut uniq tr wc mv rm mkdir tar gzip sha256sum cat wget; do
        ln -sf "$(command -v $tool)" tools/$tool
    done
    (cd server && exec python3 -u -m http.server --bind 127.0.0.1 0) >http.log 2>&1 &
    server_process=$!
    port=
    while [ -z "$port" ] && kill -0 $server_process 2>/dev/null; do
        sleep 0.1
        port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' http.log)
    done
    for leftover in '' 7000; do
        checks=$((checks + 1))
        rm -rf data
        [ -z "$leftover" ] || { mkdir -p data/one && head -c "$leftover" /dev/zero >data/one/a.part; }
        PATH=$work/tools ALIGNODE_DATA=$work/data ALIGNODE_DATA_FROM=http://127.0.0.1:$port \
            no_proxy='*' house/setup.sh data >out.log 2>err.log </dev/null || complain 'wget'
        has_all
    done
    checks=$((checks + 1))
    rm -rf data server/a
    PATH=$work/tools ALIGNODE_DATA=$work/data ALIGNODE_DATA_FROM=http://127.0.0.1:$port \
        no_proxy='*' house/setup.sh data one >out.log 2>err.log </dev/null && complain 'wget, none there'
    grep -q 404 err.log || complain 'no 404'
    [ ! -e data/one/a ] || complain 'a file of nothing'
else
    echo 'not tried: wget (or no python3 to serve)'
fi

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
