using System.Collections.Concurrent;

namespace LinboPortal.Accounts;

/// <summary>Counts what is open, in all and by person, and says when it is too much. Open pages and sockets cost memory for as long as they stay.</summary>
internal sealed class PersonCount(int most, int mostPerPerson)
{
    private readonly ConcurrentDictionary<Guid, int> byPerson = [];
    private int total;

    /// <summary>Open now.</summary>
    public int Total => total;

    /// <summary>Counts one more; false where that is too many.</summary>
    public bool TryAdd(Guid person)
    {
        var all = Interlocked.Increment(ref total);
        var own = byPerson.AddOrUpdate(person, 1, (_, n) => n + 1);
        if (all <= most && own <= mostPerPerson)
            return true;
        Remove(person);
        return false;
    }

    /// <summary>Counts one less.</summary>
    public void Remove(Guid person)
    {
        Interlocked.Decrement(ref total);
        if (byPerson.AddOrUpdate(person, 0, (_, n) => n - 1) <= 0)
            byPerson.TryRemove(new KeyValuePair<Guid, int>(person, 0));
    }
}
