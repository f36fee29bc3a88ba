using System.Text;

namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>Writes a resolved configuration in the one form that Akka's parser reads without fault: every key and value quoted, one a line.</summary>
internal static class HoconText
{
    public static string Write(HoconObject root)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in root.Values) WriteField(text, key, value, 0);
        return text.ToString();
    }

    private static void WriteField(StringBuilder text, string key, HoconValue value, int depth)
    {
        text.Append(' ', depth * 2);
        WriteQuoted(text, key);
        text.Append(value is HoconObject ? " " : " = ");
        WriteValue(text, value, depth);
        text.Append('\n');
    }

    private static void WriteValue(StringBuilder text, HoconValue value, int depth)
    {
        switch (value)
        {
            case HoconScalar scalar:
                WriteQuoted(text, scalar.Text ?? "");
                break;
            case HoconList list:
                text.Append('[');
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (i > 0) text.Append(", ");
                    WriteValue(text, list.Items[i], depth);
                }
                text.Append(']');
                break;
            case HoconObject section:
                text.Append("{\n");
                foreach (var (key, inner) in section.Values) WriteField(text, key, inner, depth + 1);
                text.Append(' ', depth * 2).Append('}');
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value), value, "Only a resolved configuration can be written.");
        }
    }

    private static void WriteQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
