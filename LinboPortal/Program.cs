using LinboPortal;
using LinboPortal.Accounts;
using LinboPortal.Api;
using LinboPortal.Boot;
using LinboPortal.Cli;
using LinboPortal.Dashboard;
using LinboPortal.Distribution;
using LinboPortal.Events;
using LinboPortal.Groups;
using LinboPortal.Hosts;
using LinboPortal.Images;
using LinboPortal.Jobs;
using LinboPortal.Monitoring;
using LinboPortal.Remote;
using LinboPortal.Schedules;
using LinboPortal.Shell;
using LinboPortal.Tls;

if (PortalCommands.AreMeantBy(args))
    return await PortalCommands.RunAsync(args);
FailedStart.SaySo();

// What dotnet publish made brings its pages and settings along, wherever it is started from.
var isPublished = Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = isPublished ? AppContext.BaseDirectory : null });
builder.AddFoundation().AddMonitoring().AddAccounts().AddApi().AddEvents().AddShell()
    .AddHosts().AddGroups().AddBoot().AddDistribution().AddImages().AddRemote().AddJobs().AddSchedules().AddDashboard();

var app = builder.Build();
app.UsePortalPipeline().MapTls().MapMonitoring().MapAccounts().MapApi().MapEvents().MapShell()
    .MapHosts().MapGroups().MapBoot().MapDistribution().MapImages().MapRemote().MapJobs().MapSchedules().MapDashboard();
await app.RunAsync();
return 0;

/// <summary>Entry point; public so that tests can start the whole host.</summary>
public partial class Program;
