namespace FhirGateway.Hl7v2;

internal readonly record struct SegmentRange(int Start, int End, int FirstField, int FieldCount);
