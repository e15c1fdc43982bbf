using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Organizations;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed class TableEndpointsTests
{
    [Fact]
    public async Task A_roster_is_taken_row_by_row_and_the_rest_named_by_line_and_column()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        const string Csv = "\uFEFFmember_id,family,given,birth_date,sex,zip,participant,start,end,local_id\r\n"
            + "1,\"O\"\"Hara, Jr\",Ann,1960-01-31,F,12345,aco-a,2020-01-01,,L1\r\n"
            + "2,Two,Bob,1960-02-30,M,12345,aco-a,2020-01-01,,\r\n"
            + "\r\n"
            + "3,Three,Cy,1960-01-01,Q,12345,aco-a,2020-01-01,,\r\n"
            + "4,\"Fo\nur\",Di,1960-01-01,F,12345,aco-a,2020-01-01,,\r\n"
            + "5,Five,Ed,1960-01-01,M,12345,nobody,2020-01-01,,\r\n"
            + "6,Six\r\n"
            + ",Seven,Flo,1960-01-01,F,12345,aco-a,2020-01-01,,\r\n"
            + "8,Eight,Gus,1960-01-01,male,12345,aco-a,2020-01-01,,";
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/roster", token, Table(Csv));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        using var report = JsonDocument.Parse(body);
        Assert.Equal(2, report.RootElement.GetProperty("accepted").GetInt32());
        Assert.Equal(
            ["3 birth_date", "5 sex", "6 family", "8 participant", "9 start", "10 member_id"],
            report.RootElement.GetProperty("rejected").EnumerateArray().Select(r => $"{r.GetProperty("line").GetInt32()} {r.GetProperty("column").GetString()}"));
        Assert.DoesNotContain("1960-02-30", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_roster_that_ends_most_attributions_waits_for_a_yes()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        const string Head = "member_id,family,given,birth_date,participant,start\n";
        var ten = Head + string.Join('\n', Enumerable.Range(1, 10).Select(i => $"{i},F{i},G{i},1960-01-01,aco-a,2020-01-01"));
        foreach (var (path, csv, status) in new[]
        {
            ("/intake/roster", ten, HttpStatusCode.OK),
            ("/intake/roster", Head + "1,F1,G1,1960-01-01,aco-a,2020-01-01", HttpStatusCode.Conflict),
            ("/intake/roster?change=true", Head + "1,F1,G1,1960-01-01,aco-a,2020-01-01", HttpStatusCode.OK),
            ("/intake/roster?yes=true", Head + "1,F1,G1,1960-01-01,aco-a,2020-01-01", HttpStatusCode.OK),
        })
        {
            using var response = await gateway.SendAsync(HttpMethod.Post, path, token, Table(csv));
            Assert.True(status == response.StatusCode, path + ": " + response.StatusCode);
        }
    }

    [Fact]
    public async Task Panels_and_opt_outs_are_taken()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var panel = await gateway.SendAsync(HttpMethod.Post, "/intake/panel?days=30", await gateway.TokenAsync(ClientRole.Participant, "aco-a"),
            Table("local_id,family,given,birth_date,sex,zip,mbi,phone\nL1,One,Ann,1960-01-01,F,12345,1EG4TE5MK73,"));
        Assert.Equal(HttpStatusCode.OK, panel.StatusCode);
        using var optOut = await gateway.SendAsync(HttpMethod.Post, "/intake/optout", await gateway.TokenAsync(ClientRole.Source, "payer-a"),
            Table("member_id,participant,status,date\n1,,opt-out,2026-01-01\n2,aco-a,revoked,2026-01-01\n3,,perhaps,2026-01-01"));
        using var report = JsonDocument.Parse(await optOut.Content.ReadAsStringAsync());
        Assert.Equal((2, 1), (report.RootElement.GetProperty("accepted").GetInt32(), report.RootElement.GetProperty("rejected").GetArrayLength()));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("family,given\n", "member_id")]
    [InlineData("member_id,member_id,start\n", "stands there 2 times")]
    [InlineData("\u0001BAD", "UTF-8")]
    public async Task A_file_that_is_no_table_is_refused_with_line_and_reason(string csv, string says)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var content = csv == "\u0001BAD" ? new ByteArrayContent([(byte)'a', 0xFF, 0xFE, 0xC0]) : Table(csv);
        content.Headers.ContentType = new("text/csv");
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/roster", token, content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(says, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static HttpContent Table(string csv) => new StringContent(csv, Encoding.UTF8, "text/csv");
}
