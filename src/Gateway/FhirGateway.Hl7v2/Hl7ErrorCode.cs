namespace FhirGateway.Hl7v2;

/// <summary>Table 0357, message error condition codes.</summary>
public enum Hl7ErrorCode
{
    Accepted = 0,
    SegmentSequence = 100,
    RequiredFieldMissing = 101,
    DataType = 102,
    TableValue = 103,
    ValueTooLong = 104,
    UnsupportedMessageType = 200,
    UnsupportedEvent = 201,
    UnsupportedProcessingId = 202,
    UnsupportedVersion = 203,
    UnknownKey = 204,
    DuplicateKey = 205,
    RecordLocked = 206,
    InternalError = 207,
}
