using System.Diagnostics;

namespace LinboPortal.Benchmarks;

/// <summary>Programs that a benchmark needs: installed where that is possible, else named.</summary>
internal static class Needs
{
    private static readonly string[] Places = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    /// <param name="programs">Each with the Debian package that brings it.</param>
    public static async Task InstallAsync(params (string Program, string Package)[] programs)
    {
        string[] missing = [.. programs.Where(p => !IsThere(p.Program)).Select(p => p.Package).Distinct()];
        if (missing is [])
            return;
        if (Environment.IsPrivilegedProcess && IsThere("apt-get"))
        {
            Console.WriteLine($"Installing {string.Join(' ', missing)}");
            using var install = Process.Start(new ProcessStartInfo("apt-get", ["install", "-y", "-q", "--no-install-recommends", .. missing]) { RedirectStandardOutput = true })!;
            await install.StandardOutput.ReadToEndAsync();
            await install.WaitForExitAsync();
        }

        if (programs.Where(p => !IsThere(p.Program)).Select(p => p.Program).ToList() is { Count: > 0 } still)
            throw new InvalidOperationException($"Missing: {string.Join(' ', still)}. As root: apt-get install {string.Join(' ', missing)}");
    }

    private static bool IsThere(string program) => Places.Any(place => File.Exists(Path.Combine(place, program)));
}
