using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FhirGateway.Adapters.Files;
using FhirGateway.Contracts;
using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Publications;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.Processing;

/// <summary>Bulk jobs over a test gateway, with manifests made of lines.</summary>
internal static class BulkJobWorld
{
    public static async Task<string> OpenJobAsync(this TestGateway gateway, int number = 1, Source? source = null, BulkJobKind kind = BulkJobKind.BulkSubmit)
    {
        var job = new BulkJob
        {
            Id = "j-" + number.ToString("x16", CultureInfo.InvariantCulture),
            Source = (source ?? gateway.Payer).Number,
            Kind = kind,
            Key = "job " + number,
            CreatedAt = gateway.Clock.Now,
            UpdatedAt = gateway.Clock.Now,
            Detail = "{}",
        };
        await gateway.WriteAsync(tx => tx.Jobs.Insert(job));
        return job.Id;
    }

    public static Task CloseJobAsync(this TestGateway gateway, string job) =>
        gateway.WriteAsync(tx => tx.Jobs.Update(tx.Jobs.Find(job)! with { State = BulkJobState.Completed }));

    public static Task WriteAsync(this TestGateway gateway, Action<IStateTransaction> work) => gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
    {
        work(tx);
        return true;
    }, default);

    /// <summary>Accepts a manifest and returns the id of its submission, without waiting for it.</summary>
    public static async Task<string> AcceptAsync(this TestGateway gateway, string job, int manifest, params ManifestFile[] files)
    {
        var folder = gateway.Engine.BulkIntake.FolderOf(job, manifest);
        var spooled = new List<SpooledFile>();
        foreach (var file in files)
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(file.Lines.Select(l => l + "\n")));
            await File.WriteAllBytesAsync(folder.PathOf(spooled.Count), bytes);
            spooled.Add(new SpooledFile(folder.SpooledPathOf(spooled.Count), $"file-{spooled.Count}.ndjson", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)))
            {
                Role = file.Role,
                Type = file.Type,
                Lines = file.Lines.Count,
            });
        }

        var of = gateway.Engine.Organizations.Value.SourceOf((await gateway.Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Find(job), default))!.Source);
        var accepted = await gateway.Engine.BulkIntake.AcceptAsync(of, "test", folder, spooled, $"https://payer.example/manifest/{manifest}", files[0].FhirBaseUrl, default);
        return accepted.Submission;
    }

    /// <summary>Accepts a manifest and works it through.</summary>
    public static async Task<Submission> SubmitAsync(this TestGateway gateway, string job, int manifest, params ManifestFile[] files)
    {
        var id = await gateway.AcceptAsync(job, manifest, files);
        await gateway.DrainAsync();
        return gateway.Engine.Reader.Submission(id)!;
    }

    public static Task<Submission> SubmitAsync(this TestGateway gateway, string job, int manifest, params string[] lines) =>
        gateway.SubmitAsync(job, manifest, new ManifestFile(lines));

    public static async Task<Submission> WithdrawAsync(this TestGateway gateway, string id)
    {
        var steered = await gateway.Engine.Submissions.WithdrawAsync(id, "test", default);
        Assert.True(steered.IsDone, steered.Text);
        await gateway.DrainAsync();
        return gateway.Engine.Reader.Submission(id)!;
    }

    /// <summary>The events of all streams, after where each was.</summary>
    public static IReadOnlyList<Publication> AllEvents(this TestGateway gateway, IReadOnlyDictionary<string, long>? after = null)
    {
        var events = new List<Publication>();
        foreach (var stream in StreamNames.All)
        {
            var from = after?.GetValueOrDefault(stream) ?? 0;
            while (gateway.Engine.Reader.Read(gateway.Aco.Number, stream, from, 5000) is { Count: > 0 } page)
            {
                events.AddRange(page);
                from = page[^1].Sequence;
            }
        }

        return events;
    }

    /// <summary>Where the streams are now.</summary>
    public static Dictionary<string, long> Ends(this TestGateway gateway) =>
        StreamNames.All.ToDictionary(s => s, s => gateway.Engine.Reader.Last(gateway.Aco.Number, s));

    /// <summary>Nothing of the submission is to be seen: every event that it made is taken back, and no held entry is one of them.</summary>
    public static int AssertNothingVisibleOf(this TestGateway gateway, string submission, IReadOnlyDictionary<string, long>? after = null)
    {
        var own = gateway.AllEvents(after).Where(e => e.Origin.StartsWith(submission + "/", StringComparison.Ordinal) && !e.Type.EndsWith(".withdrawn", StringComparison.Ordinal)).ToList();
        Assert.All(own, e => Assert.NotNull(e.Withdrawn));
        return own.Count;
    }
}

/// <summary>One file of a manifest.</summary>
internal sealed record ManifestFile(IReadOnlyList<string> Lines, string? Type = null, SpooledFileRole Role = SpooledFileRole.Output, string? FhirBaseUrl = null)
{
    public static ManifestFile Deleted(params string[] references) => new(
        [.. references.Select(r => $$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"{{{r}}}"}}]}""")],
        Role: SpooledFileRole.Deleted);
}
