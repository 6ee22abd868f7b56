# The functions and tables that headers declare: lines "WHERE NAME API DOC", where WHERE is
# FILE:LINE, API is yes when the declaration begins with ALN_API, and DOC is yes when there is a
# comment before it, on its lines, or before a group of declarations without blank lines.
function finish(statement,    name) {
    gsub(/[ \t]+/, " ", statement)
    sub(/^ /, "", statement)
    if (statement ~ /\{/ || statement !~ /(\(|^(ALN_API )?extern )/ || statement ~ /^typedef /)
        return
    if (statement ~ /\(/) {
        match(statement, /[A-Za-z_0-9]+ ?\(/)
        name = substr(statement, RSTART, RLENGTH - 1)
    } else {
        match(statement, /[A-Za-z_0-9]+( ?\[[^]]*\])*;$/)
        name = substr(statement, RSTART, RLENGTH)
    }
    sub(/[^A-Za-z_0-9].*$/, "", name)
    print place, name, statement ~ /^ALN_API / ? "yes" : "no", documented ? "yes" : "no"
}
FNR == 1 { comment = depth = 0; statement = ""; documented = 0 }
/^[ \t]*$/ && !comment && depth == 0 && statement == "" { documented = 0; next }
/^#/ && !comment { next }
/^(extern "C" \{|\})$/ && !comment && depth == 0 { next }
{
    if (!comment && /\/\*/)
        documented = 1
    for (i = 1; i <= length($0); i++) {
        two = substr($0, i, 2)
        c = substr($0, i, 1)
        if (comment) {
            if (two == "*/") { comment = 0; i++ }
        } else if (two == "/*") { comment = 1; i++ }
        else {
            if (statement == "" && c !~ /[ \t]/) place = FILENAME ":" FNR
            if (statement != "" || c !~ /[ \t]/) statement = statement c
            if (c == "{") depth++
            if (c == "}") depth--
            if (c == "}" && depth == 0 && statement ~ /^static inline /) statement = ""
            if (c == ";" && depth == 0) { finish(statement); statement = "" }
        }
    }
    if (statement != "") statement = statement " "
}
