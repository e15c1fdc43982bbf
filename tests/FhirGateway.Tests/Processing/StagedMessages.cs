using System.Text;
using FhirGateway.Adapters.Files;
using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Tests.Normalization;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.Processing;

/// <summary>Messages of one hospital up to where the state begins.</summary>
internal sealed class StagedMessages : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FileJournal journal;
    private readonly int source;
    private long next = 1;

    public StagedMessages()
        : this(new Source { Number = 1, Id = "mercy", Kind = SourceKind.Hospital, Facilities = ["MERCY"] })
    {
    }

    public StagedMessages(Source hospital)
    {
        source = hospital.Number;
        journal = new FileJournal(folder.In("journal"));
        Directory = new CurrentDirectory { Value = new OrganizationDirectory([hospital], [], []) };
        Messages = new JournaledMessages(journal, Directory, new SourceSettings(new KnownResources()));
    }

    public CurrentDirectory Directory { get; }
    public JournaledMessages Messages { get; }

    public JournaledEntry[] Entries(params VisitMessage[] sent) =>
    [
        .. sent.Select(m => new JournaledEntry(new EntryId(next), new EntryId(++next), new JournalEntry(
            EntryKind.Hl7v2Message, source, new DateTimeOffset(2026, 6, 20, 0, 0, 0, TimeSpan.Zero), "", Encoding.UTF8.GetBytes(m.ToString())))),
    ];

    public void Dispose()
    {
        journal.Dispose();
        folder.Dispose();
    }
}
