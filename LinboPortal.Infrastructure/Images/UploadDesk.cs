using System.Net;
using LinboPortal.Core.Images;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Answers the hook before an upload: is there room for what the client is about to send?</summary>
internal sealed class UploadDesk(ImageUploads rows, UploadPermits permits, ClientFiles clients, ImageSpace space, TimeProvider time)
{
    /// <summary>The answer where nothing hinders it.</summary>
    public const string Yes = "yes";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The hook's answer: yes, <c>no</c> and the problem, <c>full</c> and why, or <c>unknown</c> where nobody knows how large it will be.
    /// </summary>
    public async Task<string> AnswerAsync(string path, IPAddress client, CancellationToken ct)
    {
        if (!ImagePart.TryParsePath(path, out var part) || part.FileName is null)
            return "unknown";
        var permit = await permits.JudgeAsync(part, client, ct);
        if (permit.Problem != ImageProblem.None)
            return $"no {permit.Problem}";
        if (!part.IsImage)
            return Yes;
        var size = await SizeAsync(part, client, ct);
        await rows.BeginAsync(part, client, size, time.GetUtcNow(), permit.By, ct);
        if (size is not { } bytes)
            return "unknown";
        return space.Refuse(bytes) is { } full ? $"full {full.Detail}" : Yes;
    }

    /// <summary>The PC's own .info, which it has written when it made the image, knows the size.</summary>
    private async Task<long?> SizeAsync(ImagePart part, IPAddress client, CancellationToken ct)
    {
        if (await rows.HostAsync(client, ct) is not { } host)
            return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        var (content, _) = await clients.ReadAsync(
            new LinboAddress(host.Id, host.Name, client), $"/cache/{part.FileName}.{ImageSidecar.Info}", ImageInfo.MaxLength, limit.Token);
        return content is null ? null : ImageInfo.Read(content).ImageSize;
    }
}
