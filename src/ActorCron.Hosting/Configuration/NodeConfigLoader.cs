using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Akka.Configuration;
using ActorCron.Hosting.Configuration.Hocon;

namespace ActorCron.Hosting.Configuration;

/// <summary>Layers the built-in reference, files, environment variables and settings, and checks the result.</summary>
public static class NodeConfigLoader
{
    /// <summary>Loads the configuration, or tells everything that is wrong with it.</summary>
    public static bool TryLoad(NodeConfigSources sources, [NotNullWhen(true)] out NodeConfiguration? configuration, out ImmutableArray<ConfigProblem> problems)
    {
        var found = new List<ConfigProblem>();
        var notices = new List<ConfigProblem>();
        configuration = null;

        var reference = ConfigFiles.ReadReference();
        var known = new KnownKeys(reference);
        var layers = ReadLayers(sources, known, found, notices);
        foreach (var layer in layers) known.Check(layer, found);
        if (TryMerge([reference, .. layers], sources.Environment, found, out var merged))
        {
            var settings = new NodeSettingsReader(merged, found, notices).Read();
            if (found.Count == 0) configuration = new NodeConfiguration(settings, ToAkka(merged, settings), [.. notices]);
        }

        problems = [.. found];
        return configuration is not null;
    }

    private static List<HoconObject> ReadLayers(NodeConfigSources sources, KnownKeys known, List<ConfigProblem> problems, List<ConfigProblem> notices)
    {
        var layers = new List<HoconObject>();
        var readers = sources.Files.Select(file => (Func<HoconObject>)(() => ConfigFiles.Read(file)))
            .Concat(sources.Texts.Select((text, index) => (Func<HoconObject>)(() => ConfigFiles.ReadText(text, $"configuration text {index + 1}"))));
        foreach (var read in readers)
        {
            try
            {
                layers.Add(read());
            }
            catch (HoconException e)
            {
                problems.Add(new ConfigProblem(null, e.Message, e.Origin));
            }
        }
        var overrides = new ConfigOverrides(known);
        try
        {
            layers.Add(overrides.FromEnvironment(sources.Environment, notices));
        }
        catch (HoconException e)
        {
            problems.Add(new ConfigProblem(null, e.Message, e.Origin));
        }
        layers.AddRange(sources.Settings.Select(setting => overrides.FromSetting(setting, problems)));
        return layers;
    }

    private static bool TryMerge(IEnumerable<HoconObject> layers, IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems, [NotNullWhen(true)] out HoconObject? merged)
    {
        try
        {
            merged = HoconResolver.Resolve(layers.Aggregate((under, over) => HoconMerge.Lay(over, under)), environment);
            return true;
        }
        catch (HoconException e)
        {
            problems.Add(new ConfigProblem(null, e.Message, e.Origin));
            merged = null;
            return false;
        }
    }

    private static Config ToAkka(HoconObject merged, NodeSettings settings)
    {
        var akka = new HoconObject(new HoconOrigin("node"));
        Set("akka.cluster.roles", settings.Roles.Union(new StrictConfig(merged, []).List("akka.cluster.roles")));
        Set("akka.cluster.seed-nodes", settings.Cluster.SeedNodes);
        if (merged.Find(["akka", "coordinated-shutdown", "phases", "service-requests-done", "timeout"]) is null)
            akka.Put("akka.coordinated-shutdown.phases.service-requests-done.timeout".Split('.'), Text(((long)(settings.DrainPhase).TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms"));
        return ConfigurationFactory.ParseString(HoconText.Write(HoconMerge.Lay(akka, merged)));

        HoconScalar Text(string text) => new(text, akka.Origin);
        void Set(string key, IEnumerable<string> items) => akka.Put(key.Split('.'), new HoconList([.. items.Select(Text)], akka.Origin));
    }
}
