namespace FhirGateway.Organizations;

/// <summary>The form of every organisation id: it becomes part of topic names, paths and URLs.</summary>
public static class OrganizationId
{
    public const string Form = "1 to 64 characters of A-Z, a-z, 0-9, '-' and '_', beginning with a letter or digit";
    private const int MostCharacters = 64;

    /// <summary>No dot, so that no topic prefix contains another. Two ids may not differ by case only: see the directory.</summary>
    public static bool IsValid(string? id)
    {
        if (string.IsNullOrEmpty(id) || id.Length > MostCharacters || !char.IsAsciiLetterOrDigit(id[0]))
            return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        }

        return true;
    }
}
