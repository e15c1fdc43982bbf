using System.Net;

namespace FhirGateway.Fhir.Packages;

/// <summary>
/// A FHIR package registry, which speaks the protocol of npm: GET {registry}/{id} lists versions with the place of each archive.
/// Every URL, redirected or not, must be of the registry's origin or of one that is allowed by name.
/// </summary>
/// <param name="http">A client that does not follow redirects by itself.</param>
/// <param name="options">The registry.</param>
/// <param name="time">The clock of the time limit.</param>
public sealed class PackageRegistry(HttpClient http, PackageRegistryOptions options, TimeProvider time)
{
    /// <summary>Fetches an archive, checks its hash, and gives it to a folder.</summary>
    /// <returns>The package, and whether the registry promised a hash for it.</returns>
    /// <exception cref="PackageException">The registry does not have it, or sends something else than it may.</exception>
    public async Task<(FhirPackage Package, bool HadHash)> FetchAsync(PackageName name, PackageFolder folder, CancellationToken cancellationToken = default)
    {
        var found = await FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (!Uri.TryCreate(options.Registry, found.Archive, out var url))
            throw Fault($"says that {name.Id}#{found.Version} is at something that is no URL");
        var exact = name with { Version = found.Version };
        using var hash = new ArchiveHash(found);
        using var archive = TemporaryFile();
        await GetAsync(url, archive, hash, options.Limits.MaxArchiveBytes, exact.ToString(), cancellationToken).ConfigureAwait(false);
        if (!hash.IsRight())
            throw new PackageException(PackageFaultCode.WrongHash, $"What {options.Registry.Host} sends as {exact} does not have the hash that it promises");
        archive.Position = 0;
        var package = await folder.AddAsync(archive, $"{exact} of {options.Registry.Host}", exact, cancellationToken).ConfigureAwait(false);
        return (package, hash.IsPromised);
    }

    private async Task<RegistryVersion> FindAsync(PackageName name, CancellationToken cancellationToken)
    {
        using var list = new MemoryStream();
        var root = options.Registry.AbsoluteUri.TrimEnd('/');
        await GetAsync(new($"{root}/{Uri.EscapeDataString(name.Id)}"), list, null, options.MaxListBytes, name.Id, cancellationToken).ConfigureAwait(false);
        return RegistryVersion.Find(list.GetBuffer().AsMemory(0, (int)list.Length), name, options.Registry);
    }

    private async Task GetAsync(Uri url, Stream target, ArchiveHash? hash, long most, string what, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var answer = await OpenAsync(url, what, both.Token).ConfigureAwait(false);
            if (answer.Content.Headers.ContentLength > most)
                throw TooLarge(what, most);
            await using var body = await answer.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            await CopyAsync(body, target, hash, most, what, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PackageException(PackageFaultCode.Registry, $"{options.Registry.Host} did not send {what} within {options.Timeout.TotalSeconds:0} seconds", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new PackageException(PackageFaultCode.Registry, $"{options.Registry.Host} cannot be asked for {what}: {e.Message}", e);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(Uri url, string what, CancellationToken cancellationToken)
    {
        for (var i = 0; i <= options.MaxRedirects; i++)
        {
            Check(url, what);
            var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.OK)
                return answer;
            using (answer)
            {
                if (answer.StatusCode == HttpStatusCode.NotFound)
                    throw new PackageException(PackageFaultCode.NotFound, $"{options.Registry.Host} has no {what}");
                if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location)
                    throw Fault($"answers {(int)answer.StatusCode} for {what}");
                url = new(url, location);
            }
        }
        throw Fault($"redirects more than {options.MaxRedirects} times for {what}");
    }

    private async Task CopyAsync(Stream body, Stream target, ArchiveHash? hash, long most, string what, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        long copied = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if ((copied += read) > most)
                throw TooLarge(what, most);
            hash?.Append(buffer.AsSpan(0, read));
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    private void Check(Uri url, string what)
    {
        var origin = url.GetLeftPart(UriPartial.Authority);
        var isNamed = options.AllowedOrigins.Any(a => string.Equals(a.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase));
        var isUsual = url.Scheme == Uri.UriSchemeHttps && !url.IsLoopback && origin == options.Registry.GetLeftPart(UriPartial.Authority);
        if (url.UserInfo.Length > 0 || (!isUsual && !(isNamed && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))))
            throw Fault($"leads to {url.Scheme}://{url.Host}:{url.Port} for {what}, which is not allowed");
    }

    private static FileStream TemporaryFile() =>
        new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });

    private PackageException Fault(string why) => new(PackageFaultCode.Registry, $"The registry {options.Registry.Host} {why}");

    private static PackageException TooLarge(string what, long most) => new(PackageFaultCode.TooLarge, $"{what} has more than {most} bytes");
}
