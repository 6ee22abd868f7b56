#!/usr/bin/env bash
# ./setup.sh        installs missing packages (Debian, Ubuntu) and builds
# ./setup.sh demo   also runs the first experiment; its last line is the path of the figure
# ./setup.sh test   also runs the fast tests
# ./setup.sh data [SET...]   fetches MNIST and CIFAR-10 (listed in datasets.tsv), or only the given sets,
#     into data/ or the folder $ALIGNODE_DATA, and prints that folder; with ALIGNODE_DATA_FROM=ADDRESS
#     it fetches files of the same names from that address (file:///...)
# ./setup.sh install [--prefix P]   builds and installs program, library, man pages and completion below P:
#     /usr/local for root, ~/.local for anyone else
# ./setup.sh uninstall [--prefix P]   removes what an installation has put there
# ./setup.sh packages NAME...   only installs these Debian packages if they are missing
# ./setup.sh --help   prints this
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

needed=(gcc libc6-dev meson ninja-build pkg-config libgsl-dev libfyaml-dev librandom123-dev
    libopenblas-dev libhdf5-dev zlib1g-dev check gnuplot-nox fonts-dejavu-core
    libxml2-dev libfontconfig-dev libfreetype-dev scdoc)

figure=demo/first.png
make_figure() { build/src/cli/alignode plot --run params/first.yaml -o "$figure" --force; }

say() { printf '%s\n' "$*" >&2; }
stop() {
    say "setup.sh: $1"
    exit 1
}

# Prints those of the named packages that are not installed. A package that provides the name counts,
# so that gnuplot-nox does not replace gnuplot-qt, for example.
missing_of() {
    dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' | awk -v wanted="$*" '
        $1 == "installed" {
            gsub(/\([^)]*\)/, "")
            gsub(/,/, " ")
            for (i = 2; i <= NF; i++)
                installed[$i] = 1
        }
        END {
            count = split(wanted, name, " ")
            for (i = 1; i <= count; i++)
                if (!(name[i] in installed))
                    print name[i]
        }'
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 \
        -o Acquire::http::Timeout=60 -o DPkg::Lock::Timeout=300 "$@" >&2
}

# What the packages are called elsewhere, for a system without apt or root.
tell_names() {
    say "alignode needs these packages (Debian's names):"
    say "  $*"
    say "Without root they can come from"
    say "  conda: conda install -c conda-forge c-compiler meson ninja pkg-config gsl libfyaml openblas hdf5 zlib gnuplot"
    say "  the modules of a cluster, usually called: gcc meson gsl openblas hdf5 gnuplot (module avail gsl)"
    say "  Random123 is a few headers, for everyone to unpack: https://github.com/DEShawResearch/random123"
    say "then: meson setup build --prefix ~/.local -Dc_args=-I/where/Random123/is/include && meson install -C build"
    say "OpenBLAS and HDF5 are needed for deep networks only, check for the tests, scdoc for the manual."
}

install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "setup.sh: no apt on this system"
        tell_names "$@"
        exit 1
    fi
    local missing
    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    say "setup.sh: installing ${missing[*]}"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        say "setup.sh: installing packages needs root, and there is no sudo; as root:"
        say "  apt-get install --no-install-recommends ${missing[*]}"
        tell_names "${missing[@]}"
        exit 1
    fi
    # Package lists are updated only if they are missing or too old to install from.
    if ! apt-cache show "${missing[@]}" >/dev/null 2>&1 ||
        ! apt install -y --no-install-recommends "${missing[@]}"; then
        apt update || stop "apt-get update failed: is the network up and the package mirror reachable?"
        apt install -y --no-install-recommends "${missing[@]}" ||
            stop "cannot install ${missing[*]}: see the messages of apt above (network, mirror, free disk?)"
    fi
}

# Reconfiguring an existing build folder keeps its options and detects newly installed packages.
build() {
    install_packages "${needed[@]}"
    if [ -f build/build.ninja ]; then
        meson setup --reconfigure build
    else
        meson setup build --buildtype=release
    fi
    ninja -C build
}

# ---- installation, in a build folder of its own: the prefix becomes part of the program ----

