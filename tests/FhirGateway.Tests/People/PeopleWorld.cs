using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Sqlite;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Processing;
using FhirGateway.Publications;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.People;

/// <summary>A state store with nobody in it, and records of people to put there.</summary>
public sealed class PeopleWorld : IDisposable
{
    public const string Mbi = "http://hl7.org/fhir/sid/us-mbi";
    private readonly TestFolder folder = new();
    private readonly BodyFiles bodies;
    private readonly SqliteStateStore store;

    public PeopleWorld()
    {
        bodies = new BodyFiles(folder.In("bodies"));
        store = new SqliteStateStore(folder.In("state.db"), bodies, new StreamSignals(), TimeProvider.System);
    }

    public static Source Payer { get; } = new() { Number = 1, Id = "payer-a", Kind = SourceKind.Payer };
    public static Source Hospital { get; } = new() { Number = 3, Id = "hospital", Kind = SourceKind.Hospital };

    public Task WriteAsync(Action<IPeopleState> work) => store.WriteAsync(StateLane.Messages, tx =>
    {
        work(tx.People);
        return true;
    }, CancellationToken.None);

    public static Match Patient(IPeopleState people, Source source, string key, PatientFacts facts) =>
        PersonMatcher.Upsert(people, RecordKind.Patient, source.Number, key, facts, IdentifierKeys.OfPatient(source, key, facts));

    public static PatientFacts Facts(string family, string given = "Ada", params (string System, string Value)[] ids) => new()
    {
        Family = family,
        Given = given,
        BirthDate = new DateOnly(1950, 5, 17),
        Sex = "female",
        PostalCode = "80202",
        Identifiers = [.. ids.Select(i => new PatientIdentifier(i.System, i.Value, null, null))],
    };

    public void Dispose()
    {
        store.Dispose();
        bodies.Dispose();
        folder.Dispose();
    }
}
