using System.CommandLine;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Shell;

/// <summary><c>pbm completion bash|zsh|fish</c>: the script that teaches a shell to complete pbm's words, ids of the node included.</summary>
internal sealed class CompletionCommand : PbmCommand
{
    // Each asks pbm itself ('[suggest:N] LINE'), so that the scripts never age. A colon parts words for bash;
    // what stands before it must be cut off the answers, or 'team:job' would be completed to 'team:team:job'.
    private const string Bash =
        """
        _pbm_complete() {
            local word="${COMP_LINE:0:COMP_POINT}" IFS=$'\n'
            word="${word##* }"
            local words=( $(pbm "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null) )
            COMPREPLY=( $(compgen -W "${words[*]}" -- "$word") )
            local current="${COMP_WORDS[COMP_CWORD]}"
            [ "$current" = ":" ] && current=""
            local before="${word%"$current"}"
            COMPREPLY=( "${COMPREPLY[@]#"$before"}" )
        }
        complete -o default -F _pbm_complete pbm
        """;

    private const string Zsh =
        """
        #compdef pbm
        _pbm() {
            local -a words_of_pbm
            words_of_pbm=("${(@f)$(pbm "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            [[ -n "${words_of_pbm[1]}" ]] && compadd -a words_of_pbm || _files
        }
        compdef _pbm pbm
        """;

    private const string Fish =
        """
        function __pbm_complete
            set -l line (commandline -cp)
            pbm "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c pbm -a '(__pbm_complete)'
        """;

    public CompletionCommand() : base("completion", "Print the script that lets your shell complete pbm's words.")
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(shell);
        Examples =
        [
            "source <(pbm completion bash)          # in ~/.bashrc",
            "source <(pbm completion zsh)           # in ~/.zshrc, after compinit",
            "pbm completion fish > ~/.config/fish/completions/pbm.fish",
        ];
        SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.WriteLine(parse.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return ExitCode.Ok;
        });
    }
}
