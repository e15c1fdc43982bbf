using System.Collections.Frozen;
using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>Every source, participant and agreement: an immutable snapshot, swapped in whole when one changes.</summary>
public sealed class OrganizationDirectory
{
    public static readonly OrganizationDirectory Empty = new([], [], []);

    private readonly FrozenDictionary<string, Source> sources;
    private readonly FrozenDictionary<int, Source> sourcesByNumber;
    private readonly FrozenDictionary<string, Source> facilities;
    private readonly FrozenDictionary<string, Source> certificates;
    private readonly FrozenDictionary<string, Participant> participants;
    private readonly FrozenDictionary<int, Participant> participantsByNumber;
    private readonly FrozenDictionary<string, ImmutableArray<Participant>> participantsByNpi;
    private readonly FrozenDictionary<(int Source, int Participant), ImmutableArray<Agreement>> agreements;

    public OrganizationDirectory(
        IReadOnlyCollection<Source> sources,
        IReadOnlyCollection<Participant> participants,
        IReadOnlyCollection<Agreement> agreements)
    {
        this.sources = sources.ToFrozenDictionary(s => s.Id, StringComparer.Ordinal);
        sourcesByNumber = sources.ToFrozenDictionary(s => s.Number);
        facilities = sources
            .SelectMany(s => s.Facilities.Select(f => (Facility: f, Source: s)))
            .ToFrozenDictionary(x => x.Facility, x => x.Source, StringComparer.OrdinalIgnoreCase);
        certificates = sources
            .SelectMany(s => s.Feed.Certificates.Select(c => (Certificate: c, Source: s)))
            .ToFrozenDictionary(x => x.Certificate, x => x.Source, StringComparer.Ordinal);
        this.participants = participants.ToFrozenDictionary(p => p.Id, StringComparer.Ordinal);
        participantsByNumber = participants.ToFrozenDictionary(p => p.Number);
        participantsByNpi = participants
            .SelectMany(p => p.ProviderNpis.Append(p.Npi).OfType<string>().Distinct().Select(n => (Npi: n, Participant: p)))
            .GroupBy(x => x.Npi, x => x.Participant)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
        Agreements = [.. agreements.OrderBy(a => a.Number)];
        this.agreements = Agreements
            .GroupBy(a => (this.sources[a.Source].Number, this.participants[a.Participant].Number))
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    public IEnumerable<Source> Sources => sources.Values.OrderBy(s => s.Number);
    public IEnumerable<Participant> Participants => participants.Values.OrderBy(p => p.Number);
    public ImmutableArray<Agreement> Agreements { get; }

    public Source? FindSource(string id) => sources.GetValueOrDefault(id);
    public Participant? FindParticipant(string id) => participants.GetValueOrDefault(id);

    /// <summary>The source that owns a sending facility (MSH-4.1), or null.</summary>
    public Source? FindFacility(string facility) => facilities.GetValueOrDefault(facility);

    /// <summary>The source that a certificate belongs to, by one of its names (<see cref="CertificateName"/>), or null.</summary>
    public Source? FindCertificate(string name) => certificates.GetValueOrDefault(name);
    public Source SourceOf(int number) => sourcesByNumber[number];
    public Participant ParticipantOf(int number) => participantsByNumber[number];

    /// <summary>The participants that an NPI belongs to: their own, or one of their providers'.</summary>
    public ImmutableArray<Participant> WithNpi(string npi) => participantsByNpi.GetValueOrDefault(npi, []);
    public Agreement AgreementOf(int number) => Agreements.First(a => a.Number == number);

    /// <summary>The agreements from a source to a participant, oldest first.</summary>
    public ImmutableArray<Agreement> Between(int source, int participant) =>
        agreements.GetValueOrDefault((source, participant), []);
}
