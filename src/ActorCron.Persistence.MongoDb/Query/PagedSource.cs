using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>A stream of a query's pages. It reads the next page when the last one is consumed, so it holds one at most;
/// after an empty page it waits for the refresh interval. A live one outlasts a server that is away.</summary>
internal sealed class PagedSource<T>(string name, Func<IPageReader<T>> start, bool isLive, TimeSpan refreshInterval)
    : GraphStage<SourceShape<T>>
{
    private readonly Func<IPageReader<T>> _start = start;
    private readonly bool _isLive = isLive;
    private readonly TimeSpan _refreshInterval = refreshInterval;
    private readonly Outlet<T> _out = new($"{name}.out");

    public override SourceShape<T> Shape => new(_out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : TimerGraphStageLogic
    {
        private readonly PagedSource<T> _source;
        private readonly IPageReader<T> _reader;
        private readonly CancellationTokenSource _cancelled = new();
        private readonly Queue<T> _items = new();
        private Action<Page<T>> _onPage = null!;
        private Action<Exception> _onFailure = null!;
        private bool _isReading;
        private bool _isLast;

        public Logic(PagedSource<T> source) : base(source.Shape)
        {
            _source = source;
            _reader = source._start();
            SetHandler(source._out, onPull: OnPull);
        }

        public override void PreStart()
        {
            _onPage = GetAsyncCallback<Page<T>>(OnPage);
            _onFailure = GetAsyncCallback<Exception>(OnFailure);
        }

        public override void PostStop() => _cancelled.Cancel();

        protected override void OnTimer(object timerKey) => Read();

        private void OnPull()
        {
            if (_items.Count > 0)
                PushNext();
            else if (!_isReading && !IsTimerActive(_source))
                Read();
        }

        private void OnPage(Page<T> page)
        {
            _isReading = false;
            _isLast = page.IsLast;
            foreach (var item in page.Items)
                _items.Enqueue(item);
            if (_items.Count == 0)
                Wait();
            else if (IsAvailable(_source._out))
                PushNext();
        }

        private void OnFailure(Exception cause)
        {
            _isReading = false;
            if (_source._isLive && TransientErrors.IsTransient(cause))
                Wait();
            else
                FailStage(cause);
        }

        private void PushNext()
        {
            Push(_source._out, _items.Dequeue());
            if (_items.Count > 0)
                return;
            if (_isLast)
                CompleteStage();
            else if (!_source._isLive)
                Read(); // Whether that was all is to be known without a further pull.
        }

        private void Wait()
        {
            if (_isLast)
                CompleteStage();
            else
                ScheduleOnce(_source, _source._refreshInterval);
        }

        private void Read()
        {
            _isReading = true;
            _ = ReadAsync();
        }

        private async Task ReadAsync()
        {
            try
            {
                _onPage(await _reader.NextAsync(_cancelled.Token));
            }
            catch (Exception e)
            {
                _onFailure(e);
            }
        }
    }
}
