using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs;

/// <summary>When commands reach the PCs, as people think of it.</summary>
public enum CommandWay
{
    /// <summary>PCs that are in LINBO.</summary>
    Now,

    /// <summary>PCs that are off are woken.</summary>
    Wake,

    /// <summary>When a PC starts the next time.</summary>
    Boot,
}

/// <summary>
/// What somebody is about to ask for: choices in plain words and the linbo-remote line are two views of one request, and each follows the other.
/// </summary>
public sealed class CommandDraft
{
    /// <summary>How long woken PCs are waited for unless somebody says otherwise.</summary>
    public static readonly TimeSpan UsualWake = TimeSpan.FromMinutes(5);

    private string? typed;

    /// <summary>Begins with a choice, and with waking where PCs are off.</summary>
    public CommandDraft(CommandTarget target, CommandChoice? choice = null)
    {
        Target = target;
        System = target.Systems is [var first, ..] ? first.Number : 1;
        Request = new JobRequest { Target = target.Target, School = target.School };
        Choose(choice ?? CommandChoice.All[0]);
    }

    /// <summary>The PCs.</summary>
    public CommandTarget Target { get; }

    /// <summary>What is asked for.</summary>
    public JobRequest Request { get; private set; }

    /// <summary>The choice in plain words; null for an own line.</summary>
    public CommandChoice? Choice { get; private set; }

    /// <summary>Position of the system.</summary>
    public int System { get; private set; }

    /// <summary>Number of the partition to format; null for all.</summary>
    public int? Partition { get; private set; }

    /// <summary>What is new in the image.</summary>
    public string Comment { get; private set; } = "";

    /// <summary>What is wrong with the typed line.</summary>
    public IReadOnlyList<LineProblem> Problems { get; private set; } = [];

    /// <summary>True where a comment cannot stand in a command.</summary>
    public bool IsCommentWrong { get; private set; }

    /// <summary>The options and commands as they are typed, or as linbo-remote would have them.</summary>
    public string Line => typed ?? RemoteLine.Options(Request);

    /// <summary>When it happens.</summary>
    public CommandWay Way => Request switch
    {
        { Way: JobWay.OnBoot } => CommandWay.Boot,
        { Wake: not null } => CommandWay.Wake,
        _ => CommandWay.Now,
    };

    /// <summary>The commands; none where the line cannot be read, or where PCs are only woken.</summary>
    public IReadOnlyList<LinboCommand> Commands => CommandLine.TryParse(Request.Commands, out var line, out _) ? line.Commands : [];

    /// <summary>What becomes of the PCs.</summary>
    public TargetForecast Forecast => Target.Forecast(Request, Commands);

    /// <summary>True where something could be sent.</summary>
    public bool IsReady => Problems.Count == 0 && !IsCommentWrong && (Request.Commands.Length > 0 || Request.Wake is not null || Request.NoGui || Request.NoAuto);

    /// <summary>Takes a choice.</summary>
    public void Choose(CommandChoice choice)
    {
        Choice = choice;
        if (choice.Key == "wake")
            Request = Request with { Way = JobWay.Direct, Wake = Request.Wake ?? UsualWake };
        // Whoever is off is woken; switching off needs nobody awake.
        else if (choice.Key is "halt" or "reboot")
            Request = WithoutWake(Request);
        else if (Way == CommandWay.Now && Target.Off > 0)
            Request = Request with { Wake = UsualWake };
        Write();
    }

    /// <summary>Takes a system.</summary>
    public void ChooseSystem(int number)
    {
        System = number;
        Write();
    }

    /// <summary>Takes a partition.</summary>
    public void ChoosePartition(int? number)
    {
        Partition = number;
        Write();
    }

    /// <summary>Takes the comment of an image.</summary>
    public void Say(string comment)
    {
        Comment = comment.Trim();
        IsCommentWrong = Comment.AsSpan().IndexOfAny(":,\"\\") >= 0 || Comment.Length > CommandLine.MaxComment;
        if (!IsCommentWrong)
            Write();
    }

    /// <summary>Takes when it happens.</summary>
    public void ChooseWay(CommandWay way) => Set(way switch
    {
        CommandWay.Now => WithoutWake(Request) with { Way = JobWay.Direct },
        CommandWay.Wake => Request with { Way = JobWay.Direct, Wake = Request.Wake ?? UsualWake },
        CommandWay.Boot => WithoutWake(Request) with { Way = JobWay.OnBoot },
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, null),
    });

    /// <summary>Takes options.</summary>
    public void Set(JobRequest changed)
    {
        Request = changed;
        (typed, Problems) = (null, []);
    }

    /// <summary>Takes what an expert typed; choices follow where the line means one of them.</summary>
    public void Type(string line)
    {
        typed = line;
        var reader = new RemoteLineReader(line);
        Request = reader.Read(Request);
        Problems = reader.Problems;
        IsCommentWrong = false;
        if (Problems.Count > 0)
            return;
        if (Request is { Commands: "", Wake: not null })
            Choice = CommandChoice.Of("wake");
        else if (Commands.Count > 0 && CommandChoice.Find(Commands) is var (choice, system, partition, comment))
            (Choice, System, Partition, Comment) = (choice, system ?? System, partition, comment);
        else
            Choice = null;
    }

    private void Write()
    {
        if (Choice is not null)
            Set(Request with { Commands = Choice.Commands(System, Partition, Choice.TakesComment ? Comment : "") });
    }

    private static JobRequest WithoutWake(JobRequest request) => request with { Wake = null, Between = TimeSpan.Zero, Broadcast = false };
}
