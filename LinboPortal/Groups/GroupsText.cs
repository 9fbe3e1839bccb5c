namespace LinboPortal.Groups;

/// <summary>Marks the texts of the pages of groups and of the tree: <c>GroupsText.resx</c> and <c>GroupsText.de.resx</c>.</summary>
internal sealed class GroupsText;
