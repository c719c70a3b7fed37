# Completes command lines of @NAME@ in bash.
#
# '@NAME@ @COMPLETE@ WORDS...' prints candidates, each with an optional description
# after a TAB, and a last line ':N'. N is a sum of: 1 failed, 2 no space after the
# word, 4 no files, 8 files with these extensions only, 16 folders only, 32 keep
# the order.

_@NAME@_complete() {
    local word=${COMP_WORDS[COMP_CWORD]} answer directive line
    local -a words candidates=() described=() remarks=()
    COMPREPLY=()

    # bash cuts words at ':' and '='; put them together again as they were typed.
    local typed=${COMP_LINE:0:COMP_POINT} i
    words=()
    for ((i = 1; i <= COMP_CWORD; i++)); do
        local piece=${COMP_WORDS[i]}
        if ((${#words[@]})) && [[ $glued == yes || $piece == [:=]* ]] && [[ $typed != *[[:space:]]"$piece" || $i -ne $COMP_CWORD ]]; then
            words[${#words[@]} - 1]+=$piece
        else
            words+=("$piece")
        fi
        local glued=no
        [[ $piece == *[:=] ]] && glued=yes
    done
    [[ $typed == *[[:space:]] && -n $word ]] && words+=("")
    ((${#words[@]})) || words=("")

    # What stands before the cut in the unfinished word must not be repeated.
    local last=${words[${#words[@]} - 1]}
    local prefix=${last%"$word"}
    case $word in : | =) prefix=$last ;; esac

    # The words are handed over as typed, with '~' and variables expanded by no one.
    answer=$("${COMP_WORDS[0]}" @COMPLETE@ "${words[@]}" 2>/dev/null) || return
    directive=${answer##*:}
    answer=${answer%:*}
    [[ $directive =~ ^[0-9]+$ ]] || directive=0
    ((directive & 1)) && return

    while IFS= read -r line; do
        case $line in
            '') ;;
            '_activeHelp_ '*) remarks+=("${line#_activeHelp_ }") ;;
            *)
                if [[ ${line%%$'\t'*} == "$last"* ]]; then
                    candidates+=("${line%%$'\t'*}")
                    described+=("$line")
                fi
                ;;
        esac
    done <<<"$answer"

    if ((directive & 8)); then
        local extension
        for extension in $answer; do
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -X "!*.${extension#.}" -- "$word")
        done
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$word")
        type compopt &>/dev/null && compopt -o filenames
        return
    fi
    if ((directive & 16)); then
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$word")
        type compopt &>/dev/null && compopt -o filenames
        return
    fi

    if type compopt &>/dev/null; then
        ((directive & 2)) && compopt -o nospace
        ((directive & 4)) && compopt +o default
        ((directive & 32)) && compopt -o nosort 2>/dev/null
    fi

    # Remarks are for reading only, when TAB was pressed twice.
    if ((${#remarks[@]})) && ((COMP_TYPE == 63)); then
        printf '\n%s' "${remarks[@]}"
        ((${#candidates[@]})) || printf '\n%s%s' "${PS1@P}" "$COMP_LINE"
    fi

    if ((${#candidates[@]} == 1)); then
        COMPREPLY=("${candidates[0]#"$prefix"}")
        return
    fi
    # Descriptions are shown while there is a choice and the list is being looked at.
    local longest=0
    for line in "${candidates[@]}"; do ((${#line} > longest)) && longest=${#line}; done
    for i in "${!candidates[@]}"; do
        if [[ $COMP_TYPE == 63 && ${described[i]} == *$'\t'* ]]; then
            printf -v line '%-*s  (%s)' "$longest" "${candidates[i]}" "${described[i]#*$'\t'}"
            line=${line:0:${COLUMNS:-80}-1}
            COMPREPLY+=("${line#"$prefix"}")
        else
            COMPREPLY+=("${candidates[i]#"$prefix"}")
        fi
    done
}

complete -o default -F _@NAME@_complete @NAME@
