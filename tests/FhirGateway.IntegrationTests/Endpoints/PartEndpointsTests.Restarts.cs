using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.IntegrationTests.Endpoints;

/// <summary>Uploads that a broken connection, a kill or a week of silence interrupts.</summary>
public sealed partial class PartEndpointsTests
{
    [Fact]
    public async Task What_came_before_the_connection_broke_counts()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var location = await BeginAsync(gateway, token, []);
        using (var tcp = new TcpClient())
        {
            await tcp.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
            await using var stream = tcp.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"PATCH {location} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nUpload-Complete: ?1\r\nUpload-Offset: 0\r\nContent-Type: application/partial-upload\r\nContent-Length: {Whole.Length}\r\n\r\n"));
            await stream.WriteAsync(Whole.AsMemory(0, 3000));
            await stream.FlushAsync();
            var spool = Path.Combine(gateway.Engine.DataDirectory, "spool");
            var from = TimeProvider.System.GetTimestamp();
            while (Directory.GetFiles(spool, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) < 3000 && TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(10))
                await Task.Delay(20);
            // HEAD ends the reading: the offset that it tells stays true.
            AssertStands(await HeadAsync(gateway, token, location), 3000, isComplete: false);
        }

        using var last = await PatchAsync(gateway, token, location + "?wait=30", 3000, Whole[3000..], isLast: true, ("Repr-Digest", Digest(Whole)));
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
    }

    [Fact]
    public async Task Killed_at_any_offset_an_upload_goes_on_from_what_was_acknowledged()
    {
        var random = new Random(20261122);
        var directory = Directory.CreateTempSubdirectory("parts-").FullName;
        try
        {
            string? location = null;
            var acknowledged = 0;
            var jwt = "";
            while (acknowledged < Whole.Length)
            {
                await using var gateway = await RestartedGateway.StartAsync(directory);
                jwt = await gateway.TokenAsync();
                location ??= await BeginAsync(gateway.Http, jwt, []);
                var told = await HeadAsync(gateway.Http, jwt, location);
                AssertStands(told, acknowledged, isComplete: false);
                for (var part = 0; part < 3 && acknowledged < Whole.Length; part++)
                {
                    var end = Math.Min(Whole.Length, acknowledged + random.Next(1, 3000));
                    using var response = await PatchAsync(gateway.Http, jwt, location, acknowledged, Whole[acknowledged..end]);
                    Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
                    acknowledged = end;
                }

                // What a kill leaves: bytes that were written and never acknowledged.
                var file = Directory.GetFiles(Path.Combine(directory, "spool"), "*", SearchOption.AllDirectories).Single();
                await File.AppendAllTextAsync(file, new string('?', random.Next(0, 5000)));
            }

            await using var last = await RestartedGateway.StartAsync(directory);
            jwt = await last.TokenAsync();
            using var done = await PatchAsync(last.Http, jwt, location + "?wait=30", acknowledged, [], isLast: true, ("Repr-Digest", Digest(Whole)));
            Assert.True(done.StatusCode == HttpStatusCode.OK, await done.Content.ReadAsStringAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task An_upload_that_got_no_part_for_a_week_is_removed_and_so_are_bytes_of_none()
    {
        var directory = Directory.CreateTempSubdirectory("parts-").FullName;
        try
        {
            string old;
            string young;
            await using (var gateway = await RestartedGateway.StartAsync(directory))
            {
                var jwt = await gateway.TokenAsync();
                old = await BeginAsync(gateway.Http, jwt, Whole[..100]);
                young = await BeginAsync(gateway.Http, jwt, Whole[..100]);
                await gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
                {
                    var now = TimeProvider.System.GetUtcNow();
                    tx.Jobs.Update(tx.Jobs.Find(IdOf(old))! with { UpdatedAt = now - TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1) });
                    tx.Jobs.Update(tx.Jobs.Find(IdOf(young))! with { UpdatedAt = now - TimeSpan.FromDays(7) + TimeSpan.FromMinutes(10) });
                    return true;
                }, default);
            }

            Directory.CreateDirectory(Path.Combine(directory, "spool", "incoming-j-ffffffffffffffff-00000"));
            await using var again = await RestartedGateway.StartAsync(directory);
            var token = await again.TokenAsync();
            var from = TimeProvider.System.GetTimestamp();
            while (Directory.GetDirectories(Path.Combine(directory, "spool")).Length > 1 && TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(10))
                await Task.Delay(20);
            Assert.Equal([$"incoming-{IdOf(young)}-00000"], Directory.GetDirectories(Path.Combine(directory, "spool")).Select(f => Path.GetFileName(f)!));
            Assert.Equal(HttpStatusCode.NotFound, (await HeadAsync(again.Http, token, old)).StatusCode);
            AssertStands(await HeadAsync(again.Http, token, young), 100, isComplete: false);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Killed_while_it_is_accepted_an_upload_is_accepted_once()
    {
        var directory = Directory.CreateTempSubdirectory("parts-").FullName;
        try
        {
            string location;
            string submission;
            await using (var gateway = await RestartedGateway.StartAsync(directory))
            {
                var jwt = await gateway.TokenAsync();
                location = await BeginAsync(gateway.Http, jwt, Whole, ("Idempotency-Key", "key-1"));
                using var done = await PatchAsync(gateway.Http, jwt, location + "?wait=30", Whole.Length, [], isLast: true);
                submission = done.Headers.Location!.ToString();
                Assert.Equal(HttpStatusCode.OK, done.StatusCode);
                // The state as it was before the acceptance was written down: the journal has the entry, the spool the file.
                var id = IdOf(location);
                await gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
                {
                    var job = tx.Jobs.Find(id)!;
                    tx.Jobs.Update(job with { State = BulkJobState.Running, Detail = job.Detail.Replace($",\"submission\":\"{IdOf(submission)}\"", "", StringComparison.Ordinal) });
                    return true;
                }, default);
            }

            await using var again = await RestartedGateway.StartAsync(directory);
            var token = await again.TokenAsync();
            AssertStands(await HeadAsync(again.Http, token, location), Whole.Length, isComplete: false);
            using var last = await PatchAsync(again.Http, token, location + "?wait=30", Whole.Length, [], isLast: true, ("Repr-Digest", Digest(Whole)));
            Assert.Equal(HttpStatusCode.OK, last.StatusCode);
            Assert.Equal(submission, last.Headers.Location!.ToString());
            var found = await again.Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Submissions.Newest(null, 10), default);
            Assert.Equal(200, Assert.Single(found).Counts.Lines);
            AssertStands(await HeadAsync(again.Http, token, location), Whole.Length, isComplete: true);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
