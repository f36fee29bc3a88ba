namespace ActorCron.Pbm.Output;

/// <summary>How a column's text is treated.</summary>
internal enum ColumnKind
{
    /// <summary>Whole, on one line: it is copied and searched for.</summary>
    Value,

    /// <summary>As <see cref="Value"/>, coloured by its meaning where colour is on.</summary>
    State,

    /// <summary>A remark: cut where the window ends.</summary>
    Remark,

    /// <summary>Sentences: broken at blanks where the window ends.</summary>
    Prose,
}
