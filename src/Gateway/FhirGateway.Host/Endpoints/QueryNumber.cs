using System.Globalization;

namespace FhirGateway.Host.Endpoints;

/// <summary>Whole numbers of a query, within limits.</summary>
internal static class QueryNumber
{
    /// <summary>False where the parameter is there more than once, is no whole number, or is out of range.</summary>
    public static bool TryRead(HttpRequest request, string name, long otherwise, long least, long most, out long value)
    {
        value = otherwise;
        var given = request.Query[name];
        if (given.Count == 0)
            return true;
        return given.Count == 1 && long.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;
    }
}
