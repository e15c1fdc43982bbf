using System.Text;
using FhirGateway.Publications;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Kafka;

public sealed class PartitionKeyTests
{
    [Theory]
    [InlineData("kafka", 0xd067cf64u)]
    [InlineData("giberish123456789", 0x8f552b0cu)]
    [InlineData("1234", 0x9fc97b14u)]
    [InlineData("234", 0xe7c009cau)]
    [InlineData("34", 0x873930dau)]
    [InlineData("4", 0x5a4b5ca1u)]
    [InlineData("", 0x106e08d9u)]
    public void Murmur2_gives_the_vectors_that_librdkafka_publishes(string text, uint expected) =>
        Assert.Equal(expected, PartitionKey.Murmur2(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Any_key_goes_where_librdkafka_would_send_it()
    {
        Assert.SkipUnless(MockKafka.IsBuilt, "librdkafka is not built: run eng/librdkafka.sh and build again");
        var keys = ArbMap.Default.ArbFor<NonNull<string>>();
        Prop.ForAll(keys, Gen.Choose(1, 1000).ToArbitrary(), (key, count) =>
        {
            // A lone surrogate is no text; both sides are given the same bytes.
            var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(key.Get));
            return MockKafka.NativePartitionOf(text, count) == PartitionKey.PartitionOf(text, count);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_topic_without_partitions_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => PartitionKey.PartitionOf("k", 0));
}
