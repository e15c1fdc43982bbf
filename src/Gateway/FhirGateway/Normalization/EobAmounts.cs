using System.Buffers;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Normalization;

/// <summary>
/// Takes the money out of an ExplanationOfBenefit, Claim or ClaimResponse, for agreements without amounts: adjudication,
/// total, payment, net, unitPrice, benefitBalance, extensions with a Money, and the narrative, which may repeat them.
/// </summary>
public static class EobAmounts
{
    public static byte[] Remove(ReadOnlySpan<byte> normalized)
    {
        var tape = new JsonTape();
        var fault = tape.Read(normalized.ToArray());
        if (!fault.IsNone)
            throw new ArgumentException("Not a normalized resource.", nameof(normalized));
        var output = new ArrayBufferWriter<byte>(normalized.Length);
        WriteObject(tape, 0, output, isInfo: false);
        return output.WrittenSpan.ToArray();
    }

    private static bool BearsMoney(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("adjudication"u8) || name.SequenceEqual("total"u8) || name.SequenceEqual("payment"u8)
        || name.SequenceEqual("net"u8) || name.SequenceEqual("unitPrice"u8) || name.SequenceEqual("benefitBalance"u8)
        || name.SequenceEqual("text"u8);

    private static void Write(JsonTape tape, int value, ArrayBufferWriter<byte> output, bool isInfo)
    {
        if (tape[value].Kind == JsonKind.Object)
        {
            WriteObject(tape, value, output, isInfo);
            return;
        }
        if (tape[value].Kind != JsonKind.Array)
        {
            WriteScalar(tape, value, output);
            return;
        }
        output.Write("["u8);
        var isFirst = true;
        for (var i = value + 1; i < tape[value].Next; i = tape[i].Next)
        {
            if (HasMoney(tape, i))
                continue;
            output.Write(isFirst ? default : ","u8);
            isFirst = false;
            Write(tape, i, output, isInfo);
        }
        output.Write("]"u8);
    }

    private static void WriteObject(JsonTape tape, int obj, ArrayBufferWriter<byte> output, bool isInfo)
    {
        output.Write("{"u8);
        var isFirst = true;
        for (var name = obj + 1; name < tape[obj].Next; name = tape[name + 1].Next)
        {
            var text = tape.Bytes(name);
            if (!isInfo && IsRemoved(tape, text, name + 1))
                continue;
            output.Write(isFirst ? default : ","u8);
            isFirst = false;
            output.Write("\""u8);
            output.Write(tape.Raw(name));
            output.Write("\":"u8);
            Write(tape, name + 1, output, isInfo || (obj == 0 && text.SequenceEqual("supportingInfo"u8)));
        }
        output.Write("}"u8);
    }

    private static bool IsRemoved(JsonTape tape, ReadOnlySpan<byte> name, int value)
    {
        // CodeableConcept.text is a string, the narrative an object.
        if (BearsMoney(name))
            return !name.SequenceEqual("text"u8) || tape[value].Kind == JsonKind.Object;
        if (tape[value].Kind != JsonKind.Array || tape[value].Next == value + 1)
            return false;
        for (var i = value + 1; i < tape[value].Next; i = tape[i].Next)
            if (!HasMoney(tape, i))
                return false;
        return true;
    }

    private static bool HasMoney(JsonTape tape, int value) => tape.Find(value, "valueMoney"u8) >= 0;

    private static void WriteScalar(JsonTape tape, int value, ArrayBufferWriter<byte> output)
    {
        var quote = tape[value].Kind == JsonKind.String ? "\""u8 : default;
        output.Write(quote);
        output.Write(tape.Raw(value));
        output.Write(quote);
    }
}
