using System.Text;

namespace ActorCron.Core.Documents;

/// <summary>What kind of fault keeps a message from being taken.</summary>
public enum MessageFault
{
    Empty,
    TooLarge,
    TooDeep,
    MalformedJson,
    InvalidField,
    UnsupportedVersion,
    /// <summary>The <c>type</c> property names another kind of message.</summary>
    WrongKind,
}

/// <summary>Why a message is not taken.</summary>
/// <param name="Fault">The kind.</param>
/// <param name="Detail">What exactly, and what would be right.</param>
public sealed record MessageProblem(MessageFault Fault, string Detail)
{
    private const int LongestReason = 500;

    /// <summary>The text of the header <c>actorcron-reason</c>: the fault in kebab case, a colon, the detail. One line of at most 500 characters.</summary>
    public string Reason
    {
        get
        {
            var reason = new StringBuilder(Code).Append(": ").Append(Detail);
            for (var i = 0; i < reason.Length; i++)
            {
                if (char.IsControl(reason[i])) reason[i] = ' ';
            }
            return reason.ToString(0, Math.Min(reason.Length, LongestReason));
        }
    }

    private string Code => Fault switch
    {
        MessageFault.Empty => "empty",
        MessageFault.TooLarge => "too-large",
        MessageFault.TooDeep => "too-deep",
        MessageFault.MalformedJson => "malformed-json",
        MessageFault.InvalidField => "invalid-field",
        MessageFault.UnsupportedVersion => "unsupported-version",
        MessageFault.WrongKind => "wrong-kind",
        var unknown => throw new InvalidOperationException($"Unknown fault {unknown}."),
    };
}
