using System.Runtime.InteropServices;
using System.Text;

namespace LinboPortal.Infrastructure.LinboTree;

internal enum RealPathOutcome
{
    Found,
    Missing,
    Refused,
}

/// <summary>realpath(3): resolves every link of every component in one call. .NET resolves only the last component.</summary>
internal static partial class RealPath
{
    private const int PathMax = 4096;
    private const int NoEntry = 2;
    private const int NotDirectory = 20;

    public static unsafe RealPathOutcome TryResolve(string path, out string real)
    {
        real = "";
        var size = Encoding.UTF8.GetMaxByteCount(path.Length) + 1;
        Span<byte> name = size <= PathMax ? stackalloc byte[size] : new byte[size];
        name[Encoding.UTF8.GetBytes(path, name)] = 0;
        Span<byte> resolved = stackalloc byte[PathMax];
        fixed (byte* from = name, to = resolved)
        {
            if (Realpath(from, to) != null)
            {
                real = Marshal.PtrToStringUTF8((nint)to)!;
                return RealPathOutcome.Found;
            }
        }

        return Marshal.GetLastPInvokeError() is NoEntry or NotDirectory ? RealPathOutcome.Missing : RealPathOutcome.Refused;
    }

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial byte* Realpath(byte* path, byte* resolved);
}
