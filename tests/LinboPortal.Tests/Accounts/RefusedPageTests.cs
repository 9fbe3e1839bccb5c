using System.Net;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Tests.Accounts;

public sealed class RefusedPageTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    [Theory]
    [InlineData("/people", HttpStatusCode.Forbidden)]
    [InlineData("/people/add", HttpStatusCode.Forbidden)]
    [InlineData("/audit", HttpStatusCode.Forbidden)]
    [InlineData("/system", HttpStatusCode.Forbidden)]
    [InlineData("/nothing-here", HttpStatusCode.NotFound)]
    public async Task A_teacher_is_refused_with_a_page_of_the_portal_and_not_with_one_of_the_browser(string path, HttpStatusCode status)
    {
        using var teacher = await VisitorAsync(Role.Teacher);

        using var answer = await teacher.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("<html lang=\"en\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/people")]
    [InlineData("/people/add")]
    [InlineData("/audit")]
    [InlineData("/system")]
    public async Task An_administrator_is_let_in(string path)
    {
        using var administrator = await VisitorAsync(Role.Administrator);

        using var answer = await administrator.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_program_keeps_its_problem_details()
    {
        using var http = await portal.CreateClientFor(Role.Teacher);

        using var answer = await http.GetAsync("/api/v1/accounts", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private async Task<Visitor> VisitorAsync(Role role)
    {
        var account = await portal.CreateAccountAsync($"p{Guid.CreateVersion7():N}", role);
        var visitor = new Visitor(portal);
        using var signedIn = await visitor.SignInAsync(account.UserName!);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        return visitor;
    }
}
