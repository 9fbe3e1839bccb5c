using LinboPortal.Core.StartConf;
using LinboPortal.Shell;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Groups;

/// <summary>Says a problem in the person's language.</summary>
internal static class StartConfMessages
{
    extension(IStringLocalizer<StartConfText> text)
    {
        /// <summary>What is wrong.</summary>
        public string Message(StartConfProblem problem) => text[problem.Code.ToString(), [.. problem.Arguments]];

        /// <summary>What to do.</summary>
        public string Remedy(StartConfProblem problem) => text[Key(problem), [.. problem.Arguments]];

        /// <summary>For the editor: to be underlined, with message and remedy.</summary>
        public CodeProblem ToCodeProblem(StartConfProblem problem) => new(
            problem.Line, problem.Column, problem.Severity == ProblemSeverity.Error ? CodeProblemSeverity.Error : CodeProblemSeverity.Warning,
            $"{text.Message(problem)} {text.Remedy(problem)}");
    }

    private static string Key(StartConfProblem problem) => problem switch
    {
        { Code: StartConfProblemCode.UnknownKey, Arguments: [_, _, { Length: > 0 }] } => "UnknownKey.RemedyMeant",
        _ => problem.Code + ".Remedy",
    };
}
