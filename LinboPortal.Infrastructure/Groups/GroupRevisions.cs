using LinboPortal.Core.Groups;
using LinboPortal.Infrastructure.Persistence;

namespace LinboPortal.Infrastructure.Groups;

/// <summary>Writes revisions of start.conf.</summary>
public static class GroupRevisions
{
    /// <summary>Characters that a note may have.</summary>
    public const int LongestNote = 200;

    /// <summary>Adds a revision to a tracked group. The caller saves.</summary>
    public static void Add(PortalDb db, HostGroup group, string text, string note, string by, DateTimeOffset at)
    {
        group.StartConf = text;
        group.Revision++;
        group.SavedAt = at;
        db.StartConfRevisions.Add(new StartConfRevision
        {
            GroupId = group.Id,
            Number = group.Revision,
            Text = text,
            SavedAt = at,
            SavedBy = by,
            Note = note.Length > LongestNote ? note[..LongestNote] : note,
        });
    }
}
