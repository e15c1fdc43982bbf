namespace FhirGateway.Adapters.Egress;

/// <summary>A body as received, held to its budget of bytes, speed and time. Only waiting for the sender counts as slow, not a slow reader.</summary>
internal sealed class MeteredStream : ReadOnlyBody
{
    private readonly Stream inner;
    private readonly EgressBudget budget;
    private readonly Uri url;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly ITimer watch;
    private readonly long opened;
    private CancellationTokenSource? linked;
    private CancellationToken linkedTo;
    private EgressException? fault;
    private TimeSpan waited;
    private long windowBytes;
    private long waitingSince;
    private bool isWaiting;

    public MeteredStream(Stream inner, EgressBudget budget, Uri url, TimeProvider clock)
    {
        this.inner = inner;
        this.budget = budget;
        this.url = url;
        this.clock = clock;
        opened = clock.GetTimestamp();
        var period = budget.SlowWindow / 10;
        watch = clock.CreateTimer(static s => ((MeteredStream)s!).Look(), this, period, period);
    }

    /// <summary>Bytes received so far.</summary>
    public long Received { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var token = Linked(cancellationToken);
        int read;
        try
        {
            var pending = inner.ReadAsync(buffer, token);
            if (pending.IsCompletedSuccessfully)
            {
                read = pending.Result;
            }
            else
            {
                Wait(true);
                read = await pending.ConfigureAwait(false);
                Wait(false);
            }
        }
        catch (OperationCanceledException) when (fault is not null)
        {
            throw fault;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw fault ?? HttpFaults.TranslateBody(e, url);
        }

        Received += read;
        Interlocked.Add(ref windowBytes, read);
        return Received <= budget.MostBytes ? read : throw new EgressException(EgressFaultCode.TooLarge, url, $"more than {budget.MostBytes} bytes");
    }

    public override async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync().ConfigureAwait(false);
        await inner.DisposeAsync().ConfigureAwait(false);
        linked?.Dispose();
        stop.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            watch.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private CancellationToken Linked(CancellationToken cancellationToken)
    {
        if (linked is null || linkedTo != cancellationToken)
        {
            linked?.Dispose();
            linked = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellationToken);
            linkedTo = cancellationToken;
        }

        return linked.Token;
    }

    private void Wait(bool starts)
    {
        lock (gate)
        {
            if (starts)
                waitingSince = clock.GetTimestamp();
            else if (isWaiting)
                waited += clock.GetElapsedTime(waitingSince);
            isWaiting = starts;
        }
    }

    private void Look()
    {
        EgressException? found;
        lock (gate)
        {
            if (fault is not null)
                return;
            found = fault = Judge();
        }

        if (found is null)
            return;
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The body was closed while this look was under way.
        }
    }

    private EgressException? Judge()
    {
        if (clock.GetElapsedTime(opened) > budget.MostTime)
            return new EgressException(EgressFaultCode.Timeout, url, $"the body took longer than {budget.MostTime.Value.TotalSeconds:0} s");
        if (waited + (isWaiting ? clock.GetElapsedTime(waitingSince) : TimeSpan.Zero) < budget.SlowWindow)
            return null;
        if (Interlocked.Exchange(ref windowBytes, 0) < budget.LeastBytesPerSecond * budget.SlowWindow.TotalSeconds)
            return new EgressException(EgressFaultCode.TooSlow, url, $"fewer than {budget.LeastBytesPerSecond} bytes a second over {budget.SlowWindow.TotalSeconds:0} s");
        waited = TimeSpan.Zero;
        waitingSince = clock.GetTimestamp();
        return null;
    }
}
