# Completes command lines of @NAME@ in PowerShell.
#
# '@NAME@ @COMPLETE@ WORDS...' prints candidates, each with an optional description
# after a TAB, and a last line ':N'. N is a sum of: 1 failed, 2 no space after the
# word, 4 no files, 8 files with these extensions only, 16 folders only, 32 keep
# the order.

Register-ArgumentCompleter -Native -CommandName '@NAME@' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)

    $program = $CommandAst.CommandElements[0].Extent.Text
    $words = @($CommandAst.CommandElements |
        Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $CursorPosition } |
        ForEach-Object { $_.Extent.Text.Trim('"', "'") })
    if ($WordToComplete -eq '') { $words += '' }

    # Before 7.3, PowerShell drops empty arguments unless they are quoted twice.
    if ($PSVersionTable.PSVersion -lt [version]'7.3') {
        $words = @($words | ForEach-Object { if ($_ -eq '') { '""' } else { $_ } })
    }

    $answer = @(& $program @COMPLETE@ @words 2>$null)
    if ($answer.Count -eq 0) { return }
    $directive = 0
    if (-not [int]::TryParse($answer[-1].TrimStart(':'), [ref]$directive)) { return }
    if ($directive -band 1) { return }

    # The value in --flag=value is completed on its own; PowerShell wants the whole word.
    $prefix = ''
    if ($WordToComplete -match '^(-[^=]*=)') { $prefix = $Matches[1] }
    $space = if ($directive -band 2) { '' } else { ' ' }

    $candidates = @($answer | Select-Object -SkipLast 1 | Where-Object {
        -not $_.StartsWith('_activeHelp_ ') -and ($prefix + $_).StartsWith($WordToComplete)
    })
    if ($candidates.Count -eq 0) {
        # Without a result PowerShell offers files; an empty one keeps it from that.
        if ($directive -band 4) { '' }
        return
    }
    foreach ($candidate in $candidates) {
        $name, $description = $candidate -split "`t", 2
        if (-not $description) { $description = $name }
        $text = $prefix + $name
        if ($candidates.Count -eq 1) { $text += $space }
        [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $description)
    }
}
