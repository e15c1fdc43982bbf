using System.Text;
using System.Text.Json;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>Small messages made for one question each.</summary>
internal static class AdtMessages
{
    public static readonly AdtFeedSettings Settings = new() { Source = "north" };

    public const string Ann = "PID|1||M1^^^NORTH^MR||DOE^ANN||19500214|F";

    public const string Stay = "PV1|1|I|4W^401^A^NORTH||||||||||||||||V1^^^NORTH";

    public static string Message(string trigger = "A01", string pv1 = Stay, string evn = "20260301101000", string pid = Ann, string id = "C1") =>
        $"MSH|^~\\&|APP|NORTHHOSP|GW|HIE|20260301101500||ADT^{trigger}|{id}|P|2.5.1\rEVN|{trigger}|{evn}\r{pid}\r{pv1}\r";

    /// <summary>PV1 of the fields that are named, by their numbers.</summary>
    public static string Pv1(params (int Field, string Value)[] fields)
    {
        var all = new string[fields.Max(f => f.Field) + 1];
        all[0] = "PV1";
        foreach (var (field, value) in fields)
            all[field] = value;
        return string.Join('|', all);
    }

    public static AdtConversion Try(string message, AdtKnown? known = null, AdtFeedSettings? settings = null) =>
        AdtConverter.Convert(Encoding.UTF8.GetBytes(message), settings ?? Settings, known);

    public static AdtEvent Convert(string message, AdtKnown? known = null, AdtFeedSettings? settings = null) =>
        Try(message, known, settings).Event ?? throw new InvalidOperationException("not converted");

    public static JsonElement Resource(AdtEvent converted, string type) => Resources(converted).FirstOrDefault(r => r.GetProperty("resourceType").GetString() == type);

    public static List<JsonElement> Resources(AdtEvent converted) =>
        [.. JsonDocument.Parse(converted.Bundle).RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))];
}