# prefix_of [--prefix P]: sets prefix
prefix_of() {
    prefix=$HOME/.local
    [ "$(id -u)" != 0 ] || prefix=/usr/local
    case ${1-} in
    '') ;;
    --prefix) [ -n "${2-}" ] || stop "--prefix needs a folder" && prefix=$2 && shift ;;
    --prefix=?*) prefix=${1#--prefix=} ;;
    *) stop "unknown argument '$1'; expected --prefix P" ;;
    esac
    [ $# -le 1 ] || stop "unknown argument '$2'"
    case $prefix in
    /*) ;;
    *) prefix=$OLDPWD/$prefix ;;
    esac
    prefix=${prefix%/}
    manifest=$prefix/share/alignode/installed
}

# The folders above a file that is about to be removed, up to the prefix.
folders_above() {
    local folder
    folder=$(dirname "$1")
    while [ "$folder" != "$prefix" ] && [ "$folder" != / ]; do
        printf '%s\n' "$folder"
        folder=$(dirname "$folder")
    done
}

# in_path FOLDER
in_path() {
    case :$PATH: in
    *":$1:"*) true ;;
    *) false ;;
    esac
}

install_all() {
    prefix_of "$@"
    install_packages "${needed[@]}"
    local options=(--prefix "$prefix" --libdir lib --buildtype=release -Dtests=false)
    if [ -f build-install/build.ninja ]; then
        meson setup --reconfigure build-install "${options[@]}"
    else
        meson setup build-install "${options[@]}"
    fi
    ninja -C build-install
    local destdir=${DESTDIR-}
    [ ! -f "$destdir$manifest" ] || remove_installed
    meson install -C build-install --no-rebuild --quiet
    mkdir -p "$(dirname "$destdir$manifest")"
    { grep -v '^#' build-install/meson-logs/install-log.txt; printf '%s\n' "$destdir$manifest"; } |
        while IFS= read -r file; do # folders are listed, too
            [ -d "$file" ] && [ ! -L "$file" ] || printf '%s\n' "${file#"$destdir"}"
        done >build-install/installed
    cp build-install/installed "$destdir$manifest"
    say "setup.sh: installed below $prefix; ./setup.sh uninstall --prefix $prefix removes it"
    in_path "$prefix/bin" || say "setup.sh: $prefix/bin is not in PATH; add to ~/.profile: PATH=$prefix/bin:\$PATH"
}

# Removes the files of the manifest, then folders that are left empty.
remove_installed() {
    local file folders
    folders=$(while IFS= read -r file; do folders_above "$file"; done <"${DESTDIR-}$manifest" | sort -ru)
    while IFS= read -r file; do
        [ -d "${DESTDIR-}$file" ] || rm -f "${DESTDIR-}$file"
    done < <(cat "${DESTDIR-}$manifest")
    while IFS= read -r file; do
        rmdir "${DESTDIR-}$file" 2>/dev/null || true
    done <<<"$folders"
}

uninstall_all() {
    prefix_of "$@"
    [ -f "${DESTDIR-}$manifest" ] || stop "nothing is installed below $prefix ($manifest is missing)"
    remove_installed
    say "setup.sh: removed alignode from $prefix"
}

demo() {
    build
    mkdir -p "$(dirname "$figure")"
    make_figure
    printf '%s\n' "$PWD/$figure"
}

run_tests() {
    build
    case $(meson test -C build --list) in
    *' / '*) ;; # "project:suite / name"
    *) stop "the build has no tests: is the package check installed?" ;;
    esac
    meson test -C build --print-errorlogs
}

# ---- data sets of datasets.tsv: a file gets its name only after its checksum was verified ----

# A relative folder is relative to where the script was called.
case ${ALIGNODE_DATA-} in
'') folder=$PWD/data ;;
/*) folder=$ALIGNODE_DATA ;;
*) folder=$OLDPWD/$ALIGNODE_DATA ;;
esac

sha256_of() {
    if command -v sha256sum >/dev/null; then
        sha256sum
    else
        shasum -a 256
    fi | cut -d ' ' -f 1
}

# is_correct FILE BYTES SHA256
is_correct() {
    [ -f "$1" ] && [ "$(wc -c <"$1")" -eq "$2" ] && [ "$(sha256_of <"$1")" = "$3" ]
}

# is_present FILE BYTES SHA256: as it is, or compressed as FILE.gz
is_present() {
    is_correct "$@" || { [ -f "$1.gz" ] && [ "$(gzip -dc "$1.gz" 2>/dev/null | sha256_of)" = "$3" ]; }
}

# transfer ADDRESS PART: appends to what PART already holds
transfer() {
    if command -v curl >/dev/null; then
        curl --fail --location --retry 3 --connect-timeout 60 --silent --show-error \
            --continue-at - --output "$2" "$1"
    else
        wget --continue --tries 3 --timeout 60 --no-verbose --output-document "$2" "$1"
    fi
}

# download ADDRESS PART: the same, or from the beginning if the server cannot resume. Sets the caller's
# `old` if the result contains data of an earlier run.
download() {
    local status=0
    say "setup.sh: fetching $1"
    [ -s "$2" ] || {
        transfer "$1" "$2"
        return
    }
    old=true
    transfer "$1" "$2" || status=$?
    case $status in
    22 | 33 | 36 | 8) # curl, wget: no such range, or unable to resume
        rm -f "$2"
        old=false
        transfer "$1" "$2"
        ;;
    *) return $status ;;
    esac
}

# get ADDRESS PART NAME: writes the file to PART, directly or from an archive. The archive is kept until
# the end because other files are in it too. A damaged archive shows in the checksum of the file.
get() {
    local archive
    archive=$folder/$(basename "$1")
    case $1 in
    *.tar.gz)
        if [ -f "$archive" ]; then
            old=true
        else
            download "$1" "$archive.part" || return
            mv "$archive.part" "$archive"
        fi
        tar -xzOf "$archive" --wildcards "*/$3" >"$2" || true
        ;;
    *) download "$1" "$2" ;;
    esac
}

