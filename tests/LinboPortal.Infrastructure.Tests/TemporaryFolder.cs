namespace LinboPortal.Infrastructure.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("linboportal-test-").FullName;

    public TemporaryFolder() => File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    public string Write(string relative, string text = "x")
    {
        var path = System.IO.Path.Combine(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
