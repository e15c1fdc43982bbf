using System.Text.Json;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.BulkFhir;

public sealed class ExportMemoryTests
{
    private const string T0 = "2026-10-01T00:00:00Z";
    private const string T1 = "2026-11-01T00:00:00Z";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Patients(params string[] ids) =>
        string.Concat(ids.Select(i => $$"""{"resourceType":"Patient","id":"{{i}}","name":[{"family":"F{{i}}","given":["G"]}],"birthDate":"1950-01-02"}""" + "\n"));

    [Theory]
    [InlineData(SubmissionState.Completed, T1)]
    [InlineData(SubmissionState.Cancelled, T0)]
    [InlineData(SubmissionState.Withdrawn, T0)]
    public async Task Only_what_was_loaded_moves_the_mark_and_adds_members(SubmissionState state, string since)
    {
        await using var world = await ExportWorld.StartAsync(c => c with { Types = ["Patient"] });
        var step = new ExportStep
        {
            Kind = ExportStepKind.Data, Types = ["Patient"], Since = T0, TransactionTime = T1, Submission = "s-1", IsWhole = true, EndedAt = TimeProvider.System.GetUtcNow(),
        };
        var members = step with { Kind = ExportStepKind.NewMembers, Patients = ["p1"] };
        var asked = new ExportDetail
        {
            Types = ["Patient"], Scope = "Patient", Feed = world.Source.Connection.FeedDigest(), IsPlanned = true, Steps = [members, step],
        };
        var (detail, mark, unknown) = await world.ReadAsync(tx =>
        {
            var job = Job(world, asked);
            tx.Exports.Save(job.Source, "Patient", new ExportMark("Patient", T0));
            tx.Jobs.Insert(job);
            tx.Submissions.Insert(new Submission { Id = "s-1", Source = job.Source, Entry = 0, Files = [], Job = job.Id, AcceptedAt = job.CreatedAt, State = state });
            var closed = ExportMemory.Remember(tx, job, world.Source.Connection, [], job.CreatedAt);
            return (closed, Assert.Single(tx.Exports.MarksOf(job.Source, "Patient")), tx.Exports.UnknownMembers(job.Source, "Patient", ["p1"]));
        });
        Assert.Equal(new ExportMark("Patient", since), mark);
        Assert.Equal(state == SubmissionState.Completed, unknown.Count == 0);
        Assert.Equal(state != SubmissionState.Completed, detail.Notes.Any(n => n.Contains("cancelled or withdrawn", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_an_export_of_another_connection_brought_is_not_remembered()
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        var step = new ExportStep { Kind = ExportStepKind.Data, TransactionTime = T1, IsWhole = true, EndedAt = TimeProvider.System.GetUtcNow() };
        var job = Job(world, new ExportDetail { Scope = "Patient", Feed = "another", IsPlanned = true, Steps = [step] });
        var (detail, marks) = await world.ReadAsync(tx =>
            (ExportMemory.Remember(tx, job, world.Source.Connection, [], job.CreatedAt), tx.Exports.MarksOf(job.Source, "Patient")));
        Assert.Empty(marks);
        Assert.Contains("changed meanwhile", Assert.Single(detail.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("filter")]
    [InlineData("elements")]
    [InlineData("url")]
    [InlineData("hours")]
    public async Task A_connection_that_asks_otherwise_begins_with_everything(string changed)
    {
        await using var world = await ExportWorld.StartAsync(c => c);
        world.Peer.Files["/f/p"] = Patients("a");
        world.Peer.Manifest = (_, _) => world.Peer.ManifestOf(T1, "Patient /f/p");
        await world.ExportAsync();
        var connection = world.Source.Connection;
        var source = world.Source with
        {
            Connection = changed switch
            {
                "filter" => connection with { TypeFilters = ["Patient?active=true"] },
                "elements" => connection with { Elements = ["id"] },
                "url" => connection with { FhirUrl = world.Peer.Origin + "/other" },
                _ => connection with { EveryHours = 1000 },
            },
        };
        Assert.Null(await world.Engine.Registry.SaveAsync(source, "test", Token));
        var marks = await world.ReadAsync(tx => tx.Exports.MarksOf(source.Number, "Patient"));
        Assert.Equal(changed == "hours" ? [new ExportMark(ExportMark.AllTypes, T1)] : [], marks);
    }

    [Fact]
    public async Task A_member_who_left_the_group_and_comes_back_gets_the_history_again()
    {
        await using var world = await ExportWorld.StartAsync(c => c with { Group = "g", Dialect = "stu2", Types = ["Patient"] });
        var members = new List<string> { "a", "b" };
        world.Peer.Manifest = (_, n) =>
        {
            world.Peer.Files["/f/m" + n] = Patients([.. members]);
            return world.Peer.ManifestOf(T1, "Patient /f/m" + n);
        };
        await world.ExportAsync();
        members.Remove("b");
        await world.ExportAsync();
        members.Add("b");
        var (_, detail) = await world.ExportAsync();
        Assert.Equal([ExportStepKind.Members, ExportStepKind.NewMembers, ExportStepKind.Data], detail.Steps.Select(s => s.Kind));
        Assert.Equal("b", Assert.Single(detail.Steps[1].Patients));
    }

    private static BulkJob Job(ExportWorld world, ExportDetail detail) => new()
    {
        Id = "j-00000000000000aa", Source = world.Source.Number, Kind = BulkJobKind.Export, State = BulkJobState.Paused,
        CreatedAt = TimeProvider.System.GetUtcNow(), UpdatedAt = TimeProvider.System.GetUtcNow(),
        Detail = JsonSerializer.Serialize(detail, BulkFhirJson.Default.ExportDetail),
    };
}
