using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Normalization;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Normalization;

/// <summary>
/// Turns one line of a source into the resource that the gateway publishes: its own id, references to published ids,
/// canonical code systems, <c>meta.source</c>. Only the bytes that change are touched. Reusable, one per worker, not
/// thread-safe. What the line says about itself is not trusted: ids and references are always mapped as ids of this source,
/// also where the line was normalized before, or else a source could write the published id of another's resource.
/// </summary>
public sealed class ResourceNormalizer
{
    /// <summary>Extension on a Reference that was kept because its target is not known.</summary>
    public const string UnresolvedReference = "urn:fhir-gateway:unresolved-reference";

    /// <summary>Extension of meta: the meta.source that the source had set.</summary>
    public const string OriginalSource = "urn:fhir-gateway:original-source";
    private const int MaxIdBytes = 255;

    private readonly PatchList patches = new();
    private readonly ServicePeriodReader periods = new();
    private readonly ClaimFactsReader claims = new();
    private readonly List<(int Node, ResourceReference Target, string SourceId)> references = [];
    private readonly ProfileNormalizer profile = new();
    private readonly JsonTape changed = new();
    private int unresolved;

    /// <summary>The tokens of the last line, as sent; for the checks that follow.</summary>
    public JsonTape Tape { get; } = new();

    /// <summary>What the rules of US Core and CARIN changed in the last line; ids, references and meta.source are not among it.</summary>
    public ProfileNormalizer Changes => profile;

    /// <summary>Normalizes one line. Bad data are a value: not-json, not-a-resource, duplicate-key, too-deep, invalid-text, too-large,
    /// unknown-resource-type, missing-id.</summary>
    /// <param name="line">One resource as UTF-8 JSON.</param>
    /// <param name="settings">Those of its source.</param>
    /// <param name="profileFor">The canonical, with version, of the profile by which a resource is checked, or null; null to declare none.</param>
    public NormalizationOutcome Normalize(ReadOnlyMemory<byte> line, NormalizationSettings settings, Func<JsonTape, string?>? profileFor = null)
    {
        var fault = Tape.Read(line);
        if (!fault.IsNone)
            return new(new Rejection(ReasonOf(fault.Code), null, fault.Position));
        var typeNode = Tape.Find(0, "resourceType"u8);
        if (!Tape.IsString(typeNode))
            return new(new Rejection(ReasonCodes.NotAResource, "resourceType", 0));
        if (StructureTable.R4.FindResourceType(Tape.Bytes(typeNode)) is not { } type)
            return new(new Rejection(ReasonCodes.UnknownResourceType, "resourceType", Tape[typeNode].Start));
        var idNode = Tape.Find(0, "id"u8);
        if (!IsId(idNode))
            return new(new Rejection(ReasonCodes.MissingId, type + ".id", idNode < 0 ? 0 : Tape[idNode].Start));
        return new(Build(type, Tape.Text(idNode), idNode, settings, profileFor));
    }

    /// <summary>The reason code for a line that is not one strict JSON object.</summary>
    public static string ReasonOf(JsonFaultCode code) => code switch
    {
        JsonFaultCode.NotAnObject => ReasonCodes.NotAResource,
        JsonFaultCode.InvalidUtf8 or JsonFaultCode.LoneSurrogate or JsonFaultCode.NulCharacter => ReasonCodes.InvalidText,
        JsonFaultCode.DuplicateKey => ReasonCodes.DuplicateKey,
        JsonFaultCode.TooDeep => ReasonCodes.TooDeep,
        JsonFaultCode.TooManyKeys => ReasonCodes.TooLarge,
        _ => ReasonCodes.NotJson,
    };

    private bool IsId(int node) => Tape.IsString(node) && Tape[node].Length is > 0 and <= MaxIdBytes
        && Tape.Bytes(node).IndexOfAnyInRange((byte)0, (byte)' ') < 0;

