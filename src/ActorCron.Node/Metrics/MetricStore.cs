using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace ActorCron.Node.Metrics;

/// <summary>Collects what the meters of the engine measure (all whose name starts with <c>ActorCron</c>), for one reader that pulls.</summary>
public sealed class MetricStore : IDisposable
{
    // From a broker's confirm to a long job, in seconds.
    private static readonly double[] Seconds = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600];
    private static readonly double[] Counts = [1, 10, 100, 1000, 10_000, 100_000];

    private readonly ConcurrentDictionary<Instrument, MetricSeries> _series = new();
    private readonly MeterListener _listener = new();

    public MetricStore()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("ActorCron", StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Appends everything in Prometheus' text form.</summary>
    public void Write(StringBuilder text)
    {
        _listener.RecordObservableInstruments();
        foreach (var (_, series) in _series.OrderBy(entry => entry.Key.Name, StringComparer.Ordinal)) series.Write(text);
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _series.GetOrAdd(instrument, Create).Add(Labels(tags), value, replace: instrument.IsObservable || instrument is Gauge<long> or Gauge<double> or Gauge<int>);

    private static MetricSeries Create(Instrument instrument)
    {
        var isHistogram = instrument is Histogram<double> or Histogram<long> or Histogram<int>;
        var isCounter = instrument is Counter<long> or Counter<double> or Counter<int> or ObservableCounter<long> or ObservableCounter<double>;
        var name = PrometheusText.Name(instrument.Name) + (instrument.Unit == "s" ? "_seconds" : "") + (isCounter ? "_total" : "");
        return new MetricSeries(name, isHistogram ? "histogram" : isCounter ? "counter" : "gauge", instrument.Description, isHistogram ? instrument.Unit == "s" ? Seconds : Counts : []);
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var labels = new List<string>(tags.Length);
        foreach (var (name, value) in tags) labels.Add(PrometheusText.Label(name, value?.ToString()));
        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }
}
