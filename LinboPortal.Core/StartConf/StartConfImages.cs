namespace LinboPortal.Core.StartConf;

/// <summary>The images that a start.conf names.</summary>
public static class StartConfImages
{
    private static readonly string[] Keys = ["BaseImage", "Image"];

    /// <summary>Names of the images that it names, without endings.</summary>
    public static IReadOnlyCollection<string> Names(StartConfDocument document) => document.OperatingSystems
        .SelectMany(o => Keys.Select(k => Path.GetFileNameWithoutExtension(o.Section.Value(k)))).Where(n => n.Length > 0).ToHashSet(StringComparer.Ordinal);

    /// <summary>The text with another name of an image; endings and everything else stay as they are.</summary>
    /// <param name="document">What to change.</param>
    /// <param name="from">The old name, without an ending.</param>
    /// <param name="to">The new one.</param>
    public static StartConfDocument Rename(StartConfDocument document, string from, string to)
    {
        for (var i = 0; i < document.OperatingSystems.Length; i++)
        {
            foreach (var key in Keys)
            {
                // Each change makes a new document, with sections of its own.
                var section = document.OperatingSystems[i].Section;
                var file = section.Value(key);
                if (Path.GetFileNameWithoutExtension(file) == from && Path.GetFileName(file) == file)
                    document = StartConfWriter.Set(document, section, key, to + Path.GetExtension(file));
            }
        }

        return document;
    }
}
