# Completes command lines of @NAME@ in fish.
#
# '@NAME@ @COMPLETE@ WORDS...' prints candidates, each with an optional description
# after a TAB, and a last line ':N'. N is a sum of: 1 failed, 2 no space after the
# word, 4 no files, 8 files with these extensions only, 16 folders only, 32 keep
# the order.

function __@NAME@_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    # A word that is not there yet is empty, not absent.
    set -l word "$(commandline -ct)"
    set -l answer ($program @COMPLETE@ $words $word 2>/dev/null)
    or return
    test (count $answer) -gt 0
    or return
    set -l directive (string replace -r '^:' '' -- $answer[-1])
    string match -qr '^[0-9]+$' -- $directive
    or return
    set -e answer[-1]
    test (math "bitand($directive, 1)") -eq 0
    or return

    # The value in --flag=value is completed on its own; fish wants the whole word.
    set -l prefix "$(string match -r -- '^-.*?=' $word)"

    if test (math "bitand($directive, 8)") -ne 0
        for extension in $answer
            __fish_complete_suffix $word .(string replace -r '^\.' '' -- $extension)
        end
        return
    end
    if test (math "bitand($directive, 16)") -ne 0
        __fish_complete_directories $word
        return
    end
    # Remarks are for shells that can show them apart.
    set -l candidates (string match -v -- '_activeHelp_ *' $answer)
    if test (count $candidates) -eq 0
        if test (math "bitand($directive, 4)") -eq 0
            __fish_complete_path $word
        end
        return
    end
    # fish adds no space after a word that ends in one of these; any other gets a twin,
    # so that it does not stand alone.
    if test (math "bitand($directive, 2)") -ne 0; and test (count $candidates) -eq 1
        set -l only (string split -f1 \t -- $candidates[1])
        if not string match -qr '[@=/:.,-]$' -- $only
            printf '%s\n' "$prefix$only."
        end
    end
    for candidate in $candidates
        printf '%s\n' "$prefix$candidate"
    end
end

complete -c @NAME@ -e
complete -c @NAME@ -f -a '(__@NAME@_complete)'
