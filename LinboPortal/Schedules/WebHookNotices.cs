using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LinboPortal.Core.Jobs;
using Microsoft.Extensions.Options;

namespace LinboPortal.Schedules;

/// <summary>
/// Posts results to an address that an administrator named. Addresses within the school are what it is for; redirects are not followed, and nothing of
/// the answer but its number is looked at, so that it is no window into other services.
/// </summary>
internal sealed class WebHookNotices(IHttpClientFactory clients, IOptions<NotificationsOptions> options, TimeProvider time) : INoticeSender
{
    /// <summary>Name of its client.</summary>
    public const string Client = "webhook";

    /// <summary>Header with the signature of the body.</summary>
    public const string SignatureHeader = "X-LinboPortal-Signature";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <inheritdoc/>
    public NoticeChannel Channel => NoticeChannel.WebHook;

    /// <inheritdoc/>
    public async Task<NoticeProblem?> SendAsync(Schedule schedule, NoticeMessage message, CancellationToken ct)
    {
        if (!ScheduleRules.IsWebHook(schedule.WebHook))
            return new NoticeProblem("No http or https address.", IsFinal: true);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { Type = message.Job is null ? "schedule.not_run" : "schedule.completed", Time = time.GetUtcNow(), Data = message, Url = Link(message) }, Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, schedule.WebHook) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.UserAgent.ParseAdd("LinboPortal");
        if (options.Value.WebHook.Secret is { Length: > 0 } secret)
            request.Headers.Add(SignatureHeader, "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        using var client = clients.CreateClient(Client);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.IsSuccessStatusCode ? null : new NoticeProblem($"{new Uri(schedule.WebHook).Host} answered {(int)answer.StatusCode}.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new NoticeProblem($"{new Uri(schedule.WebHook).Host} did not answer within {options.Value.WebHook.TimeoutSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            return new NoticeProblem($"{new Uri(schedule.WebHook).Host}: {(e.GetBaseException() is WebHookRefusedException refused ? refused.Message : e.HttpRequestError)}");
        }
    }

    private string? Link(NoticeMessage message) => options.Value.PortalUrl.TrimEnd('/') is { Length: > 0 } url
        ? message.Job is { } job ? $"{url}/jobs/{job.Number}" : $"{url}/schedules/{message.ScheduleId}"
        : null;
}
