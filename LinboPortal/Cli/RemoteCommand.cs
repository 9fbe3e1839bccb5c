using System.CommandLine;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;

namespace LinboPortal.Cli;

/// <summary>
/// <c>LinboPortal remote</c>: linbo-remote's options, carried out by the running portal. The exit code is 0 where every PC is done, 1 where one is
/// not, 2 where the portal refused or the line is not understood, 3 where it does not answer.
/// </summary>
internal static class RemoteCommand
{
    public const string Name = "remote";

    /// <summary>In linbo-remote's grammar.</summary>
    public const string Usage = """
        Usage: LinboPortal remote -i <host1,host2,…|ip> | -g <group> | -r <room>  [-s <school>]
                                  -c <commands> | -p <commands>  [-w <seconds> [-b <seconds>] [-u]]  [-d] [-n]
               LinboPortal remote -l | -a <host> | -h
        Commands, separated by commas: partition label format format:<part#> initcache sync:<os#> new:<os#> start:<os#>
          postsync:<os#> prestart:<os#> create_image:<os#>[:"comment"] create_qdiff:<os#>[:"comment"] upload_image:<os#>
          upload_qdiff:<os#> update reboot halt
        """;

    private static readonly Option<string?> Hosts = new("-i") { Description = "PCs by name or address: pc1,pc2" };
    private static readonly Option<string?> Group = new("-g") { Description = "PCs of groups (hardware classes)" };
    private static readonly Option<string?> Room = new("-r") { Description = "PCs of rooms" };
    private static readonly Option<string?> Search = new("--search") { Description = "PCs that a search of the list of PCs finds" };
    private static readonly Option<string?> Saved = new("--saved") { Description = "PCs that a saved search finds, by its name" };
    private static readonly Option<bool> All = new("--all") { Description = "All PCs" };
    private static readonly Option<string?> School = new("-s") { Description = "PCs of this school only" };
    private static readonly Option<string?> Direct = new("-c") { Description = "Commands to be carried out now, over SSH: sync:1,start:1" };
    private static readonly Option<string?> OnBoot = new("-p") { Description = "Commands to be carried out at the next boot" };
    private static readonly Option<double?> Wake = new("-w") { Description = "Wake the PCs and wait so many seconds for them" };
    private static readonly Option<double?> Between = new("-b") { Description = "Seconds between the magic packets of two PCs (with -w)" };
    private static readonly Option<bool> Broadcast = new("-u") { Description = "Wake over the broadcast address of the PC's subnet too (with -w)" };
    private static readonly Option<bool> NoGui = new("-d") { Description = "No GUI at the next boot" };
    private static readonly Option<bool> NoAuto = new("-n") { Description = "No automatic functions at the next boot" };
    private static readonly Option<bool> List = new("-l") { Description = "List the jobs that run" };
    private static readonly Option<string?> Attach = new("-a") { Description = "Show what the job that runs on this PC prints, until its end" };
    private static readonly Option<string?> Waves = new("--waves") { Description = "1,3: one PC, then three, then the rest; a wave with a failure is the last one" };
    private static readonly Option<string?> Note = new("--note") { Description = "Why, for the list of jobs" };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask before data is lost" };
    private static readonly Option<bool> Detach = new("--detach") { Description = "Do not wait for the end" };

    public static Command Create()
    {
        var remote = new Command(Name, $"Sends LINBO commands to PCs through the running portal, with linbo-remote's options\n\n{Usage}")
        {
            Hosts, Group, Room, Search, Saved, All, School, Direct, OnBoot, Wake, Between, Broadcast, NoGui, NoAuto, List, Attach, Waves, Note, Yes, Detach,
        };
        PortalAccess.AddTo(remote);
        remote.SetAction(RunAsync);
        return remote;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken ct)
    {
        if (Problem(line) is { } problem)
            return await FailAsync($"{problem}\n{Usage}");
        if (!PortalAccess.TryRead(line, out var access, out var why))
            return await FailAsync(why);
        using var call = new RemoteCall(access.Address, access.Token);
        try
        {
            if (line.GetValue(Attach) is { } host)
                return await call.AttachAsync(host, ct);
            return line.GetValue(List) ? await call.ListAsync(ct) : await call.SendAsync(BodyOf(line), line.GetValue(Yes), line.GetValue(Detach), ct);
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"The portal at {access.Address} does not answer: {e.Message}");
            return 3;
        }
    }

    private static string? Problem(ParseResult line)
    {
        if (line.GetValue(List) || line.GetValue(Attach) is not null)
            return TargetsOf(line).Any() || line.GetValue(List) && line.GetValue(Attach) is not null ? "-l and -a stand alone." : null;
        if (TargetsOf(line).Count() != 1)
            return "Name the PCs by one of -i, -g, -r, --search, --saved, --all.";
        if (line.GetValue(Direct) is not null && line.GetValue(OnBoot) is not null)
            return "-c and -p exclude each other.";
        var asksNothing = line.GetValue(Direct) is null && line.GetValue(OnBoot) is null && line.GetValue(Wake) is null && !line.GetValue(NoGui) && !line.GetValue(NoAuto);
        return asksNothing ? "Say what to do: -c, -p, -w, -d or -n." : null;
    }

    private static JobBody BodyOf(ParseResult line) => new(
        TargetsOf(line).Single(), line.GetValue(Direct) ?? line.GetValue(OnBoot), line.GetValue(School), line.GetValue(OnBoot) is null ? JobWay.Direct : JobWay.OnBoot,
        line.GetValue(Wake), line.GetValue(Between), line.GetValue(Broadcast), line.GetValue(NoGui), line.GetValue(NoAuto), line.GetValue(Waves),
        JobPriority.Normal, line.GetValue(Note), NotBefore: null, Confirmed: false);

    private static IEnumerable<string> TargetsOf(ParseResult line) => new[]
    {
        Named("host", line.GetValue(Hosts)), Named("group", line.GetValue(Group)), Named("room", line.GetValue(Room)), Named("search", line.GetValue(Search)),
        Named("saved", line.GetValue(Saved)), line.GetValue(All) ? "all" : null,
    }.OfType<string>();

    private static string? Named(string kind, string? names) => names is null ? null : $"{kind}:{names}";

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return PortalCommands.NotUnderstood;
    }
}
