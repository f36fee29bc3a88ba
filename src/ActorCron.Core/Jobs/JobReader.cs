using ActorCron.Core.Json;
using ActorCron.Core.Text;


namespace ActorCron.Core.Jobs;

/// <summary>Reads <c>{ "type", "params" }</c>, as schedules and messages have it.</summary>
internal static class JobReader
{
    private static readonly FieldNames Fields = new("type", "params");

    /// <summary>Null when it was wrong and has been reported. Params left out are an empty object.</summary>
    public static JobSpec? Read(ref JsonFields json, string field)
    {
        if (!json.IsObject(field)) return null;
        var (seen, type, parameters) = (0UL, (string?)null, (string?)"{}");
        while (json.Next(Fields, field + ".", ref seen, out var name))
        {
            if (name == "params")
            {
                parameters = json.Params(field + ".params");
                continue;
            }
            type = json.Text(field + ".type", "text");
            if (type is not null) json.Report(NameSyntax.JobType(field + ".type", type));
        }
        if ((seen & 1) == 0) json.Report(field + ".type", "is missing: name the job type, such as \"shell\", \"http\" or \"noop\"");
        return type is null || parameters is null ? null : new JobSpec(type, parameters);
    }
}
