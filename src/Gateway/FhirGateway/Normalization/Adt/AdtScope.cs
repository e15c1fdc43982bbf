using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>What the writers of one message's resources share: the message, the output, what was found wrong, and the resources still to be written.</summary>
internal sealed class AdtScope(Hl7Message message, AdtFeedSettings settings)
{
    /// <summary>Of one field; what comes after is dropped.</summary>
    public const int MostRepetitions = 100;

    private readonly ImmutableArray<AdtIssue>.Builder issues = ImmutableArray.CreateBuilder<AdtIssue>();
    private readonly HashSet<Guid> known = [];
    private readonly Queue<(Action<AdtScope, Guid> Write, Guid Id)> pending = new();
    private readonly Dictionary<string, string> systems = new(StringComparer.Ordinal);

    public Hl7Message Message { get; } = message;

    public AdtFeedSettings Settings { get; } = settings;

    public string Source => Settings.Source;

    /// <summary>The output, while it is written.</summary>
    public Utf8JsonWriter Json { get; set; } = null!;

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

    /// <summary>meta.source of every resource.</summary>
    public string Origin { get; } = "urn:fhir-gateway:source:" + settings.Source;

    /// <summary>The table as the feed has it.</summary>
    public CodeTable Table(CodeTable standard) => Settings.Tables.Of(standard);

    /// <summary>Identifier.system for an authority; the facility (MSH-4.1) assigns what names none.</summary>
    public string SystemOf(HierarchicDesignator authority) => IdentifierSystems.OfAuthority(this, authority);

    /// <summary>The system of a name within the source, made once per message.</summary>
    public string SystemOfName(string name)
    {
        if (Settings.AuthoritySystems.TryGetValue(name, out var set))
            return set;
        if (!systems.TryGetValue(name, out var system))
            systems[name] = system = IdentifierSystems.OfName(Source, name);
        return system;
    }

    public Guid Id(string type, string key) => PublishedId.Create(Source, type, key);

    public void Report(string code, string location)
    {
        var issue = new AdtIssue(code, location);
        if (issues.Count < 100 && !issues.Contains(issue))
            issues.Add(issue);
    }

    public ImmutableArray<AdtIssue> Issues() => issues.ToImmutable();

    /// <summary>Reports the fields that repeat more often than they are read.</summary>
    public void ReportRepetitions()
    {
        var separator = Message.Delimiters.Repetition;
        for (var i = 1; i < Message.SegmentCount; i++)
        {
            var segment = Message.Segment(i);
            if (segment.Raw.Count(separator) < MostRepetitions)
                continue;
            for (var field = 1; field <= segment.FieldCount; field++)
                if (segment.Field(field).Raw.Count(separator) >= MostRepetitions)
                    Report(AdtIssueCodes.TooMany, $"{segment.Name}-{field}");
        }
    }

    /// <summary>Has a resource written after the present one, once per message. Returns its id.</summary>
    public Guid Require(string type, string key, Action<AdtScope, Guid> write)
    {
        var id = Id(type, key);
        if (known.Add(id))
            pending.Enqueue((write, id));
        return id;
    }

    /// <summary>True the first time it is asked for an id.</summary>
    public bool IsFirst(Guid id) => known.Add(id);

    public void WritePending()
    {
        while (pending.TryDequeue(out var next))
            next.Write(this, next.Id);
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
        Span<char> text = stackalloc char[DateText.Longest];
        return new string(text[..(time.HasTime ? DateText.Write(text, Instant(time)) : DateText.Write(text, time))]);
    }

    /// <summary>As a FHIR date, never shifted.</summary>
    public static string Date(Hl7DateTime time)
    {
        Span<char> text = stackalloc char[DateText.Longest];
        return new string(text[..DateText.Write(text, time)]);
    }

    private TimeSpan OffsetOf(Hl7DateTime time)
    {
        var offset = time.Offset ?? HeaderOffset ?? Settings.Zone.GetUtcOffset(time.Value);
        // At the ends of the calendar an offset would leave it.
        return time.Value.Year is < 2 or > 9998 ? TimeSpan.Zero : offset;
    }
}
