using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;

namespace LinboPortal.Cli;

/// <summary>Speaks with the running portal for <c>LinboPortal remote</c>, and prints what it says.</summary>
internal sealed class RemoteCall : IDisposable
{
    private const int Done = 0;
    private const int NotDone = 1;
    private const int Refused = 2;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
    private readonly HttpClient http;

    public RemoteCall(Uri address, string token, HttpMessageHandler? way = null)
    {
        http = new HttpClient(way ?? new SocketsHttpHandler()) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is "de" ? "de" : "en");
    }

    public void Dispose() => http.Dispose();

    /// <summary>Lists what runs or waits.</summary>
    public async Task<int> ListAsync(CancellationToken ct)
    {
        using var answer = await http.GetAsync(new Uri("api/v1/jobs?tab=Running&pageSize=200", UriKind.Relative), ct);
        if (!answer.IsSuccessStatusCode)
            return await RefuseAsync(answer, ct);
        var page = await answer.Content.ReadFromJsonAsync<JobPageDto>(Json, ct);
        foreach (var job in page!.Items)
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"#{job.Number}  {job.State}  {job.Counts.Ended}/{job.Counts.Total}  {job.Percent:0} %  {job.Commands}  {job.Target}  {job.CreatedBy}"));
        return Done;
    }

    /// <summary>Shows what the job prints that runs on a PC, until its end there; says where to look where none runs.</summary>
    public async Task<int> AttachAsync(string host, CancellationToken ct)
    {
        var search = Uri.EscapeDataString(host);
        using var answer = await http.GetAsync(new Uri($"api/v1/jobs?search={search}&pageSize=50", UriKind.Relative), ct);
        if (!answer.IsSuccessStatusCode)
            return await RefuseAsync(answer, ct);
        JobDto? last = null;
        foreach (var job in (await answer.Content.ReadFromJsonAsync<JobPageDto>(Json, ct))!.Items)
        {
            using var found = await http.GetAsync(new Uri($"api/v1/jobs/{job.Number}/runs/{search}", UriKind.Relative), ct);
            if (found.StatusCode == HttpStatusCode.NotFound)
                continue;
            if (!found.IsSuccessStatusCode)
                return await RefuseAsync(found, ct);
            last ??= job;
            if ((await found.Content.ReadFromJsonAsync<RunDto>(Json, ct))!.EndedAt is null)
                return await FollowAsync(job.Number, $"api/v1/jobs/{job.Number}/runs/{search}/log/stream", new RemotePrinter(job.Commands, host), ct);
        }

        await Console.Error.WriteLineAsync(last is null
            ? $"No job runs on {host}, and none is known. LinboPortal remote -l lists what runs."
            : $"No job runs on {host}. Its last one is #{last.Number} ({last.Commands}): {http.BaseAddress}jobs/{last.Number}");
        return NotDone;
    }

    /// <summary>Makes a job and follows it to its end.</summary>
    public async Task<int> SendAsync(JobBody body, bool yes, bool detach, CancellationToken ct)
    {
        var answer = await http.PostAsJsonAsync("api/v1/jobs", body, Json, ct);
        if (answer.StatusCode == HttpStatusCode.Conflict)
        {
            if (!yes && !await AskAsync(answer, ct))
                return Refused;
            answer.Dispose();
            answer = await http.PostAsJsonAsync("api/v1/jobs", body with { Confirmed = true }, Json, ct);
        }

        using (answer)
        {
            if (!answer.IsSuccessStatusCode)
                return await RefuseAsync(answer, ct);
            var made = (await answer.Content.ReadFromJsonAsync<JobMade>(Json, ct))!;
            await Console.Out.WriteLineAsync($"Job #{made.Number}: {made.Pcs} PCs");
            if (body is { Way: JobWay.OnBoot, WakeSeconds: null or 0 } && !detach)
            {
                // It may take weeks until the last PC has booted.
                await Console.Out.WriteLineAsync("The commands wait for the next boot of each PC.");
                return Done;
            }

            return detach ? Done : await FollowAsync(made.Number, $"api/v1/jobs/{made.Number}/stream", new RemotePrinter(body.Commands ?? ""), ct);
        }
    }

    private static async Task<bool> AskAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Json, ct);
        var hosts = problem.TryGetProperty("hosts", out var names) ? names.EnumerateArray().Select(h => h.GetString()).ToList() : [];
        await Console.Error.WriteLineAsync(problem.GetProperty("detail").GetString());
        await Console.Error.WriteLineAsync($"{hosts.Count} PCs: {string.Join(' ', hosts)}");
        if (Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync("Say --yes where that is meant.");
            return false;
        }

        await Console.Error.WriteAsync("Type yes to go on: ");
        return await Console.In.ReadLineAsync(ct) is "yes";
    }

    private async Task<int> FollowAsync(int number, string path, RemotePrinter printer, CancellationToken ct)
    {
        if (printer.Only is { } host)
            await Console.Out.WriteLineAsync($"Job #{number} on {host}:");
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, ct);
                if (!answer.IsSuccessStatusCode)
                    return await RefuseAsync(answer, ct);
                await using var stream = await answer.Content.ReadAsStreamAsync(ct);
                await foreach (var item in SseParser.Create(stream).EnumerateAsync(ct))
                    if (await PrintAsync(printer, item) is { } code)
                        return code;
            }
            catch (Exception e) when (e is IOException or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.ConnectionError })
            {
                await Console.Error.WriteLineAsync("The portal went away; the job goes on. Waiting for it …");
            }

            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, ct); // the portal may be restarted in the middle
        }
    }

    private static async Task<int?> PrintAsync(RemotePrinter printer, SseItem<string> item)
    {
        switch (item.EventType)
        {
            case "output":
                if (printer.Only is null)
                    await printer.PrintAsync(JsonSerializer.Deserialize<JobOutputDto>(item.Data, Json)!);
                else if (JsonSerializer.Deserialize<LogPieceDto>(item.Data, Json) is { } piece)
                    await printer.PrintAsync(piece);
                return null;
            case "run":
                var run = JsonSerializer.Deserialize<RunDto>(item.Data, Json)!;
                await printer.PrintAsync(run);
                return printer.Only is null || run.EndedAt is null ? null : run.State == RunState.Done ? Done : NotDone;
            case "job":
                var job = JsonSerializer.Deserialize<JobDto>(item.Data, Json)!;
                await Console.Out.WriteLineAsync($"Job #{job.Number} {job.State}: {job.Counts.Done} done, {job.Counts.Failed} failed, {job.Counts.Skipped} skipped, {job.Counts.Cancelled} cancelled");
                return job.State == JobState.Done && job.Counts.Done == job.Counts.Total ? Done : NotDone;
            default:
                return null;
        }
    }

    private static async Task<int> RefuseAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        var lines = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => ["The token is not good, or not any more: LinboPortal token create USER"],
            _ => Lines(text) is { Count: > 0 } lines1 ? lines1 : [$"{(int)answer.StatusCode} {answer.ReasonPhrase}"],
        };
        foreach (var line in lines)
            await Console.Error.WriteLineAsync(line);
        return Refused;
    }

    private static List<string> Lines(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            if (problem.RootElement.TryGetProperty("errors", out var errors))
                return [.. errors.EnumerateObject().SelectMany(f => f.Value.EnumerateArray().Select(m => $"{f.Name}: {m.GetString()}"))];
            return problem.RootElement.TryGetProperty("detail", out var detail) && detail.GetString() is { } sentence ? [sentence] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
