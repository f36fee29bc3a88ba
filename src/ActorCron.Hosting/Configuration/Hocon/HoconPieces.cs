namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>Joins what stands beside each other on one line: texts become one text, lists one list, sections one section.</summary>
internal static class HoconPieces
{
    /// <summary>The joined value; null where every piece came to nothing.</summary>
    /// <exception cref="HoconException">The pieces are of different kinds.</exception>
    public static HoconValue? Join(IReadOnlyList<(string Space, HoconValue? Value)> pieces, HoconOrigin origin)
    {
        var known = pieces.Where(piece => piece.Value is not null).Select(piece => piece.Value!).ToList();
        if (known.Count <= 1 && pieces.Count == 1) return known.FirstOrDefault();
        if (known.Count == 0) return null;
        if (known.All(value => value is HoconObject)) return known.Aggregate((under, over) => HoconMerge.Lay(over, under)) with { Origin = origin };
        if (known.All(value => value is HoconList)) return new HoconList([.. known.Cast<HoconList>().SelectMany(list => list.Items)], origin);
        if (known.All(value => value is HoconScalar))
            return new HoconScalar(string.Concat(pieces.Select((piece, i) => (i == 0 ? "" : piece.Space) + ((HoconScalar?)piece.Value)?.Text)), origin);
        throw new HoconException($"{known[0].Kind} and {known.First(value => value.GetType() != known[0].GetType()).Kind} cannot stand beside each other", origin);
    }
}
