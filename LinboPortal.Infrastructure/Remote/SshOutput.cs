using System.Runtime.CompilerServices;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// What a command on a PC wrote and nobody has read yet. SSH.NET offers a window of two gigabytes, opens it again by itself, and keeps all that
/// comes: a PC that pours would fill the memory of the portal. Here what is unread has an end, whatever window the PC believes in.
/// </summary>
internal static class SshOutput
{
    /// <summary>Bytes of standard output that may be unread: more than a follower gives before it waits (<see cref="TaskScript.Stretch"/>).</summary>
    public const int MostUnread = 8 * 1024 * 1024;

    /// <summary>Bytes of standard error that may be unread, and that a short command may write.</summary>
    public const int MostErrors = 256 * 1024;

    /// <summary>Limits a command that was not started yet.</summary>
    /// <param name="command">The command.</param>
    /// <param name="overflow">Told on the thread that receives, each time that something is dropped.</param>
    public static void Limit(SshCommand command, Action<string> overflow)
    {
        StandardOutput(command) = new LimitedPipe(MostUnread, () => overflow("output"));
        StandardError(command) = new LimitedPipe(MostErrors, () => overflow("errors"));
    }

    // SSH.NET has no other way to its pipes; a test pours into both.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<OutputStream>k__BackingField")]
    private static extern ref Stream StandardOutput(SshCommand command);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ExtendedOutputStream>k__BackingField")]
    private static extern ref Stream StandardError(SshCommand command);

    private sealed class LimitedPipe(int limit, Action overflow) : PipeStream
    {
        /// <inheritdoc/>
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (HasPlace(count))
                base.Write(buffer, offset, count);
        }

        /// <inheritdoc/>
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (HasPlace(buffer.Length))
                base.Write(buffer);
        }

        private bool HasPlace(int count)
        {
            if (Length + count <= limit)
                return true;
            overflow();
            return false;
        }
    }
}