# fetch FILE BYTES SHA256 ADDRESS: tries again if the data of an earlier run were wrong
fetch() {
    local part=$folder/$1.part address=$4 old=true
    [ -z "${ALIGNODE_DATA_FROM-}" ] || address=${ALIGNODE_DATA_FROM%/}/$(basename "$4")
    mkdir -p "$(dirname "$part")" || stop "cannot create the folder of $part"
    while [ $old = true ]; do
        old=false
        get "$address" "$part" "$(basename "$1")" || return
        if is_correct "$part" "$2" "$3"; then
            mv "$part" "$folder/$1"
            return
        fi
        say "setup.sh: $address: wrong file: $(wc -c <"$part") bytes with another checksum;" \
            "expected for $1: $2 bytes, SHA-256 $3"
        rm -f "$part" "$folder/$(basename "$address")"
    done
    return 1
}

# data [SET...]
data() {
    local sets set file bytes sum addresses address absent=0 dead=" " archives=()
    sets=$(grep -v '^#' datasets.tsv | cut -f 1 | uniq | tr '\n' ' ')
    for set in "$@"; do
        case " $sets" in
        *" $set "*) ;;
        *) stop "unknown data set '$set'; datasets.tsv has: $sets" ;;
        esac
    done
    command -v curl >/dev/null || command -v wget >/dev/null || install_packages curl ca-certificates
    while IFS=$'\t' read -r -u 3 set file bytes sum addresses; do
        case " ${*:-$sets} " in
        *" $set "*) ;;
        *) continue ;;
        esac
        if is_present "$folder/$file" "$bytes" "$sum"; then
            say "setup.sh: $file: already present"
            continue
        fi
        for address in $addresses; do
            case $dead in
            *" $address "*) continue ;; # an archive that could not be fetched for another file
            esac
            case $address in
            *.tar.gz) archives+=("$folder/$(basename "$address")") ;;
            esac
            if fetch "$file" "$bytes" "$sum" "$address"; then
                say "setup.sh: $file: checksum correct"
                continue 2
            fi
            dead+="$address "
        done
        absent=$((absent + 1))
    done 3< <(grep -v '^#' datasets.tsv)
    [ ${#archives[@]} -eq 0 ] || rm -f "${archives[@]}"
    [ $absent -eq 0 ] ||
        stop "$absent files are missing. Run this again to resume, set ALIGNODE_DATA_FROM to the address of a mirror, or copy the files to $folder"
    printf '%s\n' "$folder"
}

case "${1-}" in
'') build ;;
demo) demo ;;
test) run_tests ;;
data) data "${@:2}" ;;
packages) install_packages "${@:2}" ;;
install) install_all "${@:2}" ;;
uninstall) uninstall_all "${@:2}" ;;
-h | --help | help) sed -n '/^# /s/^# //p; /^set/q' "$0" ;;
*) stop "unknown argument '$1'; expected nothing, demo, test, install, uninstall, data [SET...] or packages NAME...; see ./setup.sh --help" ;;
esac
