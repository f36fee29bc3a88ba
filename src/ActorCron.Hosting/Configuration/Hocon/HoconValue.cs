namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>Where a value was written: a file and line, an environment variable or an option.</summary>
/// <param name="Source">A file's name as it was given, <c>environment variable X</c> or <c>--set X</c>.</param>
/// <param name="Line">From 1; 0 where the source has no lines.</param>
/// <param name="Column">From 1; 0 where the source has no lines.</param>
public sealed record HoconOrigin(string Source, int Line = 0, int Column = 0)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}";
}

/// <summary>A value of a configuration text. It knows where it stands, so that every complaint can say so.</summary>
internal abstract record HoconValue(HoconOrigin Origin)
{
    /// <summary>Whether substitutions in it are still open.</summary>
    public virtual bool IsOpen => false;

    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A number, switch, text or duration: all are text until they are read.</summary>
/// <param name="Text">Null for <c>null</c>: the key counts as absent.</param>
/// <param name="Origin">Where it stands.</param>
internal sealed record HoconScalar(string? Text, HoconOrigin Origin) : HoconValue(Origin)
{
    public override string Kind => "a single value";
}

/// <summary>A list; one made with <c>+=</c> adds itself to the list below it.</summary>
internal sealed record HoconList(IReadOnlyList<HoconValue> Items, HoconOrigin Origin, bool Appends = false) : HoconValue(Origin)
{
    public override bool IsOpen => Items.Any(item => item.IsOpen);
    public override string Kind => "a list";
}

/// <summary>Keys and values in the order of their first mention.</summary>
internal sealed record HoconObject(HoconOrigin Origin) : HoconValue(Origin)
{
    private readonly Dictionary<string, HoconValue> _values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, HoconValue> Values => _values;

    // An object is merged key by key whatever stands inside; its open values are closed where they stand.
    public override string Kind => "a section";

    /// <summary>Lays <paramref name="value"/> over what the path holds.</summary>
    public void Put(ReadOnlySpan<string> path, HoconValue value)
    {
        if (path.Length > 1)
        {
            var inner = new HoconObject(value.Origin);
            inner.Put(path[1..], value);
            value = inner;
        }
        _values[path[0]] = _values.TryGetValue(path[0], out var under) ? HoconMerge.Lay(value, under) : value;
    }

    /// <summary>What the path holds, or null.</summary>
    public HoconValue? Find(ReadOnlySpan<string> path)
    {
        HoconValue? found = this;
        foreach (var segment in path)
        {
            if (found is not HoconObject section || !section.Values.TryGetValue(segment, out found)) return null;
        }
        return found;
    }
}

/// <summary><c>${path}</c>, <c>${?path}</c> or <c>${path:-default}</c>: another key of the configuration, else an environment variable.</summary>
internal sealed record HoconSubstitution(string Path, bool IsOptional, string? Default, HoconOrigin Origin) : HoconValue(Origin)
{
    public override bool IsOpen => true;
    public override string Kind => "a substitution";
}

/// <summary>Pieces beside each other, at least one of them open, with the white space between them.</summary>
internal sealed record HoconConcat(IReadOnlyList<(string Space, HoconValue Value)> Pieces, HoconOrigin Origin) : HoconValue(Origin)
{
    public override bool IsOpen => true;
    public override string Kind => "a substitution";
}

/// <summary>A value laid over another before it is known what one of them is.</summary>
internal sealed record HoconOverlay(HoconValue Over, HoconValue Under) : HoconValue(Over.Origin)
{
    public override bool IsOpen => true;
    public override string Kind => "a substitution";
}
