using LinboPortal.Benchmarks;

// Side by side with the servers of others, in a network namespace of their own. Results and how to read them: README.md.
return args switch
{
    ["tftp", .. var rest] => await Namespace.RunInsideAsync(args, ["tftpd-hpa", "atftpd", "libwrap0"], unpacked => TftpBenchmark.RunAsync(rest, unpacked)),
    ["http", .. var rest] => await Namespace.RunInsideAsync(args, [], _ => HttpBenchmark.RunAsync(rest)),
    ["hosts"] => await HostsBenchmark.RunAsync(),
    ["serve-tftp", var directory] => await Servers.TftpAsync(directory),
    ["serve-http", var directory] => await Servers.HttpAsync(directory),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release -- tftp|http [seconds a measurement] | hosts");
    return 2;
}
