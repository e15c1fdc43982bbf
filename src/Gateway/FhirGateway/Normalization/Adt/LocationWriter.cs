using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// PL to a chain of Locations, bed in room in unit in facility. A key is the path of names from the facility down, so that a location
/// that only the episode remembers can be written again from its key.
/// </summary>
internal static class LocationWriter
{
    private const string PhysicalType = "http://terminology.hl7.org/CodeSystem/location-physical-type";

    /// <summary>The key of the innermost location; null if the value names none.</summary>
    public static string? PathOf(AdtScope scope, Hl7Value value)
    {
        if (!value.HasValue)
            return null;
        var location = new PersonLocation(value);
        if (location.IsEmpty)
            return null;
        var path = Escape(FhirElements.Clean(location.Facility.Namespace ?? location.Facility.UniversalId) ?? scope.Facility ?? "");
        path = Below(path, "wa", location.PointOfCare);
        path = Below(path, "ro", location.Room);
        path = Below(path, "bd", location.Bed);
        return path.Length == 0 ? null : path;
    }

    /// <summary>The key of a facility.</summary>
    public static string PathOf(string facility) => Escape(facility);

    /// <summary>The innermost location of a path, which is written into the bundle with all that contain it.</summary>
    public static Guid? Require(AdtScope scope, string path)
    {
        Guid? within = null;
        var from = 0;
        while (from <= path.Length)
        {
            var bar = path.IndexOf('|', from);
            var end = bar < 0 ? path.Length : bar;
            if (end > from)
                within = Level(scope, path[..end], path[from..end], from == 0, within);
            from = end + 1;
        }
        return within;
    }

    private static Guid Level(AdtScope scope, string path, string step, bool isSite, Guid? within) =>
        scope.Require("Location", path, (s, id) =>
        {
            var (type, display) = isSite ? ("si", "Site")
                : step.StartsWith("ro:", StringComparison.Ordinal) ? ("ro", "Room")
                : step.StartsWith("bd:", StringComparison.Ordinal) ? ("bd", "Bed")
                : ("wa", "Ward");
            var json = s.Json;
            s.StartResource("Location", id);
            json.Text("name", Unescape(isSite || step.Length < 4 ? step : step[3..]));
            json.WriteString("mode"u8, "instance"u8);
            json.Concept("physicalType", PhysicalType, type, display);
            if (within is { } parent)
                json.Reference("partOf", "Location", parent);
            s.EndResource();
        });

    private static string Below(string path, string type, string? name) =>
        FhirElements.Clean(name) is { } text ? $"{path}|{type}:{Escape(text)}" : path;

    /// <summary>A name with a bar in it must not look like two levels.</summary>
    public static string Escape(string name) =>
        name.AsSpan().IndexOfAny('|', '\\') < 0 ? name : name.Replace("\\", "\\e", StringComparison.Ordinal).Replace("|", "\\b", StringComparison.Ordinal);

    public static string Unescape(string name) =>
        name.Contains('\\', StringComparison.Ordinal) ? name.Replace("\\b", "|", StringComparison.Ordinal).Replace("\\e", "\\", StringComparison.Ordinal) : name;
}