    private NormalizedResource Build(string type, string sourceId, int idNode, NormalizationSettings settings, Func<JsonTape, string?>? profileFor)
    {
        patches.Clear();
        references.Clear();
        unresolved = 0;
        var id = ReferenceResolver.IdOf(type, sourceId, settings);
        PatchId(idNode, id);
        profile.Run(Tape, patches, settings.MemberSystemBytes);
        foreach (var (owner, value) in profile.References)
            PatchReference(owner, value, settings);
        PatchIdentifier(type, idNode, settings);
        profile.Declare(profileFor is null ? null : Choose(profileFor), settings.SourceUriBytes);
        PatchMeta(settings);
        var isOfClaims = ClaimFactsReader.IsOfClaims(type);
        if (isOfClaims && settings.Claims.IgnoresCreated)
            RemoveFromHash(0, "created"u8, default);
        var json = patches.Apply(Tape.Json.Span, forHash: false);
        var hash = ContentHash.Of(patches.HasHashPatches ? patches.Apply(Tape.Json.Span, forHash: true) : json);
        var row = ResourceCatalog.Find(type);
        var (subject, subjectId) = type == "Patient" ? (new ResourceReference(type, id), sourceId) : FindSubject(row);
        var patient = type == "Patient" ? PatientFactsReader.Read(Tape) : null;
        var service = row is null ? default : periods.Read(Tape, row);
        var isPreauthorization = isOfClaims && ClaimFactsReader.IsPreauthorization(Tape);
        return new NormalizedResource
        {
            Type = type,
            SourceId = sourceId,
            Id = id,
            Json = json,
            Hash = hash,
            Subject = subject,
            SubjectSourceId = subjectId,
            Service = service,
            Claim = isOfClaims && !isPreauthorization ? claims.Read(Tape, type, service, settings.Claims) : null,
            IsPreauthorization = isPreauthorization,
            References = OtherReferences(subject),
            Unresolved = unresolved,
            Patient = patient,
            Identifiers = Identifiers(patient, settings),
        };
    }

    private void PatchId(int idNode, Guid id)
    {
        Span<byte> text = stackalloc byte[36];
        Utf8Formatter.TryFormat(id, text, out _);
        patches.Replace(Tape[idNode].Start, Tape[idNode].Length, text);
    }

    /// <summary>
    /// What the rules changed can decide the profile: then it is chosen by the resource with those changes, which costs a second reading.
    /// </summary>
    private string? Choose(Func<JsonTape, string?> profileFor)
    {
        if (!profile.ChangedCodes)
            return profileFor(Tape);
        changed.Read(patches.Apply(Tape.Json.Span, forHash: false));
        return profileFor(changed);
    }

    private void PatchMeta(NormalizationSettings settings)
    {
        var meta = Tape.Find(0, "meta"u8);
        if (meta < 0 || Tape[meta].Kind != JsonKind.Object)
            return;
        var source = Tape.Find(meta, "source"u8);
        if (Tape.IsString(source))
            PatchSource(meta, source, settings);
        RemoveFromHash(meta, "lastUpdated"u8, "versionId"u8);
    }

    private void PatchSource(int meta, int source, NormalizationSettings settings)
    {
        var before = Tape.Raw(source);
        if (before.SequenceEqual(settings.SourceUriBytes))
            return;
        patches.Replace(Tape[source].Start, Tape[source].Length, settings.SourceUriBytes);
        var extension = Extension(OriginalSource, before);
        AddExtension(meta, extension);
    }

    /// <summary>Takes up to two members of an object, with the commas that go with them, out of what is hashed.</summary>
    private void RemoveFromHash(int owner, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var hasKeptBefore = false;
        var previousEnd = -1;
        var end = Tape[owner].Next;
        for (var name = owner + 1; name < end; name = Tape[name + 1].Next)
        {
            var valueEnd = EndOf(name + 1);
            var text = Tape.Raw(name);
            if (!text.SequenceEqual(one) && !text.SequenceEqual(other))
            {
                hasKeptBefore = true;
            }
            else
            {
                var next = Tape[name + 1].Next;
                var start = hasKeptBefore ? previousEnd : Tape[name].Start - 1;
                patches.RemoveFromHash(start, (hasKeptBefore || next >= end ? valueEnd : Tape[next].Start - 1) - start);
            }
            previousEnd = valueEnd;
        }
    }

    private int EndOf(int value) => Tape[value].Start + Tape[value].Length + (Tape[value].Kind == JsonKind.String ? 1 : 0);

    private void PatchIdentifier(string type, int idNode, NormalizationSettings settings)
    {
        if (!StructureTable.R4.HasProperty(type, "identifier"u8, out var isArray) || settings.KeepsId?.Invoke(type, Tape.Text(idNode)) is false)
            return;
        var list = Tape.Find(0, "identifier"u8);
        var id = Tape.Raw(idNode);
        byte[] identifier = [.. "{\"system\":\""u8, .. settings.SourceIdSystemBytes, .. "\",\"value\":\""u8, .. id, .. "\"}"u8];
        if (list < 0)
        {
            patches.Insert(
                Tape[0].Start + Tape[0].Length - 1, isArray ? ",\"identifier\":["u8 : ",\"identifier\":"u8, identifier, isArray ? "]"u8 : default);
            return;
        }
        for (var i = list; i < Tape[list].Next; i = i == list && Tape[list].Kind == JsonKind.Array ? i + 1 : Tape[i].Next)
        {
            var system = Tape.Find(i, "system"u8);
            var value = Tape.Find(i, "value"u8);
            if (!Tape.IsString(system) || !Tape.IsString(value) || !Tape.Raw(system).SequenceEqual(settings.SourceIdSystemBytes))
                continue;
            patches.Replace(Tape[value].Start, Tape[value].Length, id);
            return;
        }
        // A type with one identifier that is taken has no place for another.
        if (Tape[list].Kind == JsonKind.Array && isArray)
            patches.Insert(Tape[list].Start + Tape[list].Length - 1, Tape[list].Next == list + 1 ? default : ","u8, identifier);
    }

