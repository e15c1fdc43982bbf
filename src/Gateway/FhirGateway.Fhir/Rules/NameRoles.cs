using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>The role of a name by its hash: one look into a small table for every name of a resource.</summary>
internal static class NameRoles
{
    private const int Size = 512;
    private static readonly (int Hash, NameRole Role)[] Slots = Build();

    /// <summary>The role of a name with this hash. Another name with the same hash is possible; the value is looked at before anything is said.</summary>
    public static NameRole Find(int hash)
    {
        for (var at = hash & (Size - 1); Slots[at].Role != NameRole.None; at = (at + 1) & (Size - 1))
            if (Slots[at].Hash == hash)
                return Slots[at].Role;
        return NameRole.None;
    }

    private static (int, NameRole)[] Build()
    {
        var slots = new (int Hash, NameRole Role)[Size];
        foreach (var (role, names) in Names())
            foreach (var name in names.Split(' '))
            {
                var hash = (int)JsonText.Hash(Encoding.UTF8.GetBytes(name));
                var at = hash & (Size - 1);
                while (slots[at].Role != NameRole.None)
                    at = (at + 1) & (Size - 1);
                slots[at] = (hash, role);
            }
        return slots;
    }

    /// <summary>Canonical: the names of all elements of FHIR R4 that can be canonical; the type is asked for before a finding is made.</summary>
    private static IEnumerable<(NameRole Role, string Names)> Names() =>
    [
        (NameRole.Reference, "reference"),
        (NameRole.Contained, "contained"),
        (NameRole.Resource, "resource outcome"),
        (NameRole.Div, "div"),
        (NameRole.Data, "data"),
        (NameRole.System, "system"),
        (NameRole.Security, "security"),
        (NameRole.Url, "url"),
        (NameRole.Canonical, "answerValueSet base baseDefinition capabilities compartment definition definitionCanonical derivedFrom graph "
            + "implementationGuide import imports inputProfile instantiates instantiatesCanonical library measure message outputProfile "
            + "parent partOf profile questionnaire replaces sourceCanonical targetCanonical supplements supportedProfile targetProfile transform "
            + "valueSet workflow valueCanonical defaultValueCanonical fixedCanonical patternCanonical exampleCanonical"),
    ];
}
