using Mono.Cecil;

namespace ActorCron.Core.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void The_core_needs_nothing_but_the_base_class_library()
    {
        using var core = ModuleDefinition.ReadModule(typeof(ActorCron.Core.Time.TimeRule).Assembly.Location);

        Assert.All(core.AssemblyReferences, reference => Assert.StartsWith("System.", reference.Name + ".", StringComparison.Ordinal));
    }

    [Fact]
    public void The_time_rules_read_no_clock()
    {
        using var core = ModuleDefinition.ReadModule(typeof(ActorCron.Core.Time.TimeRule).Assembly.Location);

        var reads = from type in core.GetTypes()
                    where type.FullName.StartsWith("ActorCron.Core.Time.", StringComparison.Ordinal)
                    from method in type.Methods
                    where method.HasBody
                    from instruction in method.Body.Instructions
                    where instruction.Operand is MethodReference { Name: "get_UtcNow" or "get_Now" or "GetUtcNow" or "GetTimestamp" }
                    select method.FullName;

        Assert.Empty(reads);
    }
}
