using System.Text;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Organizations;

/// <summary>
/// A scope over FHIR resources for a system client, of SMART App Launch 2.2 section 3.0.2 (<c>system/Patient.rs</c>) or of version 1
/// (<c>system/Patient.read</c>). Search parameters behind a v2 scope are not taken: what cannot be enforced is not granted.
/// </summary>
internal sealed record ResourceScope
{
    private const string Prefix = "system/";
    private const string AnyType = "*";

    /// <summary>Create, read, update, delete, search: version 2 names them in this order.</summary>
    private const string Letters = "cruds";
    private const int Read = 0b10010;
    private const int Write = 0b01101;
    private const int All = Read | Write;

    private ResourceScope(string type, int permissions, bool isVersion1) => (Type, Permissions, IsVersion1) = (type, permissions, isVersion1);

    /// <summary>A resource type of R4, or <c>*</c>.</summary>
    public string Type { get; }

    /// <summary>One bit for each of <see cref="Letters"/>.</summary>
    private int Permissions { get; }
    private bool IsVersion1 { get; }

    /// <summary>The scope of this text, or null where it is none.</summary>
    public static ResourceScope? Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return null;
        var type = text[Prefix.Length..dot];
        if (type != AnyType && StructureTable.R4.FindResourceType(Encoding.UTF8.GetBytes(type)) is null)
            return null;
        var permissions = text.AsSpan(dot + 1) switch
        {
            "read" => Read,
            "write" => Write,
            "*" => All,
            var letters => BitsOf(letters),
        };
        var isVersion1 = text.AsSpan(dot + 1) is "read" or "write" or "*";
        return permissions == 0 ? null : new ResourceScope(type, permissions, isVersion1);
    }

    /// <summary>What both allow, in the words of this one; null for nothing.</summary>
    public ResourceScope? And(ResourceScope other)
    {
        var type = Type == AnyType ? other.Type : Type;
        if (other.Type != AnyType && other.Type != type)
            return null;
        var permissions = Permissions & other.Permissions;
        return permissions == 0 ? null : new ResourceScope(type, permissions, IsVersion1);
    }

    public override string ToString() => Prefix + Type + "." + (Permissions, IsVersion1) switch
    {
        (Read, true) => "read",
        (Write, true) => "write",
        (All, true) => "*",
        _ => string.Concat(Letters.Where((_, i) => (Permissions & BitOf(i)) != 0)),
    };

    private static int BitOf(int letter) => 1 << letter;

    private static int BitsOf(ReadOnlySpan<char> letters)
    {
        var bits = 0;
        var next = 0;
        foreach (var letter in letters)
        {
            var at = Letters.IndexOf(letter, next);
            if (at < 0)
                return 0;
            bits |= BitOf(at);
            next = at + 1;
        }

        return bits;
    }
}
