namespace ActorCron.Pbm.Palettes.Run;

/// <summary>What a job has written since the last look, although the API keeps only the head and the tail of a long output.</summary>
internal static class OutputGrowth
{
    private const int AnchorLength = 200;
    private const string Gap = "\n[... some output is not kept ...]\n";

    /// <summary>The part of <paramref name="now"/> that comes after <paramref name="before"/>.</summary>
    public static string Since(string before, string now)
    {
        if (now.StartsWith(before, StringComparison.Ordinal)) return now[before.Length..];

        // The middle has been left out meanwhile: go on after the last words printed, where the tail still has them.
        var anchor = before[Math.Max(0, before.Length - AnchorLength)..];
        var found = now.LastIndexOf(anchor, StringComparison.Ordinal);
        if (found >= 0) return now[(found + anchor.Length)..];
        var common = 0;
        while (common < before.Length && common < now.Length && before[common] == now[common]) common++;
        return Gap + now[common..];
    }
}
