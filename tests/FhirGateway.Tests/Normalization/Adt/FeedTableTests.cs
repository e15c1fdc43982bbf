using System.Text;
using System.Text.Json;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;

namespace FhirGateway.Tests.Normalization.Adt;

public sealed class FeedTableTests
{
    private const string Message = "MSH|^~\\&|APP|NORTHHOSP|GW|HIE|20260301101500-0500||ADT^A03|C1|P|2.5.1\rEVN|A03|20260301101000-0500\rPID|1||M1^^^NORTH^MR~P7^^^CITY^PI||DOE^ANN||19500214|F||W^Weiss\rPV1|1|O|4W|||||||OV||||||||OBSV|V1^^^NORTH|||||||||||||||||ZX^Somewhere||||||||20260301100000-0500|20260302\r";

    private static AdtEvent Convert(MessageFeed feed, string message = Message) =>
        AdtConverter.Convert(Encoding.UTF8.GetBytes(message), AdtFeedSettings.Of("north", TimeZoneInfo.Utc, feed)).Event!;

    private static FeedTable Table(string name, string rows)
    {
        Assert.Empty(FeedTableReader.Read(name, rows, out var table));
        return table!;
    }

    private static JsonElement Resource(AdtEvent converted, string type) =>
        JsonDocument.Parse(converted.Bundle).RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
            .First(r => r.GetProperty("resourceType").GetString() == type);

    [Fact]
    public void Without_a_row_a_local_code_stays_local_and_is_an_issue_with_its_place()
    {
        var converted = Convert(new MessageFeed());
        var disposition = Resource(converted, "Encounter").GetProperty("hospitalization").GetProperty("dischargeDisposition").GetProperty("coding");
        Assert.Equal(("urn:fhir-gateway:table:north:0112", "ZX"), (disposition[0].GetProperty("system").GetString(), disposition[0].GetProperty("code").GetString()));
        Assert.Equal(1, disposition.GetArrayLength());
        var race = Resource(converted, "Patient").GetProperty("extension")[0].GetProperty("extension");
        Assert.Equal("Weiss", Assert.Single(race.EnumerateArray()).GetProperty("valueString").GetString());
        Assert.Superset(new HashSet<string> { "unmapped-code PV1-36", "unmapped-code PID-10" }, converted.Issues.Select(i => $"{i.Code} {i.Location}").ToHashSet());
    }

    /// <summary>Services (0069), ambulatory status, courtesy and priority are the sender's own words: nothing could mean them.</summary>
    [Fact]
    public void A_code_of_a_table_without_meanings_is_no_issue_until_the_feed_gives_one_a_meaning()
    {
        Assert.DoesNotContain(Convert(new MessageFeed()).Issues, i => i.Location is "PV1-10" or "PV1-15" or "PV1-16" or "PV2-25");
        var service = Resource(Convert(new MessageFeed()), "Encounter").GetProperty("serviceType").GetProperty("coding");
        Assert.Equal(("urn:fhir-gateway:table:north:0069", "OV"), (service[0].GetProperty("system").GetString(), service[0].GetProperty("code").GetString()));
        var ruled = new MessageFeed { Tables = [Table("hospital-service", "MED\t394802001\n")] };
        Assert.Contains(Convert(ruled).Issues, i => i is { Location: "PV1-10", Code: AdtIssueCodes.UnmappedCode });
        Assert.DoesNotContain(Convert(ruled, Message.Replace("|OV|", "|MED|", StringComparison.Ordinal)).Issues, i => i.Location is "PV1-10");
    }

    [Fact]
    public void A_feed_s_own_rows_say_what_its_codes_mean()
    {
        var converted = Convert(new MessageFeed { Tables = [Table("disposition", "ZX\thome\n"), Table("race", "W\t2106-3\n")] });
        var disposition = Resource(converted, "Encounter").GetProperty("hospitalization").GetProperty("dischargeDisposition").GetProperty("coding");
        Assert.Equal(["home", "ZX"], disposition.EnumerateArray().Select(c => c.GetProperty("code").GetString()));
        Assert.Equal("Home", disposition[0].GetProperty("display").GetString());
        Assert.Equal("2106-3", Resource(converted, "Patient").GetProperty("extension")[0].GetProperty("extension")[0].GetProperty("valueCoding").GetProperty("code").GetString());
        Assert.DoesNotContain(converted.Issues, i => i.Location is "PV1-36" or "PID-10");
    }

