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
        var token = Token().Match(text).Groups[1].Value;
        using var content = new FormUrlEncodedContent(
        [
            new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(f => KeyValuePair.Create($"Input.{f.Name}", f.Value)),
        ]);
        return await http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SignInAsync(string userName, string password = PortalFactory.Password, string? returnUrl = null) =>
        SubmitAsync(
            "/login" + (returnUrl is null ? "" : "?returnUrl=" + Uri.EscapeDataString(returnUrl)), "login", ("UserName", userName), ("Password", password));

    public void Dispose() => http.Dispose();

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
