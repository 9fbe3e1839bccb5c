using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Images.Work;

/// <summary>Refusals as problem details: which field, which value, what is wrong with it, what to do.</summary>
internal static class TaskProblems
{
    /// <summary>What is wrong, in a sentence.</summary>
    public static string Sentence(IStringLocalizer<ImageWorkText> text, TaskRefusal refusal) => refusal.Reason == RefusalReason.NoSpace
        ? text["Refusal.NoSpace", Sizes.Bytes(refusal.Needed), Sizes.Bytes(refusal.Free)]
        : text["Refusal." + refusal.Reason, refusal.Value];

    /// <summary>What to do.</summary>
    public static string Remedy(IStringLocalizer<ImageWorkText> text, TaskRefusal refusal) => text["Remedy." + refusal.Reason];

    public static ProblemHttpResult Of(IStringLocalizer<ImageWorkText> text, TaskRefusal refusal) => TypedResults.Problem(
        Sentence(text, refusal),
        statusCode: refusal.Reason switch
        {
            RefusalReason.Gone => StatusCodes.Status404NotFound,
            RefusalReason.NoSpace => StatusCodes.Status507InsufficientStorage,
            RefusalReason.Taken or RefusalReason.NotGood or RefusalReason.NoQdiff or RefusalReason.HasQdiff or RefusalReason.AlreadyOpen or RefusalReason.NoQemu
                => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status400BadRequest,
        },
        extensions: new Dictionary<string, object?> { ["field"] = refusal.Field, ["value"] = refusal.Value, ["remedy"] = Remedy(text, refusal) });
}
