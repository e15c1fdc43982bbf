using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PL to a chain of Locations, bed in room in unit in facility. A key is the path of names from the facility down.</summary>
internal static class LocationWriter
{
    private const string PhysicalType = "http://terminology.hl7.org/CodeSystem/location-physical-type";

    /// <summary>The innermost location, which is written into the bundle with all that contain it; null if the value names none.</summary>
    public static Guid? Require(AdtScope scope, Hl7Value value)
    {
        var location = new PersonLocation(value);
        if (location.IsEmpty)
            return null;
        var path = location.Facility.Namespace ?? location.Facility.UniversalId ?? scope.Facility ?? "";
        Guid? inner = path.Length == 0 ? null : Level(scope, path, path, "si", "Site", null);
        inner = Below(scope, ref path, location.PointOfCare, "wa", "Ward", inner);
        inner = Below(scope, ref path, location.Room, "ro", "Room", inner);
        return Below(scope, ref path, location.Bed, "bd", "Bed", inner);
    }

    private static Guid? Below(AdtScope scope, ref string path, string? name, string type, string display, Guid? within)
    {
        if (FhirElements.Clean(name) is not { } text)
            return within;
        path = $"{path}|{type}:{text}";
        return Level(scope, path, text, type, display, within);
    }

    private static Guid Level(AdtScope scope, string path, string name, string type, string display, Guid? within) =>
        scope.Require("Location", path, (s, id) =>
        {
            var json = s.Json;
            s.StartResource("Location", id);
            json.Text("name", name);
            json.WriteString("mode"u8, "instance"u8);
            json.Concept("physicalType", PhysicalType, type, display);
            if (within is { } parent)
                json.Reference("partOf", "Location", parent);
            s.EndResource();
        });
}
