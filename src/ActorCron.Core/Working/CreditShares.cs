namespace ActorCron.Core.Working;

/// <summary>How a node's slots are shared among its queues: an idle queue lends its share to those that are busy and keeps a credit of one, so that
/// a new message is noticed, unless all slots are taken for long.</summary>
/// <param name="Total">Deliveries at most, over all queues.</param>
/// <param name="Idle">What an idle queue keeps.</param>
/// <param name="Sharers">How many queues share the rest.</param>
/// <param name="OnlyBusy">Whether these are the busy ones; else all.</param>
/// <param name="Spare">What they share.</param>
internal readonly record struct CreditShares(int Total, int Idle, int Sharers, bool OnlyBusy, int Spare)
{
    /// <param name="queues">How many queues there are.</param>
    /// <param name="busy">How many of them hold something.</param>
    /// <param name="total">Deliveries at most.</param>
    /// <param name="isCounted">Whether the total is an exact number of runs still to execute: what idle queues keep is then taken off it.</param>
    /// <param name="isFullForLong">Whether all slots are taken and nothing has ended for a while.</param>
    public static CreditShares Of(int queues, int busy, int total, bool isCounted, bool isFullForLong)
    {
        var sharers = busy > 0 ? busy : queues;
        var spare = isCounted ? Math.Max(0, total - (queues - sharers)) : total;
        return new(total, !isCounted && isFullForLong ? 0 : 1, sharers, busy > 0, spare);
    }

    /// <summary>The credit of one queue, before its own limits.</summary>
    /// <param name="isBusy">Whether it holds something.</param>
    /// <param name="rank">Which of the sharers it is, from 0: the first ones get what does not divide.</param>
    public int For(bool isBusy, int rank)
    {
        if (OnlyBusy && !isBusy) return Math.Min(Idle, Total);
        var share = (Spare / Sharers) + (rank < Spare % Sharers ? 1 : 0);
        return Math.Min(Math.Max(Total > 0 ? 1 : 0, share), Total);
    }
}
