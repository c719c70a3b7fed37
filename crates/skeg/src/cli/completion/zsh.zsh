#compdef @NAME@
# Completes command lines of @NAME@ in zsh.
#
# '@NAME@ @COMPLETE@ WORDS...' prints candidates, each with an optional description
# after a TAB, and a last line ':N'. N is a sum of: 1 failed, 2 no space after the
# word, 4 no files, 8 files with these extensions only, 16 folders only, 32 keep
# the order.

_@NAME@() {
    local answer line directive prefix
    local -a lines candidates options
    # Words after the cursor do not count; a word that is not there yet is empty.
    local -a typed=("${(@)words[2,CURRENT]}")
    (( ${#typed} )) || typed=("")

    answer=$("${words[1]}" @COMPLETE@ "${(@Q)typed}" 2>/dev/null) || return 1
    lines=("${(@f)answer}")
    directive=${lines[-1]#:}
    lines[-1]=()
    [[ $directive == <-> ]] || return 1
    (( directive & 1 )) && return 1

    # The value in --flag=value is completed on its own.
    local last=${typed[-1]}
    [[ $last == -*=* ]] && prefix=${last%%=*}=
    [[ -n $prefix ]] && compset -P "${(b)prefix}"

    if (( directive & 8 )); then
        _arguments "*:file:_files -g '*.(${(j:|:)lines#.})'"
        return
    fi
    if (( directive & 16 )); then
        _files -/
        return
    fi
    for line in $lines; do
        case $line in
            _activeHelp_\ *) compadd -x "${line#_activeHelp_ }" ;;
            # _describe takes what follows a colon for the description.
            *$'\t'*) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
            *) candidates+=("${line//:/\\:}") ;;
        esac
    done
    (( directive & 2 )) && options+=(-S '')
    (( directive & 32 )) && options+=(-V)
    if (( ${#candidates} )) && _describe -t commands completions candidates $options; then
        return 0
    fi
    (( directive & 4 )) && return 1
    _files
}

# Loaded from a folder in $fpath, this file is the function; sourced, it defines it.
if [[ $funcstack[1] == _@NAME@ ]]; then
    _@NAME@ "$@"
else
    compdef _@NAME@ @NAME@
fi
