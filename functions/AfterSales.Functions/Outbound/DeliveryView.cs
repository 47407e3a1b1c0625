using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using NodaTime.Text;

namespace AfterSales.Functions.Outbound;

/// <summary>A delivery in a list. Instants are UTC.</summary>
/// <param name="Case">What it is about, or else <paramref name="Penalty"/>.</param>
/// <param name="Attempts">Made in all.</param>
public sealed record DeliveryView(
    string Id, string WebhookId, string? Case, string? Penalty, string Party, string Endpoint, string Channel, string Type, string State, DateTimeOffset HappenedAt,
    DateTimeOffset? NextAttemptAt, int Attempts, int? LastStatus, string? LastFault, string Href)
{
    public static DeliveryView Of(Delivery delivery) => new(
        delivery.Id,
        delivery.MessageId,
        CaseId.TryParse(delivery.Subject, out _) ? delivery.Subject : null,
        PenaltyId.TryParse(delivery.Subject, out _) ? delivery.Subject : null,
        WireName.Of(delivery.To.Party),
        delivery.To.Id,
        JsonNamingPolicy.KebabCaseLower.ConvertName(delivery.Channel.ToString()),
        delivery.Type,
        Name(delivery.State),
        delivery.HappenedAt.ToUniversalTime(),
        delivery.NextAt,
        delivery.Attempts.Length,
        delivery.Last?.Status,
        delivery.Dropped ?? delivery.Last?.Fault,
        $"/api/v1/deliveries/{delivery.Id}");

    public static string Name(DeliveryState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}

/// <summary>A delivery with its latest attempts, the oldest first.</summary>
public sealed record DeliveryDetail(DeliveryView Delivery, int Round, IReadOnlyList<DeliveryAttempt> Attempts)
{
    public static DeliveryDetail Of(Delivery delivery) => new(DeliveryView.Of(delivery), delivery.Round, delivery.Attempts);
}

/// <summary>When something is tried again, in ISO 8601 periods.</summary>
/// <param name="Waits">Before the second attempt and each further one.</param>
/// <param name="Jitter">The part of a wait by which it may be longer.</param>
/// <param name="DisabledBy">The status on which nothing more is sent to an endpoint.</param>
public sealed record ScheduleView(int Attempts, IReadOnlyList<string> Waits, double Jitter, string Timeout, int DisabledBy, int BodyLimit)
{
    public static ScheduleView Published { get; } = new(
        DeliverySchedule.Attempts,
        [.. DeliverySchedule.Waits.Select(Period)],
        DeliverySchedule.LongestJitter,
        Period(WebhookSender.TimeLimit),
        410,
        OutboundMessage.BodyLimit);

    private static string Period(TimeSpan wait) => PeriodPattern.NormalizingIso.Format(NodaTime.Period.FromTicks(wait.Ticks));
}
