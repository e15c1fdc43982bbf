using System.Runtime.CompilerServices;

namespace FhirGateway.Fhir.Profiles;

/// <summary>The profiles that apply to one resource, without allocation.</summary>
internal struct ProfileList
{
    /// <summary>Profiles beyond it are left out.</summary>
    public const int Capacity = 16;
    private Slots slots;

    public int Count { get; private set; }

    /// <summary>Up to three profiles make a key; more are compiled anew each time.</summary>
    public readonly bool HasKey => Count <= 3 && Key >= 0;

    /// <summary>The same for the same profiles in the same order.</summary>
    public long Key { get; private set; }

    public readonly CompiledProfile this[int index] => slots[index];

    public void Add(CompiledProfile profile)
    {
        for (var i = 0; i < Count; i++)
            if (ReferenceEquals(slots[i], profile))
                return;
        if (Count == Capacity)
            return;
        slots[Count++] = profile;
        Key = profile.Id >= (1 << 20) - 1 ? -1 : Key < 0 ? -1 : (Key << 20) | (uint)(profile.Id + 1);
    }

    [InlineArray(Capacity)]
    private struct Slots
    {
        private CompiledProfile first;
    }
}
