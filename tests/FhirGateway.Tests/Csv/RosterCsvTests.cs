using System.Text;
using FhirGateway.Adapters.Csv;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Csv;

public sealed class RosterCsvTests
{
    [Theory]
    [InlineData("2024-02-29")]
    [InlineData("20240229")]
    [InlineData("2/29/2024")]
    [InlineData("02/29/2024")]
    public async Task Dates_are_taken_in_three_forms(string date)
    {
        var file = await ReadAsync(RosterKind.Roster, $"member_id,start\nm1,{date}\n");
        Assert.Equal(new DateOnly(2024, 2, 29), Assert.Single(file.Rows).Start);
    }

    [Theory]
    [InlineData("2023-02-29")]
    [InlineData("29.2.2024")]
    [InlineData("0001-01-01")]
    [InlineData("2024-02-29T00:00:00")]
    [InlineData("soon")]
    public async Task Wrong_dates_are_rejected_without_the_value(string date)
    {
        var file = await ReadAsync(RosterKind.Roster, $"member_id,start\n\nm1,{date}\nm2,2024-01-01\n");
        var rejected = Assert.Single(file.Rejected);
        Assert.Equal((3, "start"), (rejected.Line, rejected.Column));
        Assert.DoesNotContain(date, rejected.Reason, StringComparison.Ordinal);
        Assert.Equal(4, Assert.Single(file.Rows).Line);
    }

    [Theory]
    [InlineData("M", "male")]
    [InlineData("female", "female")]
    [InlineData("F", "female")]
    [InlineData("o", "other")]
    [InlineData("U", "unknown")]
    [InlineData("", null)]
    public async Task Sex_is_taken_in_its_usual_spellings(string given, string? sex) =>
        Assert.Equal(sex, Assert.Single((await ReadAsync(RosterKind.Panel, $"local_id,sex\nx,{given}\n")).Rows).Facts.Sex);

    [Theory]
    [InlineData("member_id,start\nm1,2024-01-01,more\n", "")]
    [InlineData("member_id,start\n,2024-01-01\n", "member_id")]
    [InlineData("member_id,start\nm1\n", "start")]
    [InlineData("member_id,start\nm\01,2024-01-01\n", "member_id")]
    [InlineData("member_id,start\nm\"1,2024-01-01\n", "")]
    [InlineData("member_id,start\n\"m1,2024-01-01\n", "")]
    [InlineData("member_id,start,sex\nm1,2024-01-01,zz\n", "sex")]
    public async Task Rows_at_fault_name_their_column(string text, string column)
    {
        var file = await ReadAsync(RosterKind.Roster, text);
        Assert.Null(file.Fault);
        Assert.Empty(file.Rows);
        Assert.Equal((2, column), (Assert.Single(file.Rejected).Line, file.Rejected[0].Column));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("member,begin\n")]
    [InlineData("member_id\nm1\n")]
    [InlineData("member_id,start,START\n")]
    public async Task A_file_without_its_columns_is_one_fault(string text)
    {
        var file = await ReadAsync(RosterKind.Roster, text);
        Assert.NotNull(file.Fault);
        Assert.Empty(file.Rows);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_and_endless_quotes_are_one_fault()
    {
        using var latin = new MemoryStream([.. "local_id,family\nx,M"u8, 0xFC, .. "ller\n"u8]);
        Assert.Contains("UTF-8", (await RosterCsv.ReadAsync(latin, RosterKind.Panel, null, CancellationToken.None)).Fault, StringComparison.Ordinal);
        Assert.Contains("quote", (await ReadAsync(RosterKind.Panel, "local_id\n\"" + new string('a', 2_000_000))).Fault, StringComparison.Ordinal);
        Assert.Contains("columns", (await ReadAsync(RosterKind.Panel, "local_id\n" + new string(',', 5000))).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_found_by_map_case_and_order_with_a_byte_order_mark()
    {
        var map = ColumnMap.TryRead("""{"member_id":"Member Number"}"""u8.ToArray(), out _);
        var file = await ReadAsync(RosterKind.Roster, "\ufeffSTART, MBI ,ignored,member number\n2024-01-01,1eg4-te5-mk73,x,\" a \"\"b\"\", c \"\r\n", map);
        var row = Assert.Single(file.Rows);
        Assert.Equal("a \"b\", c", row.Key);
        Assert.Equal("1EG4TE5MK73", row.Facts.Identifiers[0].Value);
    }

    [Fact]
    public async Task Opt_outs_know_both_ways()
    {
        var file = await ReadAsync(RosterKind.OptOut, "member_id,status,participant,date\na,,,\nb,revoked,aco,2024-01-01\nc,maybe,,\n");
        Assert.Equal([true, false], file.Rows.Select(r => r.OptedOut));
        Assert.Equal(new DateOnly(2024, 1, 1), file.Rows[1].AsOf);
        Assert.Equal("status", Assert.Single(file.Rejected).Column);
    }

    [Fact]
    public void Whatever_a_cell_holds_comes_back_from_its_quoted_form()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>[]>(), cells =>
        {
            var texts = cells.Select(c => new string([.. c.Get.Where(x => x >= ' ' && !char.IsSurrogate(x) && x < '\ufff0')]).Trim()).Where(t => t.Length is > 0 and < 500).ToList();
            var csv = "local_id,family\r\n" + string.Concat(texts.Select(t => $"\"{t.Replace("\"", "\"\"", StringComparison.Ordinal)}\",x\r\n"));
            var file = ReadAsync(RosterKind.Panel, csv).GetAwaiter().GetResult();
            return file.Fault is null && file.Rows.Select(r => r.Key).SequenceEqual(texts);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_is_read_without_an_exception_and_no_row_is_lost()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var file = ReadAsync(RosterKind.Panel, "local_id,family\n" + text.Get).GetAwaiter().GetResult();
            return file.Fault is not null || file.Rows.Length + file.Rejected.Length <= text.Get.Length + 1;
        }).QuickCheckThrowOnFailure();
    }

    private static async Task<RosterFile> ReadAsync(RosterKind kind, string text, IReadOnlyDictionary<string, string>? map = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await RosterCsv.ReadAsync(content, kind, map, CancellationToken.None);
    }
}
