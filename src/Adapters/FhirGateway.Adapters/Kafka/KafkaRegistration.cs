using FhirGateway.Publications;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FhirGateway.Adapters.Kafka;

/// <summary>Puts the Kafka channel into the composition.</summary>
public static class KafkaRegistration
{
    /// <summary>
    /// Registers <see cref="KafkaDeliveryChannel"/> as the <see cref="IDeliveryChannel"/> if <c>Gateway:Kafka:BootstrapServers</c> is set,
    /// with its options validated at start; otherwise registers nothing. Answers whether it did.
    /// </summary>
    public static bool AddKafkaDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(KafkaOptions.Section);
        if (string.IsNullOrWhiteSpace(section[nameof(KafkaOptions.BootstrapServers)]))
            return false;
        services.AddOptions<KafkaOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IDeliveryChannel, KafkaDeliveryChannel>();
        return true;
    }
}
