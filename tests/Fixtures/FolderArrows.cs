using Mono.Cecil;

namespace ActorCron.Tests.Fixtures;

/// <summary>Which folder of a project may use which. Folders are namespaces; a folder may only name folders above it in the table, so the arrows
/// can form no cycle. What stands in the project's root may be used by all and uses no folder.</summary>
/// <param name="root">The project's namespace.</param>
/// <param name="table">Each folder, and the folders that it may use, with blanks between them.</param>
internal sealed class FolderArrows(string root, params (string Folder, string Uses)[] table)
{
    /// <summary>What is wrong, a line each: a folder that may not use another, or one that the table does not know.</summary>
    public IReadOnlyList<string> Faults(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        var faults = new SortedSet<string>(Disorder(), StringComparer.Ordinal);
        var allowed = table.ToDictionary(row => row.Folder, row => row.Uses.Split(' ').ToHashSet());
        foreach (var use in References.In(module))
        {
            if (FolderOf(use.By) is not { } from || FolderOf(use.Type) is not { } to || from == to || to.Length == 0) continue;
            if (!allowed.TryGetValue(from, out var targets) && from.Length > 0) faults.Add($"{from} is not in the table of folders: {use.By.Name} stands there");
            else if (targets?.Contains(to) != true) faults.Add($"{(from.Length > 0 ? from : "the root")} may not use {to}: {use.By.Name} uses {use.Type.Name}");
        }
        return [.. faults];
    }

    private IEnumerable<string> Disorder() =>
        from row in table.Select((row, index) => (row.Folder, row.Uses, index))
        from used in row.Uses.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where !table.Take(row.index).Any(above => above.Folder == used)
        select $"{row.Folder} names {used}, which does not stand above it in the table";

    private string? FolderOf(TypeReference type)
    {
        var name = References.NamespaceOf(type);
        return name == root ? "" : name.StartsWith(root + ".", StringComparison.Ordinal) ? name[(root.Length + 1)..].Split('.')[0] : null;
    }
}
