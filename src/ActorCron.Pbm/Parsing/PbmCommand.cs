using System.CommandLine;

namespace ActorCron.Pbm.Parsing;

/// <summary>A command or palette whose help ends with examples.</summary>
internal class PbmCommand(string name, string description) : Command(name, description)
{
    /// <summary>Whole command lines, each with what it does after two blanks and a <c>#</c>, or bare.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}
