using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;

namespace LinboPortal.Tests.Accounts;

/// <summary>A browser without a screen: keeps cookies, fills in forms, does not follow redirects.</summary>
internal sealed partial class Visitor(HttpClient http) : IDisposable
{
    public Visitor(PortalFactory portal, string language = "en")
        : this(Open(portal, language))
    {
    }

    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>Opens the page, fills in its form and sends it.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string form, params IEnumerable<(string Name, string Value)> fields)
    {
        using var page = await GetAsync(path);
        var text = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var token = FormToken(text);
        using var content = new FormUrlEncodedContent(
        [
            new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(f => KeyValuePair.Create($"Input.{f.Name}", f.Value)),
        ]);
        return await http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SignInAsync(string userName, string password = PortalFactory.Password, string? returnUrl = null) =>
        SubmitAsync(
            "/login" + (returnUrl is null ? "" : "?returnUrl=" + Uri.EscapeDataString(returnUrl)), "login", ("UserName", userName), ("Password", password));

    public Task<HttpResponseMessage> PostAsync(string path, HttpContent form) =>
        http.PostAsync(new Uri(path, UriKind.Relative), form, TestContext.Current.CancellationToken);

    /// <summary>Asks as a page of that origin makes the browser ask.</summary>
    public async Task<HttpStatusCode> KnockAsync(HttpMethod method, string path, string origin, bool isSocket)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        if (isSocket)
        {
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public void Dispose() => http.Dispose();

    /// <summary>The token that a form of the page carries against requests of other pages.</summary>
    public static string FormToken(string page) => Token().Match(page).Groups[1].Value;

    /// <summary>What a person reads, without markup.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage answer) =>
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    private static HttpClient Open(PortalFactory portal, string language)
    {
        var http = portal.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = portal.ClientOptions.BaseAddress });
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return http;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
