namespace ActorCron.Pbm.Output;

/// <summary>How data is printed.</summary>
internal enum OutputFormat
{
    /// <summary>For people: columns, short times, the format of member lines that operators know.</summary>
    Table,

    /// <summary>For programs: the API's own JSON with its keys, indented; an endless command prints one object a line.</summary>
    Json,
}
