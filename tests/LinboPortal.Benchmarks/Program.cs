using System.Globalization;

// Side by side with the servers of others, in a network namespace of their own. Results and how to read them: README.md.
return args switch
{
    ["tftp", .. var rest] => await Namespace.RunInsideAsync(args, ["tftpd-hpa", "atftpd", "libwrap0"], unpacked => TftpBenchmark.RunAsync(rest, unpacked)),
    ["http", .. var rest] => await Namespace.RunInsideAsync(args, [], _ => HttpBenchmark.RunAsync(rest)),
    ["jobs", .. var rest] => await JobsBenchmark.RunAsync((int)Number(rest, 0, 300), (int)Number(rest, 1, 3), (int)Number(rest, 2, 50), Number(rest, 3, 0.5)),
    ["viewers", .. var rest] => await ViewersBenchmark.RunAsync((int)Number(rest, 0, 300), (int)Number(rest, 1, 20)),
    ["upload", .. var rest] => await UploadBenchmark.RunAsync((long)Number(rest, 0, 5)),
    ["hosts"] => await HostsBenchmark.RunAsync(),
    ["images", .. var rest] => await ImagesBenchmark.RunAsync(rest is [var folder, ..] ? folder : null),
    ["serve-tftp", var directory] => await Servers.TftpAsync(directory),
    ["serve-http", var directory] => await Servers.HttpAsync(directory),
    _ => Usage(),
};

static double Number(string[] rest, int position, double usual) => rest.Length > position ? double.Parse(rest[position], CultureInfo.InvariantCulture) : usual;

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release -- tftp|http [seconds a measurement] | hosts | images [folder] | jobs [hosts] [rounds] [at once] [seconds a line] | viewers [hosts] [viewers] | upload [GiB]");
    return 2;
}
