using FhirGateway.Adapters.Files;
using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.BulkFhir;

public sealed class ExportIntakeTests
{
    private const string Job = "j-00000000000000aa";

    [Fact]
    public async Task What_could_not_be_journaled_lies_among_what_was_gathered_and_can_be_accepted_later()
    {
        using var folder = new TestFolder();
        var journal = new FullJournal { IsFull = true };
        var intake = new BulkIntake(folder.Path, journal, TimeProvider.System);
        var gathered = intake.FolderOf(Job, 0);
        await File.WriteAllTextAsync(gathered.PathOf(0), "{}\n", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<IOException>(() => AcceptAsync(intake, gathered));
        var again = intake.FolderOf(Job, 0);
        Assert.Equal((gathered.Path, null), (again.Path, again.Accepted));
        Assert.Equal([gathered.PathOf(0)], Directory.GetFiles(again.Path));
        journal.IsFull = false;
        Assert.Equal(gathered.Submission, (await AcceptAsync(intake, again)).Submission);
        Assert.Equal(1, journal.Entries);
        Assert.NotNull(intake.FolderOf(Job, 0).Accepted);
    }

    [Fact]
    public void What_was_gathered_for_one_manifest_is_removed_without_the_others()
    {
        using var folder = new TestFolder();
        var intake = new BulkIntake(folder.Path, new FullJournal(), TimeProvider.System);
        var (first, second) = (intake.FolderOf(Job, 0), intake.FolderOf(Job, 1));
        Assert.True(intake.RemoveManifest(Job, 0));
        Assert.False(intake.RemoveManifest(Job, 0));
        Assert.Equal((false, true), (Directory.Exists(first.Path), Directory.Exists(second.Path)));
    }

    private static Task<SpooledFiles> AcceptAsync(BulkIntake intake, SpoolFolder folder) => intake.AcceptAsync(
        new Source { Id = "payer", Kind = SourceKind.Payer }, "export", folder, [new SpooledFile(folder.SpooledPathOf(0), "f", 3, "")], null, null, TestContext.Current.CancellationToken);

    /// <summary>Takes entries, except while its disk is full.</summary>
    private sealed class FullJournal : IJournal
    {
        public bool IsFull { get; set; }
        public int Entries { get; private set; }
        public EntryId End => new(Entries);

        public ValueTask<EntryId> AppendAsync(JournalEntry entry, CancellationToken cancellationToken) =>
            IsFull ? throw new IOException("no space left") : ValueTask.FromResult(new EntryId(Entries++));

        public IReadOnlyList<JournaledEntry> Read(EntryId from, int most) => [];

        public Task WaitAsync(EntryId from, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
