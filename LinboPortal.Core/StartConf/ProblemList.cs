using System.Collections.Immutable;

namespace LinboPortal.Core.StartConf;

/// <summary>Collects problems and knows where in the document things stand.</summary>
internal sealed class ProblemList(StartConfDocument document)
{
    private readonly List<StartConfProblem> problems = [];

    public StartConfDocument Document { get; } = document;

    public ImmutableArray<StartConfProblem> Sorted() => [.. problems.OrderBy(p => p.Line).ThenBy(p => p.Column).ThenBy(p => p.Code)];

    public void Error(int index, int start, int length, StartConfProblemCode code, params string[] arguments) =>
        Add(ProblemSeverity.Error, index, start, length, code, arguments);

    public void Warn(int index, int start, int length, StartConfProblemCode code, params string[] arguments) =>
        Add(ProblemSeverity.Warning, index, start, length, code, arguments);

    /// <summary>At the value of a setting.</summary>
    public void ErrorAt(StartConfSetting setting, StartConfProblemCode code, params string[] arguments) =>
        At(ProblemSeverity.Error, setting, code, arguments);

    public void WarnAt(StartConfSetting setting, StartConfProblemCode code, params string[] arguments) =>
        At(ProblemSeverity.Warning, setting, code, arguments);

    /// <summary>At the header of a section: something is missing in it.</summary>
    public void ErrorAt(StartConfSection section, StartConfProblemCode code, params string[] arguments) =>
        Error(section.Header, 0, Document.Lines[section.Header].Text.TrimEnd().Length, code, arguments);

    public void WarnAt(StartConfSection section, StartConfProblemCode code, params string[] arguments) =>
        Warn(section.Header, 0, section.Name.Length + 2, code, arguments);

    private void At(ProblemSeverity severity, StartConfSetting setting, StartConfProblemCode code, string[] arguments)
    {
        var line = setting.Line;
        if (line.ValueStart >= 0 && line.ValueEnd > line.ValueStart)
            Add(severity, setting.Index, line.ValueStart, line.ValueEnd - line.ValueStart, code, arguments);
        else
            Add(severity, setting.Index, line.NameStart, line.Name.Length, code, arguments);
    }

    /// <summary>Where a rule decides how much it matters.</summary>
    public void Add(ProblemSeverity severity, int index, int start, int length, StartConfProblemCode code, params string[] arguments) =>
        problems.Add(new StartConfProblem(code, severity, index + 1, start + 1, length, [.. arguments]));
}
