using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Mllp;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>
/// Senders as they are: each MLLP connection has one message in flight and sends it again, byte for byte, when no answer came;
/// an upload is repeated under its Idempotency-Key until it is answered. What was answered is the ledger.
/// </summary>
internal sealed class FaultLoad(GatewayProcess gateway)
{
    private const int LinesPerUpload = 300;
    private volatile bool ending;
    private volatile TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int begun;

    /// <summary>Control id to patient of every message answered AA.</summary>
    public ConcurrentDictionary<string, int> Accepted { get; } = new();

    /// <summary>Submission to the number of lines of every acknowledged upload.</summary>
    public ConcurrentDictionary<string, int> Submissions { get; } = new();

    /// <summary>Claim id to patient of every line of an acknowledged upload.</summary>
    public ConcurrentDictionary<string, int> Claims { get; } = new();

    public ConcurrentBag<string> Violations { get; } = [];
    public int Repeated => Volatile.Read(ref repeated);
    private int repeated;

    /// <summary>The gateway is ready: begin, or go on.</summary>
    public void Resume() => up.TrySetResult();

    /// <summary>The gateway is about to die: who loses it waits.</summary>
    public void Suspend() => up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Nothing new is begun; what is in flight is repeated until it is answered.</summary>
    public void End() => ending = true;

    public Task RunAsync(int connections) =>
        Task.WhenAll([.. Enumerable.Range(0, connections).Select(_ => Task.Run(SendAsync)), Task.Run(UploadAsync)]);

    private async Task SendAsync()
    {
        MllpConnection? connection = null;
        while (!ending)
        {
            var number = Interlocked.Increment(ref begun);
            var patient = number % FaultWorld.Patients;
            var controlId = string.Create(CultureInfo.InvariantCulture, $"F{number:d8}");
            var message = FaultWorld.Admit(patient, "V" + controlId, controlId);
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await up.Task;
                    connection ??= await MllpConnection.ConnectAsync(gateway.Mllp, CancellationToken.None);
                    var answer = await connection.SendAsync(message, CancellationToken.None);
                    if (answer.ControlId != controlId)
                        Violations.Add($"{controlId} was answered for {answer.ControlId}");
                    if (answer.IsAccepted)
                        break;
                    Violations.Add($"{controlId} was answered {answer.Code}");
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    connection?.Dispose();
                    connection = null;
                    Interlocked.Increment(ref repeated);
                    await Task.Delay(5);
                }
            }

            Accepted[controlId] = patient;
        }

        connection?.Dispose();
    }

    private async Task UploadAsync()
    {
        for (var upload = 0; !ending; upload++)
        {
            var claims = Enumerable.Range(0, LinesPerUpload).Select(i => (Id: string.Create(CultureInfo.InvariantCulture, $"c{upload}-{i}"), Patient: (upload * 31 + i) % FaultWorld.Patients)).ToList();
            var body = Encoding.UTF8.GetBytes(string.Concat(claims.Select(c => FaultWorld.ClaimLine(c.Id, c.Patient) + "\n")));
            while (await TryUploadAsync("upload-" + upload.ToString(CultureInfo.InvariantCulture), body) is not { } submission)
            {
                Interlocked.Increment(ref repeated);
                await Task.Delay(20);
            }

            foreach (var (id, patient) in claims)
                Claims[id] = patient;
        }
    }

    private async Task<string?> TryUploadAsync(string key, byte[] body)
    {
        try
        {
            await up.Task;
            using var request = await gateway.RequestAsync(HttpMethod.Post, FaultWorld.Payer, "/intake/ndjson", CancellationToken.None);
            request.Headers.Add("Idempotency-Key", key);
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/fhir+ndjson");
            using var response = await gateway.Client.SendAsync(request);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Accepted))
            {
                Violations.Add($"{key} was answered {(int)response.StatusCode}");
                return null;
            }

            using var receipt = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var submission = receipt.RootElement.GetProperty("submission").GetString()!;
            Submissions[submission] = LinesPerUpload;
            return submission;
        }
        catch (Exception e) when (FaultConsumer.IsAway(e))
        {
            return null;
        }
    }
}
