using System.Collections.Immutable;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;

namespace AfterSales.Functions.Outbound;

public enum DeliveryState
{
    /// <summary>An attempt is to come; <see cref="Delivery.NextAt"/> says when.</summary>
    Pending,

    Delivered,

    /// <summary>The last attempt failed, or the other side said that trying again is of no use.</summary>
    Failed,

    /// <summary>Not attempted any more: the endpoint is gone or disabled.</summary>
    Dropped,

    /// <summary>Not attempted any more: what it tells does not hold any more.</summary>
    Suppressed,
}

/// <summary>What an attempt came to.</summary>
public enum AttemptVerdict
{
    Delivered,
    TryAgain,

    /// <summary>The other side will not take it, now or later.</summary>
    Refused,

    /// <summary>There is no receiver there any more (HTTP 410).</summary>
    Gone,
}

/// <param name="Status">The answer's status; null when there was none.</param>
/// <param name="Fault">Why it was not delivered, kebab-case; null when it was.</param>
public sealed record AttemptResult(AttemptVerdict Verdict, int? Status, string? Fault);

/// <summary>An attempt that was made.</summary>
/// <param name="Round">1, and one more for each time that somebody had it sent again.</param>
/// <param name="Number">Within its round, from 1.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, int Round, int Number, int? Status, string? Fault);

/// <summary>An attempt that is due, as the bus carries it.</summary>
public sealed record DueAttempt(string DeliveryId, int Round, int Number);

/// <summary>How something is sent.</summary>
public enum DeliveryChannel
{
    Webhook,
    Email,
}

/// <summary>Something that is sent to one party, and how far it got.</summary>
/// <param name="Id">The message's id, the receiver and the channel; begins with the id of the case or the penalty and a hyphen.</param>
/// <param name="MessageId">The webhook-id: the same for all attempts and all receivers, by which a receiver knows a repetition.</param>
/// <param name="Type">Such as <c>case.decided</c>.</param>
/// <param name="HappenedAt">When what it tells of happened, in business time.</param>
/// <param name="Made">Attempts made in this round.</param>
/// <param name="Attempts">The latest ones, the oldest first.</param>
/// <param name="Dropped">Why it is not attempted any more.</param>
public sealed record Delivery(
    string Id,
    string MessageId,
    EndpointKey To,
    DeliveryChannel Channel,
    string Type,
    DateTimeOffset HappenedAt,
    DeliveryState State,
    int Round,
    int Made,
    DateTimeOffset? NextAt,
    ImmutableArray<DeliveryAttempt> Attempts,
    string? Dropped = null)
{
    // All of three rounds, and the newest of what somebody has sent again and again.
    private const int MostAttemptsKept = 30;

    /// <summary>How often the record was written, for telling which of two is newer.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The case or the penalty that it is about.</summary>
    public string Subject => SubjectOf(Id)!;

    public DeliveryAttempt? Last => Attempts.IsEmpty ? null : Attempts[^1];

    /// <summary>A new delivery, whose first attempt is due at once.</summary>
    public static Delivery Of(
        string messageId, EndpointKey to, DeliveryChannel channel, string type, DateTimeOffset happenedAt, DateTimeOffset now)
    {
        var id = channel == DeliveryChannel.Webhook ? $"{messageId}.{to.Slug}" : $"{messageId}.{to.Slug}.email";
        return new Delivery(id, messageId, to, channel, type, happenedAt, DeliveryState.Pending, 1, 0, now, []);
    }

    /// <summary>The case or the penalty that a delivery's id begins with, or null.</summary>
    public static string? SubjectOf(string deliveryId) =>
        deliveryId.IndexOf('-', StringComparison.Ordinal) is > 0 and var end && deliveryId[..end] is var subject
        && (CaseId.TryParse(subject, out _) || PenaltyId.TryParse(subject, out _))
            ? subject
            : null;

    /// <summary>Whether this attempt is the one that is waited for; it is not when it was made before or somebody began a new round.</summary>
    public bool Awaits(DueAttempt due) => State == DeliveryState.Pending && due.Round == Round && due.Number == Made + 1;

    /// <summary>After an attempt that came to this.</summary>
    public Delivery After(AttemptResult result, DateTimeOffset at)
    {
        var attempt = new DeliveryAttempt(at, Round, Made + 1, result.Status, result.Fault);
        var after = this with
        {
            Version = Version + 1,
            Made = Made + 1,
            Attempts = [.. Attempts.TakeLast(MostAttemptsKept - 1), attempt],
            NextAt = null,
        };
        return result.Verdict switch
        {
            AttemptVerdict.Delivered => after with { State = DeliveryState.Delivered },
            AttemptVerdict.TryAgain when after.Made < DeliverySchedule.Attempts =>
                after with { NextAt = at + DeliverySchedule.WaitAfter(Id, after.Made) },
            AttemptVerdict.TryAgain or AttemptVerdict.Refused or AttemptVerdict.Gone => after with { State = DeliveryState.Failed },
            _ => throw new InvalidOperationException($"No such verdict: {result.Verdict}"),
        };
    }

    /// <summary>It cannot be attempted any more.</summary>
    /// <param name="why">Kebab-case.</param>
    public Delivery Drop(string why) => this with { Version = Version + 1, State = DeliveryState.Dropped, Dropped = why, NextAt = null };

    /// <summary>What it tells does not hold any more.</summary>
    /// <param name="why">Kebab-case.</param>
    public Delivery Suppress(string why) => Drop(why) with { State = DeliveryState.Suppressed };

    /// <summary>Sent again by hand, with all its attempts before it.</summary>
    public Delivery Again(DateTimeOffset now) => this with
    {
        Version = Version + 1,
        State = DeliveryState.Pending,
        Round = Round + 1,
        Made = 0,
        NextAt = now,
        Dropped = null,
    };
}