    private void PatchReference(int owner, int value, NormalizationSettings settings)
    {
        var text = Tape.Bytes(value);
        if (text is [(byte)'#', ..])
            return;
        if (ReferenceResolver.Resolve(text, settings) is not { } target)
        {
            unresolved++;
            Mark(owner);
            return;
        }
        var published = ReferenceResolver.Publish(target, settings);
        references.Add((value, published, target.Id));
        Span<byte> literal = stackalloc byte[100];
        var n = Encoding.UTF8.GetBytes(published.Type, literal);
        literal[n++] = (byte)'/';
        Utf8Formatter.TryFormat(published.Id, literal[n..], out var written);
        patches.Replace(Tape[value].Start, Tape[value].Length, literal[..(n + written)]);
    }

    private void Mark(int owner)
    {
        var extensions = Tape.Find(owner, "extension"u8);
        if (extensions >= 0 && Tape[extensions].Kind == JsonKind.Array)
            for (var i = extensions + 1; i < Tape[extensions].Next; i = Tape[i].Next)
                if (Tape.FindText(i, "url"u8) == UnresolvedReference)
                    return;
        AddExtension(owner, "{\"url\":\"urn:fhir-gateway:unresolved-reference\",\"valueBoolean\":true}"u8);
    }

    private void AddExtension(int owner, ReadOnlySpan<byte> extension)
    {
        var list = Tape.Find(owner, "extension"u8);
        if (list < 0)
            patches.Insert(Tape[owner].Start + Tape[owner].Length - 1, ",\"extension\":["u8, extension, "]"u8);
        else if (Tape[list].Kind == JsonKind.Array)
            patches.Insert(Tape[list].Start + Tape[list].Length - 1, Tape[list].Next == list + 1 ? default : ","u8, extension);
    }

    private static byte[] Extension(string url, ReadOnlySpan<byte> value) =>
        [.. "{\"url\":\""u8, .. Encoding.UTF8.GetBytes(url), .. "\",\"valueUri\":\""u8, .. value, .. "\"}"u8];

    private (ResourceReference? Subject, string? SourceId) FindSubject(HandledType? row)
    {
        var index = row is null || row.SubjectPath.IsEmpty ? -1 : FindPatient(0, row.SubjectPath.AsSpan());
        return index < 0 ? (null, null) : (references[index].Target, references[index].SourceId);
    }

    /// <summary>Index of the first reference to a Patient at the path, or -1.</summary>
    private int FindPatient(int node, ReadOnlySpan<byte[]> steps)
    {
        if (Tape[node].Kind == JsonKind.Array)
        {
            for (var i = node + 1; i < Tape[node].Next; i = Tape[i].Next)
                if (FindPatient(i, steps) is >= 0 and var found)
                    return found;
            return -1;
        }
        if (!steps.IsEmpty)
            return Tape.Find(node, steps[0]) is >= 0 and var next ? FindPatient(next, steps[1..]) : -1;
        var index = IndexOfReference(Tape.Find(node, "reference"u8));
        return index >= 0 && references[index].Target.Type == "Patient" ? index : -1;
    }

    /// <summary>References were taken in the order of the tape.</summary>
    private int IndexOfReference(int node)
    {
        var low = 0;
        var high = references.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (references[middle].Node == node)
                return middle;
            if (references[middle].Node < node)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }

    private ImmutableArray<ResourceReference> OtherReferences(ResourceReference? subject)
    {
        if (references.Count == 0)
            return [];
        var others = ImmutableArray.CreateBuilder<ResourceReference>(references.Count);
        var seen = references.Count > 16 ? new HashSet<ResourceReference>() : null;
        foreach (var (_, target, _) in references)
            if (target != subject && (seen?.Add(target) ?? !others.Contains(target)))
                others.Add(target);
        return others.DrainToImmutable();
    }

    private ImmutableArray<(string System, string Value)> Identifiers(PatientFacts? patient, NormalizationSettings settings)
    {
        var identifiers = patient?.Identifiers ?? PatientFactsReader.Identifiers(Tape);
        return identifiers.IsEmpty ? [] : [.. identifiers.Where(i => i.System != settings.SourceIdSystem).Select(i => (i.System, i.Value))];
    }
}
