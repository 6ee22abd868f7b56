# The allowed ranges of published numbers of one quantity, from the lines of published.md: epochs, from and to, and values,
# from and to. usage: awk -v title='MNIST tanh' -v what=WA -f points.awk ../published.md
BEGIN { FS = " *[|] *"; OFS = "\t"; print "from", "to", "low", "high" }
index($2, title " dfa: ") != 1 || $5 !~ /pass|FAIL/ { next }
{
    line = substr($2, length(title " dfa: ") + 1)
    split($4, range, " ... ")
    if (line == "epoch of the largest " what) { from = range[1]; to = range[2] }
    else if (line == "largest " what) { low = range[1]; high = range[2] }
    else if (index(line, what " at epoch ") == 1) {
        sub(/.* at epoch /, "", line)
        print line / 1.3, line * 1.3, range[1], range[2]
    } else if (line == what " at the end") print 2000, 3000, range[1], range[2]
}
# A largest value whose epoch has no line may be anywhere.
END { if (high != "") print (from != "" ? from : 100), (to != "" ? to : 3000), low, high }