    [Theory]
    [InlineData("class-by-type", "OBSV\tOBSENC")]
    [InlineData("class-by-service", "OV\tOBSENC")]
    [InlineData("class", "O\tOBSENC")]
    public void A_class_may_be_ruled_by_the_type_the_service_or_the_class_of_the_sender(string table, string rows) =>
        Assert.Equal("OBSENC", Resource(Convert(new MessageFeed { Tables = [Table(table, rows)] }), "Encounter").GetProperty("class").GetProperty("code").GetString());

    [Fact]
    public void A_row_without_a_target_takes_a_meaning_away()
    {
        var message = Message.Replace("ZX^Somewhere", "01", StringComparison.Ordinal);
        static int Codings(AdtEvent e) => Resource(e, "Encounter").GetProperty("hospitalization").GetProperty("dischargeDisposition").GetProperty("coding").GetArrayLength();
        Assert.Equal(2, Codings(Convert(new MessageFeed(), message)));
        Assert.Equal(1, Codings(Convert(new MessageFeed { Tables = [Table("disposition", "01\t\n")] }, message)));
    }

    [Fact]
    public void Authorities_facilities_and_the_patient_s_number_are_settings_of_the_feed()
    {
        var converted = Convert(new MessageFeed
        {
            AuthoritySystems = [new AuthoritySystem("north", "urn:oid:2.16.840.1.113883.3.1")],
            FacilityNpis = [new FacilityNpi("northhosp", "1234567893")],
            PatientAuthority = "CITY",
        });
        Assert.Equal("CITY|P7", converted.PatientKey);
        Assert.Contains(converted.Patient.Identifiers, i => i is { System: "urn:oid:2.16.840.1.113883.3.1", Value: "M1" });
        Assert.Equal("http://hl7.org/fhir/sid/us-npi", Resource(converted, "Organization").GetProperty("identifier")[0].GetProperty("system").GetString());
        Assert.Equal("1234567893", converted.Visit!.FacilityNpi);
    }

    [Fact]
    public void All_faults_of_a_table_are_told_at_once_with_their_lines()
    {
        var faults = FeedTableReader.Read("disposition", "# own\n01\thome\nZ9\tnowhere\n01\tsnf\n\thome\na\tb\tc\td\nZ8\thttp://example.org#x\n", out var table);
        Assert.Null(table);
        Assert.Equal(["line 3", "line 4", "line 5", "line 6", "line 7"], faults.Select(f => f[..6]));
        Assert.Contains("there is no table 'colour'", Assert.Single(FeedTableReader.Read("colour", "1\t2", out _)), StringComparison.Ordinal);
        Assert.Equal("holds no row", Assert.Single(FeedTableReader.Read("race", "# nothing\n", out _)));
    }

    [Fact]
    public void A_code_of_CDCREC_SNOMED_or_UCUM_is_known_by_its_form()
    {
        Assert.Empty(FeedTableReader.Read("race", "7\t1004-1\n8\thttp://terminology.hl7.org/CodeSystem/v3-NullFlavor#UNK\n", out _));
        Assert.Empty(FeedTableReader.Read("unit", "foo\tmg/dL\nML\tmL\nmL\tmL\n", out _));
        Assert.Empty(FeedTableReader.Read("hospital-service", "MED\t394802001\tGeneral medicine\n", out _));
        Assert.Single(FeedTableReader.Read("race", "O\t2131-1\n", out _));
        Assert.Single(FeedTableReader.Read("unit", "foo\tno such unit\n", out _));
    }

    [Fact]
    public void Every_built_in_target_would_be_taken_from_a_feed_too()
    {
        Assert.True(AdtTables.Names.Length > 30);
        foreach (var name in AdtTables.Names)
            if (AdtTables.BuiltIn(name) is { IsEmpty: false } rows)
                Assert.Empty(FeedTableReader.Read(name, string.Join('\n', rows.Select(row => $"{row.Code}\t{row.Target}\t{row.Display}")), out _));
    }
}
