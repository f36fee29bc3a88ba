using System.Globalization;
using System.Text;

namespace ActorCron.Node.Metrics;

/// <summary>One instrument's values by its labels.</summary>
internal sealed class MetricSeries(string name, string type, string? description, double[] bounds)
{
    // A label that was meant to be few and is not must not fill the memory.
    private const int MostSeries = 2000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Values> _values = new(StringComparer.Ordinal);

    public void Add(string labels, double value, bool replace)
    {
        lock (_lock)
        {
            if (!_values.TryGetValue(labels, out var values))
            {
                if (_values.Count >= MostSeries) return;
                _values[labels] = values = new Values(new long[bounds.Length]);
            }
            values.Sum = replace ? value : values.Sum + value;
            values.Count++;
            for (var i = 0; i < bounds.Length; i++)
            {
                if (value <= bounds[i]) values.Buckets[i]++;
            }
        }
    }

    /// <summary>Writes it in Prometheus' text form (0.0.4).</summary>
    public void Write(StringBuilder text)
    {
        lock (_lock)
        {
            if (_values.Count == 0) return;
            PrometheusText.Head(text, name, type, description);
            foreach (var (labels, values) in _values)
            {
                if (bounds.Length == 0) PrometheusText.Line(text, name, labels, values.Sum);
                else WriteHistogram(text, labels, values);
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Values values)
    {
        var start = labels.Length == 0 ? "" : labels + ",";
        for (var i = 0; i < bounds.Length; i++) PrometheusText.Line(text, name + "_bucket", $"{start}le=\"{bounds[i].ToString(CultureInfo.InvariantCulture)}\"", values.Buckets[i]);
        PrometheusText.Line(text, name + "_bucket", $"{start}le=\"+Inf\"", values.Count);
        PrometheusText.Line(text, name + "_sum", labels, values.Sum);
        PrometheusText.Line(text, name + "_count", labels, values.Count);
    }

    private sealed class Values(long[] buckets)
    {
        public long[] Buckets { get; } = buckets;
        public double Sum { get; set; }
        public long Count { get; set; }
    }
}
