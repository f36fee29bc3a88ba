namespace ActorCron.Core.Text;

/// <summary>What is wrong with one field of a document.</summary>
/// <param name="Field">Its path, as the document spells it: <c>cron</c>, <c>catchUp.window</c>, <c>tags[3]</c>; <see cref="Body"/> for the document as a whole.</param>
/// <param name="Message">What is wrong and what would be right, to be read after the field's name.</param>
/// <param name="Position">Where in that field's text, in characters from 1; for <see cref="Body"/> in bytes from 1; null where it concerns the whole.</param>
public sealed record FieldProblem(string Field, string Message, int? Position = null)
{
    /// <summary>The field of problems that concern the whole document.</summary>
    public const string Body = "body";

    public override string ToString() => Position is { } at ? $"{Field} (position {at}): {Message}" : $"{Field}: {Message}";
}
