# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of pinfold's command lines in fish. pinfold itself knows the words: see pinfold-completion(1).

function __pinfold_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l path (string replace -r -- '^--[^=]*=' '' $current)
    # One empty string where there is none: with an empty list nothing would be printed.
    set -l before (string match -r -- '^--[^=]*=' $current; or echo)
    for line in ($words[1] completion -- words $words[2..-1] $current 2>/dev/null)
        switch $line
            case :file
                printf '%s\n' $before(__fish_complete_path "$path")
            case :directory
                printf '%s\n' $before(__fish_complete_directories "$path")
            case ':program *'
                set -l skip (string replace ':program ' '' -- $line)
                complete -C (string join ' ' -- (string escape -- $words[(math $skip + 1)..-1]) $current)
            case '*'
                echo $line
        end
    end
end

complete -c pinfold -f -a '(__pinfold_words)'
