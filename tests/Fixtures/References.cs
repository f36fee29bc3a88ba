using Mono.Cecil;
using Mono.Cecil.Cil;

namespace ActorCron.Tests.Fixtures;

/// <summary>What the types of an assembly use, read from the compiled code.</summary>
internal static class References
{
    /// <summary>A type uses another one, or a member of it (null where only the type is named), in <paramref name="Inside"/> (a method's name, or "").</summary>
    internal sealed record Use(TypeDefinition By, TypeReference Type, MemberReference? Member, string Inside);

    /// <summary>Every use, the types that the compiler makes counted as their owners.</summary>
    public static IEnumerable<Use> In(ModuleDefinition module) => module.GetTypes().SelectMany(type => Of(type).Select(use => use with { By = Outermost(type) }));

    /// <summary>The type that is written in a file, for one nested in it.</summary>
    public static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>The namespace of a type or of the one that it is nested in.</summary>
    public static string NamespaceOf(TypeReference type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;

    private static IEnumerable<Use> Of(TypeDefinition type)
    {
        Use Named(TypeReference used) => new(type, used, null, "");
        var named = type.Interfaces.Select(implemented => implemented.InterfaceType)
            .Concat(type.Fields.Select(field => field.FieldType))
            .Concat(type.Properties.Select(property => property.PropertyType))
            .Concat(type.CustomAttributes.Select(attribute => attribute.AttributeType))
            .Concat(type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
        if (type.BaseType is { } parent) named = named.Append(parent);
        return named.SelectMany(Parts).Select(Named).Concat(type.Methods.SelectMany(method => Of(type, method)));
    }

    private static IEnumerable<Use> Of(TypeDefinition type, MethodDefinition method)
    {
        var named = method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType);
        if (method.HasBody) named = named.Concat(method.Body.Variables.Select(variable => variable.VariableType));
        foreach (var part in named.SelectMany(Parts)) yield return new Use(type, part, null, method.Name);
        if (!method.HasBody) yield break;
        foreach (var use in method.Body.Instructions.SelectMany(instruction => Of(type, method, instruction))) yield return use;
    }

    private static IEnumerable<Use> Of(TypeDefinition type, MethodDefinition method, Instruction instruction)
    {
        switch (instruction.Operand)
        {
            case TypeReference used:
                foreach (var part in Parts(used)) yield return new Use(type, part, null, method.Name);
                break;
            case MemberReference { DeclaringType: { } owner } member:
                foreach (var part in Parts(owner)) yield return new Use(type, part, member, method.Name);
                if (member is GenericInstanceMethod generic)
                    foreach (var part in generic.GenericArguments.SelectMany(Parts)) yield return new Use(type, part, null, method.Name);
                break;
        }
    }

    // A type without its decoration, and its arguments.
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification decorated => Parts(decorated.ElementType),
        GenericParameter => [],
        _ => [type],
    };
}
