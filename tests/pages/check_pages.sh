#!/bin/sh
# Usage: check_pages.sh PAGE.html... [--brief] [--pictures FOLDER]
#
# Loads web pages in headless Chromium, as on a phone (360 pixels) and on a desk (1280), light and dark: no message on
# the console, nothing loaded from elsewhere, no id twice, the page no wider than the window, text that can be read on
# its ground. --brief: two of the four. With --pictures, also saves PAGE-WIDTH-SCHEME.png. Skipped (exit status 77) without Chromium.
set -u
. "$(dirname "$(realpath "$0")")/../cli/checks.sh"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo 'skipped: Chromium is not installed'
    exit 77
}
pictures=
pages=
looks='360,light 360,dark 1280,light 1280,dark'
while [ $# -gt 0 ]; do
    case $1 in
    --pictures)
        pictures=$(realpath "$2")
        shift
        ;;
    --brief) looks='360,dark 1280,light' ;;
    *) pages="$pages $(realpath "$1")" ;;
    esac
    shift
done
cd "$work" || exit 1

# Runs in the page and leaves what it finds in its title.
cat >probe.html <<'END'
<script>
addEventListener('load', () => {
  const colour = c => { const [r, g, b] = c.match(/[\d.]+/g).map(x => { x /= 255
      return x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4 })
    return .2126 * r + .7152 * g + .0722 * b }
  const ground = colour(getComputedStyle(document.body).backgroundColor)
  const contrast = e => { const ink = colour(getComputedStyle(e).color)
    return (Math.max(ink, ground) + .05) / (Math.min(ink, ground) + .05) }
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id)
  const texts = [...document.querySelectorAll('h1,h2,p:not(.alarm),a,summary,figcaption,.pass')]
  const found = {
    window: innerWidth,
    page: document.documentElement.scrollWidth,
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    loaded: performance.getEntriesByType('resource').filter(r => !r.name.startsWith('data:')).length,
    twice: ids.length - new Set(ids).size,
    broken: [...document.querySelectorAll('a[href^="#"]')].filter(a => !document.getElementById(a.hash.slice(1))).length,
    index: [...document.querySelectorAll('.index')].every(e => e.scrollWidth <= e.clientWidth),
    contrast: Math.min(...texts.map(contrast)) >= 4.5,
  }
  parent.document.title = 'found ' + Object.entries(found).map(([k, v]) => k + '=' + v).join(' ') + ' end'
})
</script>
END

# open_page PAGE WIDTH SETTING OPTION...: loads it.
open_page() {
    page=$1 width=$2 setting=$3
    shift 3
    HOME=$work timeout 120 "$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
        --user-data-dir="$work/profile" --no-first-run --enable-logging=stderr \
        --blink-settings=preferredColorScheme="$setting" --window-size="$width",2400 "$@" "file://$page" 2>messages.log
}

says() {
    grep -q " $1 " found.log || { cat found.log; return 1; }
}

# look PAGE WIDTH SCHEME. A window of Chromium cannot be as narrow as a frame.
look() {
    shown=$(basename "$1" .html) setting=1
    [ "$3" != dark ] || setting=0
    cat "$1" probe.html >probed.html
    echo "<!DOCTYPE html><title>frame</title><iframe src=probed.html width=$2 height=2000 style='border:0'></iframe>" >frame.html
    open_page "$work/frame.html" 1400 "$setting" --allow-file-access-from-files --dump-dom | grep -o '<title>found [^<]*' | head -n 1 >found.log
    check "$shown, $2, $3: loaded" says "window=$2"
    check "$shown, $2, $3: its colours" says "dark=$([ "$3" = dark ] && echo true || echo false)"
    check "$shown, $2, $3: not wider than the window" says "page=$2"
    check "$shown, $2, $3: its list is seen in full" says 'index=true'
    check "$shown, $2, $3: nothing is loaded" says 'loaded=0'
    check "$shown, $2, $3: no id twice" says 'twice=0'
    check "$shown, $2, $3: its links lead somewhere" says 'broken=0'
    check "$shown, $2, $3: contrast" says 'contrast=true'
    check "$shown, $2, $3: no message on the console" sh -c '! grep CONSOLE messages.log'
    [ -z "$pictures" ] || open_page "$1" "$2" "$setting" --screenshot="$pictures/$shown-$2-$3.png"
}

for page in $pages; do
    for each in $looks; do
        look "$page" "${each%,*}" "${each#*,}"
    done
done

echo "$checks checks, $failed failed"
[ "$checks" -gt 0 ] && [ $failed -eq 0 ]
