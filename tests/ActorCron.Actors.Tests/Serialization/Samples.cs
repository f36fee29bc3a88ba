using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;

namespace ActorCron.Actors.Tests.Serialization;

/// <summary>Makes a value of any message type: full (every member set to something other than its default, every kind of a
/// polymorphic element) or sparse (null, zero, empty wherever that is legal).</summary>
internal sealed class Samples(bool full)
{
    private readonly NullabilityInfoContext _nullability = new();
    private int _count;

    public object Of(Type type) => Value(type, nullable: false)!;

    private object? Value(Type type, bool nullable)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return full ? Value(inner, nullable: false) : null;
        if (nullable && !full) return null;
        _count++;
        if (type == typeof(string)) return full ? $"täxt \"{_count}\"\n" : "";
        if (type == typeof(bool)) return full;
        if (type == typeof(int)) return full ? _count : 0;
        if (type == typeof(long)) return full ? long.MaxValue - _count : 0L;
        if (type == typeof(ulong)) return full ? ulong.MaxValue - (ulong)_count : 0UL;
        if (type == typeof(double)) return full ? _count + 0.1 : 0.0;
        if (type == typeof(TimeSpan)) return full ? TimeSpan.FromTicks(12_345_678_901 + _count) : TimeSpan.Zero;
        if (type == typeof(DateTimeOffset)) return full ? new DateTimeOffset(2026, 11, 24, 1, 15, 0, TimeSpan.Zero).AddTicks(_count) : default(DateTimeOffset);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(full ? Enum.GetValues(type).Length - 1 : 0);
        if (ElementOf(type) is { } element) return Many(type, element);
        return Record(KindsOf(type)[0]);
    }

    private object Many(Type type, Type element)
    {
        var items = full ? [.. KindsOf(element).Select(kind => kind == element ? Value(kind, nullable: false)! : Record(kind))] : new List<object>();
        var array = Array.CreateInstance(element, items.Count);
        for (var i = 0; i < items.Count; i++) array.SetValue(items[i], i);
        if (type.GetGenericTypeDefinition() != typeof(ImmutableArray<>)) return array;
        var create = typeof(ImmutableArray).GetMethods().Single(method => method.Name == nameof(ImmutableArray.Create)
            && method.GetParameters() is [{ ParameterType.IsArray: true }]);
        return create.MakeGenericMethod(element).Invoke(null, [array])!;
    }

    private object Record(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            Value(parameter.ParameterType, _nullability.Create(parameter).ReadState == NullabilityState.Nullable))]);
        foreach (var property in Members(type).Where(property => property.CanWrite && !constructor.GetParameters().Any(parameter => parameter.Name == property.Name)))
            property.SetValue(made, Value(property.PropertyType, _nullability.Create(property).ReadState == NullabilityState.Nullable));
        return made;
    }

    /// <summary>The concrete types that stand for a type on the wire.</summary>
    public static IReadOnlyList<Type> KindsOf(Type type) => type.IsAbstract ? [.. type.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => kind.DerivedType)] : [type];

    /// <summary>All members of a value and of what it holds, a line each: unlike its JSON, this shows what the JSON leaves out.</summary>
    public static IEnumerable<string> Describe(object? value, string path = "")
    {
        switch (value)
        {
            case null: yield return $"{path} = null"; break;
            case string or TimeSpan or Enum or IConvertible: yield return $"{path} = {value}"; break;
            case DateTimeOffset at: yield return $"{path} = {at:O}"; break;
            case IEnumerable items:
                var index = 0;
                foreach (var item in items)
                    foreach (var line in Describe(item, $"{path}[{index++}]")) yield return line;
                yield return $"{path} has {index}";
                break;
            default:
                yield return $"{path} is {value.GetType().Name}";
                foreach (var property in Members(value.GetType()))
                    foreach (var line in Describe(property.GetValue(value), $"{path}.{property.Name}")) yield return line;
                break;
        }
    }

    private static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0);

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var element] && typeof(IEnumerable).IsAssignableFrom(type) ? element : null;
}
