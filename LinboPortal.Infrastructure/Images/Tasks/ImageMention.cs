using LinboPortal.Core.Images;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Images named in start.conf.</summary>
public static class ImageMention
{
    /// <summary>The text with another name of an image; null where it does not name it.</summary>
    public static string? Rename(string startConf, ImageName from, ImageName to)
    {
        var text = StartConfImages.Rename(StartConfReader.Read(startConf), from.Value, to.Value).ToString();
        return text == startConf ? null : text;
    }
}
