using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>What the writers of one message's resources share: the message, the output, what was found wrong, and the resources still to be written.</summary>
internal sealed class AdtScope(Hl7Message message, AdtFeedSettings settings, Utf8JsonWriter json)
{
    private readonly ImmutableArray<AdtIssue>.Builder issues = ImmutableArray.CreateBuilder<AdtIssue>();
    private readonly HashSet<Guid> known = [];
    private readonly Queue<Action<AdtScope>> pending = new();

    public Hl7Message Message { get; } = message;

    public AdtFeedSettings Settings { get; } = settings;

    public string Source => Settings.Source;

    public Utf8JsonWriter Json { get; } = json;

    public string? Facility { get; } = message.Header.Field(4).Text;

    /// <summary>The offset of MSH-7, for times that have none.</summary>
    public TimeSpan? HeaderOffset { get; } = Hl7DateTime.TryParse(message.Header.Field(7).Code, out var sent) ? sent.Offset : null;

    public Guid PatientId { get; set; }

    public string PatientKey { get; set; } = "";

    /// <summary>A29: the sender has deleted the person.</summary>
    public bool IsPersonDeleted { get; init; }

    /// <summary>What the message does with identifiers; null if nothing.</summary>
    public AdtMerge? Merge { get; set; }

    public Guid? EncounterId { get; set; }

    public string? VisitKey { get; set; }

    public Guid Id(string type, string key) => PublishedId.Create(Source, type, key);

    public void Report(string code, string location)
    {
        var issue = new AdtIssue(code, location);
        if (issues.Count < 100 && !issues.Contains(issue))
            issues.Add(issue);
    }

    public ImmutableArray<AdtIssue> Issues() => issues.ToImmutable();

    /// <summary>Has a resource written after the present one, once per message. Returns its id.</summary>
    public Guid Require(string type, string key, Action<AdtScope, Guid> write)
    {
        var id = Id(type, key);
        if (known.Add(id))
            pending.Enqueue(scope => write(scope, id));
        return id;
    }

    /// <summary>True the first time it is asked for an id.</summary>
    public bool IsFirst(Guid id) => known.Add(id);

    public void WritePending()
    {
        while (pending.TryDequeue(out var write))
            write(this);
    }

    /// <summary>Reads a timestamp; reports and drops what is none.</summary>
    public Hl7DateTime? Time(Hl7Value value, string location)
    {
        if (!value.HasValue)
            return null;
        if (Hl7DateTime.TryParse(value.Code, out var time))
            return time;
        Report(AdtIssueCodes.InvalidDate, location);
        return null;
    }

    public DateTimeOffset Instant(Hl7DateTime time) => new(time.Value, OffsetOf(time));

    /// <summary>As text and instant.</summary>
    public Moment MomentOf(Hl7DateTime time) => new(DateTime(time), Instant(time));

    /// <summary>As a FHIR dateTime: a date keeps its precision; with a time, seconds and offset are completed.</summary>
    public string DateTime(Hl7DateTime time)
    {
        switch (time.Precision)
        {
            case Hl7Precision.Year:
                return time.Value.ToString("yyyy", CultureInfo.InvariantCulture);
            case Hl7Precision.Month:
                return time.Value.ToString("yyyy-MM", CultureInfo.InvariantCulture);
            case Hl7Precision.Day:
                return time.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            default:
                var format = time.Precision == Hl7Precision.Fraction ? "yyyy-MM-ddTHH:mm:ss.FFFFzzz" : "yyyy-MM-ddTHH:mm:sszzz";
                return Instant(time).ToString(format, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>As a FHIR date, never shifted.</summary>
    public static string Date(Hl7DateTime time) => time.Precision switch
    {
        Hl7Precision.Year => time.Value.ToString("yyyy", CultureInfo.InvariantCulture),
        Hl7Precision.Month => time.Value.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        _ => time.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private TimeSpan OffsetOf(Hl7DateTime time)
    {
        var offset = time.Offset ?? HeaderOffset ?? Settings.Zone.GetUtcOffset(time.Value);
        // At the ends of the calendar an offset would leave it.
        return time.Value.Year is < 2 or > 9998 ? TimeSpan.Zero : offset;
    }
}
