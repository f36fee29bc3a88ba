namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>Closes the substitutions of a merged configuration: a key of the configuration itself first, then the environment.
/// An optional one that names nothing leaves the value below it in place; a required one is an error with its place.</summary>
internal sealed class HoconResolver(HoconObject root, IReadOnlyDictionary<string, string> environment)
{
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public static HoconObject Resolve(HoconObject root, IReadOnlyDictionary<string, string> environment) =>
        new HoconResolver(root, environment).ResolveObject(root);

    private HoconObject ResolveObject(HoconObject section)
    {
        var resolved = new HoconObject(section.Origin);
        foreach (var (key, value) in section.Values)
        {
            if (Resolve(value) is { } known) resolved.Put([key], known);
        }
        return resolved;
    }

    /// <summary>The value without substitutions; null where nothing is left of it.</summary>
    private HoconValue? Resolve(HoconValue value) => value switch
    {
        HoconScalar { Text: null } => null,
        HoconScalar => value,
        HoconObject section => ResolveObject(section),
        HoconList list => list with { Items = [.. list.Items.Select(Resolve).OfType<HoconValue>()] },
        HoconOverlay overlay => ResolveOverlay(overlay),
        HoconConcat concat => HoconPieces.Join([.. concat.Pieces.Select(piece => (piece.Space, Resolve(piece.Value)))], concat.Origin),
        HoconSubstitution substitution => ResolveSubstitution(substitution),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "Unknown kind of value."),
    };

    private HoconValue? ResolveOverlay(HoconOverlay overlay)
    {
        var over = Resolve(overlay.Over);
        if (over is HoconScalar || over is HoconList { Appends: false }) return over;
        var under = Resolve(overlay.Under);
        return over is null ? under : under is null ? over : HoconMerge.Lay(over, under);
    }

    private HoconValue? ResolveSubstitution(HoconSubstitution substitution)
    {
        if (!_open.Add(substitution.Path)) throw new HoconException($"${{{substitution.Path}}} refers to itself", substitution.Origin);
        try
        {
            if (Find(substitution.Path.Split('.')) is { } found && Resolve(found) is { } value) return value;
        }
        finally
        {
            _open.Remove(substitution.Path);
        }
        if (environment.TryGetValue(substitution.Path, out var text) && !(text.Length == 0 && (substitution.IsOptional || substitution.Default is not null)))
            return new HoconScalar(text, substitution.Origin);
        if (substitution.Default is not null) return new HoconScalar(substitution.Default, substitution.Origin);
        if (substitution.IsOptional) return null;
        throw new HoconException($"${{{substitution.Path}}} names neither a key of the configuration nor an environment variable; write ${{?{substitution.Path}}} if it may be absent, or ${{{substitution.Path}:-default}}", substitution.Origin);
    }

    private HoconValue? Find(ReadOnlySpan<string> path)
    {
        HoconValue? found = root;
        foreach (var segment in path)
        {
            if (found is { IsOpen: true }) found = Resolve(found);
            if (found is not HoconObject section || !section.Values.TryGetValue(segment, out found)) return null;
        }
        return found;
    }
}
