using System.Diagnostics;
using System.Text;
using FhirGateway.Messages;
using FhirGateway.Normalization.Adt;
using FhirGateway.Tests.Hl7v2;

namespace FhirGateway.Tests.Normalization.Adt;

public sealed class SpeedTests
{
    /// <summary>Prints figures per second of processor time; fails only far below what is needed, since machines are shared.</summary>
    [Fact]
    public void An_admission_is_examined_and_converted_fast_enough()
    {
        var file = Path.Combine(SharedData.Root(), "tests", "FhirGateway.Tests", "Normalization", "Adt", "golden", "A01-inpatient.hl7");
        var message = Encoding.UTF8.GetBytes(File.ReadAllText(file).Replace('\n', '\r'));
        var settings = new AdtFeedSettings { Source = "north" };
        double Rate(int count, Action work)
        {
            for (var i = 0; i < count / 4; i++)
                work();
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            for (var i = 0; i < count; i++)
                work();
            return count / (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds;
        }
        var examined = Rate(40_000, () => AdtExamination.Examine(message));
        var converted = Rate(int.Parse(Environment.GetEnvironmentVariable("SPEED") ?? "8000", System.Globalization.CultureInfo.InvariantCulture), () => AdtConverter.Convert(message, settings));
        var before = GC.GetAllocatedBytesForCurrentThread();
        AdtConverter.Convert(message, settings);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Current.SendDiagnosticMessage($"{message.Length} bytes: examined {examined:0}/s, converted {converted:0}/s, {allocated} bytes allocated");
        Console.Error.WriteLine($"{message.Length} bytes: examined {examined:0}/s, converted {converted:0}/s, {allocated} bytes allocated");
        Assert.True(converted > 1000 && examined > 20_000, $"examined {examined:0}/s, converted {converted:0}/s");
    }
}
