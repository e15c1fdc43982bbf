using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

public sealed partial class ProfileValidator
{
    /// <summary>Adds the profiles that the resource declares in meta.profile, and those that FHIR itself applies (observation-vitalsigns.html).</summary>
    private void AddDeclared(int node, StructureType type, ref ProfileList applied, bool isContained)
    {
        var before = applied.Count;
        var list = tape.Find(tape.Find(node, "meta"u8), "profile"u8);
        if (list >= 0 && tape[list].Kind == JsonKind.Array)
        {
            var number = 0;
            for (var item = list + 1; item < tape[list].Next; item = tape[item].Next, number++)
                if (tape.IsString(item))
                    AddDeclared(item, number, ref applied);
        }
        // What declares none that is at hand is checked as what it is.
        if (applied.Count == before && before == 0 && !isContained && Choose(node, type) is { } fitting)
        {
            applied.Add(fitting);
            chosen = plans.Profiles.SourceOf(fitting.Structure);
        }
        if (type.Name == "Observation" && VitalSigns.Profile(tape, node) is { } canonical && plans.Profiles.Find(canonical) is { } vital)
            applied.Add(vital);
    }

    private void AddDeclared(int item, int index, ref ProfileList applied)
    {
        var text = tape.Bytes(item);
        var profile = plans.Profiles.Find(text);
        if (profile is null)
        {
            Report(IssueSeverity.Warning, "not-found", "profile-unknown", $"meta.profile[{index}]", item, "No package at hand defines the profile: it was not checked");
            return;
        }
        applied.Add(profile);
        var bar = text.LastIndexOf((byte)'|');
        if (bar >= 0 && !System.Text.Ascii.Equals(text[(bar + 1)..], profile.Structure.Version ?? profile.Package.Version))
            Report(IssueSeverity.Information, "informational", "profile-version", $"meta.profile[{index}]", item,
                $"The profile was checked in version {profile.Structure.Version ?? profile.Package.Version}, which is the one at hand");
    }
}
