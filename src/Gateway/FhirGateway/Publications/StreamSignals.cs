using System.Collections.Concurrent;

namespace FhirGateway.Publications;

/// <summary>Wakes those who wait for a stream to grow. Says only that it grew: what it holds is read from the store.</summary>
public sealed class StreamSignals
{
    private readonly ConcurrentDictionary<(int Participant, string Stream), Signal> signals = new();

    /// <summary>The stream now ends at <paramref name="sequence"/>.</summary>
    public void Grown(int participant, string stream, long sequence) =>
        signals.GetOrAdd((participant, stream), static _ => new Signal()).Grown(sequence);

    /// <summary>Completes when the stream holds an event after <paramref name="after"/>.</summary>
    public Task WaitAsync(int participant, string stream, long after, CancellationToken cancellationToken) =>
        signals.GetOrAdd((participant, stream), static _ => new Signal()).WaitAsync(after, cancellationToken);

    private sealed class Signal
    {
        private readonly Lock gate = new();
        private TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long last;

        public void Grown(long sequence)
        {
            TaskCompletionSource woken;
            lock (gate)
            {
                last = Math.Max(last, sequence);
                (woken, waiting) = (waiting, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            woken.SetResult();
        }

        public Task WaitAsync(long after, CancellationToken cancellationToken)
        {
            lock (gate)
                return last > after ? Task.CompletedTask : waiting.Task.WaitAsync(cancellationToken);
        }
    }
}
