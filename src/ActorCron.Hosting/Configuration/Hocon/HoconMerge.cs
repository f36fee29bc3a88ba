namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>Lays values over each other: sections merge, everything else replaces.</summary>
internal static class HoconMerge
{
    public static HoconValue Lay(HoconValue over, HoconValue under) => (over, under) switch
    {
        (HoconObject upper, HoconObject lower) => Lay(upper, lower),
        (HoconList { Appends: true } upper, HoconList lower) => lower with { Items = [.. lower.Items, .. upper.Items] },
        ({ IsOpen: true }, _) or (HoconObject or HoconList { Appends: true }, { IsOpen: true }) => new HoconOverlay(over, under),
        _ => over,
    };

    public static HoconObject Lay(HoconObject over, HoconObject under)
    {
        var merged = new HoconObject(over.Origin);
        foreach (var (key, value) in under.Values) merged.Put([key], value);
        foreach (var (key, value) in over.Values) merged.Put([key], value);
        return merged;
    }
}
