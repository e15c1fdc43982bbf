namespace FhirGateway.Organizations;

/// <summary>The form of every organisation id: it becomes part of topic names, paths and URLs.</summary>
public static class OrganizationId
{
    public const string Form = "2 to 40 characters of a-z, 0-9 and '-', beginning and ending with a letter or digit";

    /// <summary>Lower case only, so that no two ids differ by case; no dot, so that no topic prefix contains another.</summary>
    public static bool IsValid(string? id)
    {
        if (id is null || id.Length is < 2 or > 40 || id[0] == '-' || id[^1] == '-')
            return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }

        return true;
    }
}
