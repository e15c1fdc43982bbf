using Confluent.Kafka;
using FhirGateway.Publications;
using DeliveryReport = FhirGateway.Publications.DeliveryReport;

namespace FhirGateway.Adapters.Kafka;

/// <summary>The records of one call of send and what is known of each. A record without a positive report is not delivered.</summary>
internal sealed class KafkaBatch
{
    public const string NoReport = "no-report";
    public const string BehindFailed = "behind-failed-record";

    private readonly Lock _gate = new();
    private readonly DeliveryReport[] _reports;
    private readonly HashSet<(string, int)> _stopped = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private bool _closed;

    public KafkaBatch(int count)
    {
        _reports = new DeliveryReport[count];
        Array.Fill(_reports, DeliveryReport.NotDelivered(NoReport));
        _open = count;
        if (count == 0)
            _done.SetResult();
    }

    /// <summary>Ends when every record has its report.</summary>
    public Task Done => _done.Task;

    /// <summary>Whether an earlier record of that partition failed, so that this one must not overtake it.</summary>
    public bool IsStopped(OutgoingRecord record)
    {
        lock (_gate)
            return _stopped.Contains((record.Topic, record.Partition));
    }

    public void Report(int index, OutgoingRecord record, DeliveryReport report)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _reports[index] = report;
            if (report.Outcome != DeliveryOutcome.Delivered)
                _stopped.Add((record.Topic, record.Partition));
            if (--_open == 0)
                _done.TrySetResult();
        }
    }

    /// <summary>Takes no more reports and says what is known.</summary>
    public IReadOnlyList<DeliveryReport> Close()
    {
        lock (_gate)
        {
            _closed = true;
            return _reports;
        }
    }

    /// <summary>What the client or broker said, as an outcome.</summary>
    public static DeliveryReport Outcome(Error error, PersistenceStatus status, long offset) => error.Code switch
    {
        ErrorCode.NoError when status == PersistenceStatus.Persisted => DeliveryReport.Delivered(Math.Max(-1, offset)),
        ErrorCode.NoError => DeliveryReport.NotDelivered(NoReport),
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation => DeliveryReport.Refused(error.Code.ToString()),
        ErrorCode.TopicException or ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed => DeliveryReport.TopicRefused(error.Code.ToString()),
        _ => DeliveryReport.NotDelivered(error.Code.ToString()),
    };
}
