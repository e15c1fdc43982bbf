using System.Globalization;
using FhirGateway.Adapters.Egress;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Egress;

public sealed class RetryAfterReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("120", 120)]
    [InlineData(" 7 ", 7)]
    [InlineData("0", 1)]
    [InlineData("-1", 1)]
    [InlineData("1.2", 2)]
    [InlineData("3600", 3600)]
    [InlineData("3601", 3600)]
    [InlineData("1000000000000", 3600)]
    [InlineData("99999999999999999999999999", 3600)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 1)]
    [InlineData("Sun, 22 Nov 2026 06:01:30 GMT", 90)]
    [InlineData("Sunday, 22-Nov-26 06:01:30 GMT", 90)]
    [InlineData("Sun Nov 22 06:01:30 2026", 90)]
    [InlineData("2026-11-22T06:01:30Z", 90)]
    [InlineData("2026-11-22T07:01:30.5+01:00", 91)]
    [InlineData("Sun, 22 Nov 2099 06:01:30 GMT", 3600)]
    // 2026-11-22T06:05:00Z as the SMART reference server's rate limiter says it, in seconds and in milliseconds.
    [InlineData("1795327500", 300)]
    [InlineData("1795327500000", 300)]
    [InlineData("1795327000", 1)]
    public void S_24_every_form_ends_between_one_second_and_one_hour(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfterReader.Read(value, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("soon")]
    [InlineData("12, 13")]
    [InlineData("0x10")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("∞")]
    [InlineData("Sun, 32 Nov 2026 06:01:30 GMT")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111111")]
    public void S_24_what_says_nothing_is_nothing(string? value) => Assert.Null(RetryAfterReader.Read(value, Now));

    [Fact]
    public void S_24_no_text_whatever_gives_less_than_a_second_or_more_than_an_hour()
    {
        var numbers = ArbMap.Default.GeneratorFor<long>().Select(n => n.ToString(CultureInfo.InvariantCulture));
        var texts = ArbMap.Default.GeneratorFor<string>();
        Prop.ForAll(Gen.OneOf(numbers, texts).ToArbitrary(), text =>
            RetryAfterReader.Read(text, Now) is not { } wait || (wait >= TimeSpan.FromSeconds(1) && wait <= TimeSpan.FromHours(1)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
