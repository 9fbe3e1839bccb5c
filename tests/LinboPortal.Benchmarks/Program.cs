using System.Globalization;

// Side by side with the servers of others, in a network namespace of their own. Results and how to read them: README.md.
return args switch
{
    ["tftp", .. var rest] => await Namespace.RunInsideAsync(args, ["tftpd-hpa", "atftpd", "libwrap0"], unpacked => TftpBenchmark.RunAsync(rest, unpacked)),
    ["http", .. var rest] => await Namespace.RunInsideAsync(args, [], _ => HttpBenchmark.RunAsync(rest)),
    ["jobs", .. var rest] => await JobsBenchmark.RunAsync(rest is [var hosts, ..] ? int.Parse(hosts, CultureInfo.InvariantCulture) : 300, rest is [_, var rounds] ? int.Parse(rounds, CultureInfo.InvariantCulture) : 3),
    ["hosts"] => await HostsBenchmark.RunAsync(),
    ["serve-tftp", var directory] => await Servers.TftpAsync(directory),
    ["serve-http", var directory] => await Servers.HttpAsync(directory),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release -- tftp|http [seconds a measurement] | hosts | jobs [hosts] [rounds]");
    return 2;
}
