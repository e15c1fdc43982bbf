using System.Text;
using FhirGateway.Adapters.BulkFhir;

namespace FhirGateway.Tests.BulkFhir;

public sealed class PollReadingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-1", 1)]
    [InlineData("7", 7)]
    [InlineData("1000000000000", 3600)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 1)]
    [InlineData("Sun, 22 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("1795348860", 60)]
    public void S_24_every_form_of_Retry_After_is_honoured_and_clamped(string header, int seconds)
    {
        Assert.Equal(1795348800, Now.ToUnixTimeSeconds());
        var answer = Judge(202, "", ("Retry-After", header));
        Assert.Equal((PollVerdict.Working, TimeSpan.FromSeconds(seconds)), (answer.Verdict, answer.Wait));
    }

    [Fact]
    public void Without_Retry_After_the_pauses_grow_to_a_minute()
    {
        Assert.Equal([1, 2, 4, 60, 60], new[] { 0, 1, 2, 6, 1000 }.Select(n => (int)PollReading.Unasked(n).TotalSeconds));
    }

    [Fact]
    public void S_24_what_a_server_says_of_its_progress_is_bounded_and_plain()
    {
        var answer = Judge(202, "", ("X-Progress", "50% <script>\u001b[31m" + new string('x', 500)));
        Assert.Equal(100, answer.Progress!.Length);
        Assert.DoesNotContain('\u001b', answer.Progress);
    }

    [Theory]
    [InlineData(404, "", PollVerdict.Gone)]
    [InlineData(410, "", PollVerdict.Gone)]
    [InlineData(429, "", PollVerdict.Again)]
    [InlineData(503, "", PollVerdict.Again)]
    [InlineData(500, "", PollVerdict.Again)]
    [InlineData(400, "", PollVerdict.Failed)]
    [InlineData(500, """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient"}]}""", PollVerdict.Again)]
    [InlineData(500, """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient"},{"severity":"fatal","code":"processing"}]}""", PollVerdict.Failed)]
    [InlineData(200, "<html>", PollVerdict.Failed)]
    [InlineData(200, """{"output":[],"requiresAccessToken":false}""", PollVerdict.Done)]
    public void Every_answer_means_one_thing(int status, string body, PollVerdict verdict) => Assert.Equal(verdict, Judge(status, body).Verdict);

    [Fact]
    public void The_text_of_an_outcome_is_never_repeated()
    {
        var answer = Judge(500, """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"Doe^Jane","diagnostics":"Jane Doe 1965"}]}""");
        Assert.Equal("HTTP 500: error other", answer.Reason);
    }

    [Fact]
    public void A_status_of_its_own_speaks_for_the_job()
    {
        Assert.Equal(PollVerdict.Working, Judge(200, "", ("X-Export-Status", "202")).Verdict);
        Assert.Equal(PollVerdict.Failed, Judge(200, "", ("X-Export-Status", "400")).Verdict);
    }

    [Fact]
    public void A_partial_manifest_comes_with_202()
    {
        var answer = Judge(202, """{"requiresAccessToken":false,"output":[{"type":"Patient","url":"https://p.example/1"}]}""");
        Assert.Single(answer.Manifest!.Files);
    }

    private static PollAnswer Judge(int status, string body, params (string Name, string Value)[] headers) => PollReading.Judge(
        status, name => headers.FirstOrDefault(h => h.Name == name).Value, Encoding.UTF8.GetBytes(body), 0, Now, ManifestLimits.Default);
}
