using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace LinboPortal.EndToEnd;

/// <summary>The portal's REST interface, as a script uses it.</summary>
internal sealed class PortalApi(HttpClient http) : IDisposable
{
    // By address: a portal refuses whoever signs in too often, and a fast machine does.
    private static readonly ConcurrentDictionary<Uri, string> Tokens = new();

    /// <summary>As the administrator that <c>Accounts:InitialAdminPassword</c> made; the token of the first time is used again while it is good.</summary>
    public static async Task<PortalApi> SignInAsync(Uri address, CancellationToken ct)
    {
        if (Tokens.TryGetValue(address, out var known))
        {
            var http = Bearer(address, known);
            using var still = await http.GetAsync(new Uri("api/v1/accounts", UriKind.Relative), ct);
            if (still.IsSuccessStatusCode)
                return new PortalApi(http);
            http.Dispose(); // another portal had this address before
        }

        return await SignInAnewAsync(address, ct);
    }

    /// <summary>With the password, for tests of just that.</summary>
    public static async Task<PortalApi> SignInAnewAsync(Uri address, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var answer = await http.PostAsJsonAsync(
            "api/v1/auth/token", new { userName = "admin", password = PortalHome.AdminPassword }, ct);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("token").GetString();
        Tokens[address] = token!;
        return new PortalApi(Bearer(address, token!));
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken ct) =>
        JsonDocument.Parse(await GetTextAsync(path, ct)).RootElement;

    public async Task<string> GetTextAsync(string path, CancellationToken ct)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), ct);
        return await ContentAsync(answer, ct);
    }

    /// <summary>Sends a body of any kind and gives back the answer's text.</summary>
    public async Task<string> SendAsync(HttpMethod method, string path, HttpContent body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var answer = await http.SendAsync(request, ct);
        return await ContentAsync(answer, ct);
    }

    /// <summary>The stream of events, as the same person.</summary>
    public async Task<System.Net.WebSockets.ClientWebSocket> ListenAsync(Uri address, CancellationToken ct)
    {
        var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", http.DefaultRequestHeaders.Authorization!.ToString());
        await socket.ConnectAsync(new UriBuilder(new Uri(address, "api/v1/events")) { Scheme = "ws" }.Uri, ct);
        return socket;
    }

    public void Dispose() => http.Dispose();

    private static HttpClient Bearer(Uri address, string token) =>
        new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    private static async Task<string> ContentAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode
            ? text
            : throw new HttpRequestException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode} {text}");
    }
}
