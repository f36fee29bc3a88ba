using System.ComponentModel;
using System.Reflection;
using ActorCron.Persistence.MongoDb.Tests.Stores;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>Finds the kind of store among the suite's type arguments.</summary>
public sealed class ConformanceTestCase : XunitTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("For deserialization only.")]
    public ConformanceTestCase()
    {
    }

    public ConformanceTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute)
    {
        var store = StoreOf(TestMethod.TestClass.Class.ToRuntimeType());
        var excluded = TestMethod.Method.ToRuntimeMethod().GetCustomAttributes<ExceptOnAttribute>()
            .FirstOrDefault(except => except.Store.IsAssignableFrom(store));
        return excluded?.Reason
            ?? (string?)store.GetProperty(nameof(IStoreKind.WhyNot), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)
            ?? base.GetSkipReason(factAttribute);
    }

    private static Type StoreOf(Type suite)
    {
        for (var type = suite; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GenericTypeArguments.FirstOrDefault(typeof(IStoreKind).IsAssignableFrom) is { } store)
                return store;
        }

        throw new InvalidOperationException($"{suite} has no store among its type arguments.");
    }
}
