# Completes command lines of @NAME@ in bash.
#
# '@NAME@ @COMPLETE@ WORDS...' prints candidates, each with an optional description
# after a TAB, and a last line ':N'. N is a sum of: 1 failed, 2 no space after the
# word, 4 no files, 8 files with these extensions only, 16 folders only, 32 keep
# the order.

_@NAME@_complete() {
    local IFS=$' \t\n'
    local rest=${COMP_LINE:0:COMP_POINT} piece lead word i
    local -a words=() candidates=() described=() remarks=()
    COMPREPLY=()

    # bash cuts words at ':' and '=' too. Those with nothing between them are put
    # together again; 'word' is the piece that bash is going to replace.
    for ((i = 0; i < COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        lead=${rest%%"$piece"*}
        if [[ -z $lead ]] && ((i > 0)); then
            words[${#words[@]} - 1]+=$piece
        else
            words+=("$piece")
        fi
        rest=${rest#"$lead$piece"}
    done
    word=${rest#"${rest%%[![:space:]]*}"}
    if [[ -n $rest && $rest == "$word" ]] && ((i > 0)); then
        words[${#words[@]} - 1]+=$word
    else
        words+=("$word")
    fi

    local answer directive line
    answer=$("${words[0]}" @COMPLETE@ "${words[@]:1}" 2>/dev/null) || return
    directive=${answer##*:}
    [[ $directive =~ ^[0-9]+$ ]] || return
    ((directive & 1)) && return
    answer=${answer%:*}

    # In --flag=value only the value is completed. 'before' is the part of it that
    # bash keeps, 'front' what it would otherwise lose.
    local last=${words[${#words[@]} - 1]} front='' before
    local typed=$last
    [[ $last == -*=* ]] && typed=${last#*=}
    case $word in
        : | =) before=$typed word='' ;;
        -*=*) before='' front=${word%%=*}= word=$typed ;;
        *) before=${typed%"$word"} ;;
    esac

    if ((directive & (8 | 16))); then
        if ((directive & 8)); then
            while IFS= read -r line; do
                [[ -n $line ]] || continue
                while IFS= read -r piece; do COMPREPLY+=("$front$piece"); done < <(compgen -f -X "!*.${line#.}" -- "$word")
            done <<<"$answer"
        fi
        while IFS= read -r piece; do COMPREPLY+=("$front$piece"); done < <(compgen -d -- "$word")
        type compopt &>/dev/null && compopt -o filenames 2>/dev/null
        return 0
    fi

    while IFS= read -r line; do
        case $line in
            '') ;;
            '_activeHelp_ '*) remarks+=("${line#_activeHelp_ }") ;;
            *)
                piece=${line%%$'\t'*}
                if [[ $piece == "$typed"* ]]; then
                    candidates+=("$piece")
                    described+=("$line")
                fi
                ;;
        esac
    done <<<"$answer"

    if type compopt &>/dev/null; then
        ((directive & 2)) && compopt -o nospace 2>/dev/null
        ((directive & 4)) && compopt +o default 2>/dev/null
        ((directive & 32)) && compopt -o nosort 2>/dev/null
    fi

    # Remarks are shown when the list is asked for, by TAB twice.
    if ((${#remarks[@]} > 0 && COMP_TYPE == 63)); then
        printf '\n%s' "${remarks[@]}" >&2
        ((${#candidates[@]} > 0)) || printf '\n%s' "$COMP_LINE" >&2
    fi

    # So are descriptions, as long as there is a choice.
    local longest=0
    for piece in "${candidates[@]}"; do
        ((${#piece} > longest)) && longest=${#piece}
    done
    for ((i = 0; i < ${#candidates[@]}; i++)); do
        piece=$front${candidates[i]#"$before"}
        if ((COMP_TYPE == 63 && ${#candidates[@]} > 1)) && [[ ${described[i]} == *$'\t'* ]]; then
            printf -v piece '%-*s  (%s)' "$longest" "$piece" "${described[i]#*$'\t'}"
            piece=${piece:0:${COLUMNS:-80} - 1}
        fi
        COMPREPLY+=("$piece")
    done
    return 0
}

complete -o default -F _@NAME@_complete @NAME@
