using System.Text.Json.Nodes;

namespace AfterSales.Local.Month;

/// <summary>What became of one thing that the player did.</summary>
/// <param name="Expected">The status (and code) that the answer had to have.</param>
public sealed record Done(DateTimeOffset At, string Who, string What, string Expected, string Got)
{
    public bool Passed => Expected == Got;
}

/// <summary>
/// Plays the month on an app from outside: people act when their time comes, the marketplace answers what it is told. Time goes
/// to the earlier of the next act and the next instant at which the app has something to do, so that every answer follows its
/// cause at the right instant.
/// </summary>
public sealed class Player(AppClient app, Marketplace marketplace, IReadOnlyList<Story> stories, IReadOnlyList<BadInput> badInputs)
{
    private const int LongestMonthDays = 240;
    private static readonly TimeSpan PaymentTakes = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Progress> _progress = stories.ToDictionary(s => s.ExternalId, s => new Progress(s));
    private readonly PriorityQueue<(string Key, Func<CancellationToken, Task> Do), (DateTimeOffset At, string Key)> _plan = new();
    private readonly List<Done> _done = [];

    /// <summary>Everything that was done, with the answer it got.</summary>
    public IReadOnlyList<Done> Log => _done;

    /// <summary>The id of each request's case, as the app answered it.</summary>
    public IReadOnlyDictionary<string, string> CaseIds =>
        _progress.Values.Where(p => p.CaseId is not null).ToDictionary(p => p.Story.ExternalId, p => p.CaseId!);

    /// <summary>The page on which a customer answers the callback, by request.</summary>
    public IReadOnlyDictionary<string, Uri> SurveyLinks =>
        _progress.Values.Where(p => p.SurveyLink is not null).ToDictionary(p => p.Story.ExternalId, p => p.SurveyLink!);

    /// <summary>How far the month is: requests sent, cases closed.</summary>
    public (int Sent, int Closed) Count => (_progress.Values.Count(p => p.CaseId is not null), _progress.Values.Count(p => p.Closed));

    /// <summary>Plays until nothing waits any more. <paramref name="stepped"/> is told after every step of the clock.</summary>
    public async Task PlayAsync(Action<ClockReading>? stepped, CancellationToken cancellationToken)
    {
        foreach (var supplier in People.Suppliers)
        {
            await RegisterAsync(supplier, cancellationToken);
        }

        foreach (var story in stories)
        {
            Plan(story.RequestedAt, $"{story.ExternalId}/request", token => SendRequestAsync(_progress[story.ExternalId], token));
        }

        foreach (var topUp in SampleMonth.TopUps)
        {
            Plan(topUp.At, $"top-up/{topUp.Supplier.Id}", async token =>
            {
                await BookAsync(topUp.Supplier, "payables", topUp.Amount, topUp.At, token);
                await BookAsync(topUp.Supplier, "top-up", topUp.Amount, topUp.At, token);
            });
        }

        foreach (var (input, number) in badInputs.Select((input, number) => (input, number)))
        {
            Plan(input.At, $"bad/{number:D2}", token => SendBadAsync(input, token));
        }

        var clock = await app.ReadClockAsync(cancellationToken);
        var end = clock.Now.AddDays(LongestMonthDays);
        while (NextInstant(clock) is { } next && next <= end)
        {
            clock = await app.AdvanceToAsync(next, cancellationToken);
            Hear(clock.Now);
            while (_plan.TryPeek(out var act, out var at) && at.At <= clock.Now)
            {
                _plan.Dequeue();
                await act.Do(cancellationToken);

                // What the act caused is done, and heard, before the next one.
                clock = await app.AdvanceToAsync(clock.Now, cancellationToken);
                Hear(clock.Now);
            }

            stepped?.Invoke(clock);
        }
    }

    private DateTimeOffset? NextInstant(ClockReading clock) =>
        !_plan.TryPeek(out _, out var own) ? clock.NextDue : clock.NextDue < own.At ? clock.NextDue : own.At;

    private void Plan(DateTimeOffset at, string key, Func<CancellationToken, Task> act) => _plan.Enqueue((key, act), (at, key));

    private async Task RegisterAsync(Supplier supplier, CancellationToken cancellationToken)
    {
        var terms = new JsonObject { ["name"] = supplier.Name, ["depositRequired"] = supplier.Deposit };
        if (supplier.ResponsiblePerson is not null)
        {
            terms["responsiblePerson"] = supplier.ResponsiblePerson;
        }

        using var answer = await app.SendJsonAsync(
            HttpMethod.Put, $"api/v1/suppliers/{supplier.Id}", terms, $"register-{supplier.Id}", app.Token("finance"), cancellationToken);
        await NoteAsync(SampleMonth.Start, "finance", $"agrees terms with {supplier.Id}", "200", answer, cancellationToken);
        await BookAsync(supplier, "deposit", supplier.Deposit, SampleMonth.Start, cancellationToken);
    }

    private async Task BookAsync(Supplier supplier, string kind, string amount, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var answer = await app.SendJsonAsync(
            HttpMethod.Post, $"api/v1/suppliers/{supplier.Id}/entries", new JsonObject { ["kind"] = kind, ["amount"] = amount },
            $"{kind}-{supplier.Id}", app.Token("finance"), cancellationToken);
        await NoteAsync(at, "finance", $"books a {kind} of {amount} for {supplier.Id}", "201", answer, cancellationToken);
    }

    private async Task SendRequestAsync(Progress progress, CancellationToken cancellationToken)
    {
        var story = progress.Story;
        using var answer = await app.SendWebhookAsync(
            progress.FirstMessageId, SampleMonth.Request(story, marketplace.PhotosUrl), cancellationToken);
        await NoteAsync(story.RequestedAt, "marketplace", $"{story.ExternalId}: {story.Title}", "202", answer, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            progress.CaseId = (await AppClient.ReadAsync(answer, cancellationToken))["caseId"]!.GetValue<string>();
        }

        Happened(progress, Moment.Requested, story.RequestedAt);
    }

    private async Task SendBadAsync(BadInput input, CancellationToken cancellationToken)
    {
        using var answer = await input.Send(app, CaseIds, cancellationToken);
        await NoteAsync(input.At, "somebody", input.Title, $"{input.Status} {input.Code}", answer, cancellationToken);
    }

    /// <summary>Something that people count from has happened: plans what they do about it.</summary>
    private void Happened(Progress progress, Moment moment, DateTimeOffset at)
    {
        var nth = progress.Times[moment] = progress.Times.GetValueOrDefault(moment) + 1;
        foreach (var (act, number) in progress.Story.Acts.Select((act, number) => (act, number)).Where(
            a => a.act.After == moment && a.act.Nth == nth))
        {
            var when = at + act.Delay;
            Plan(when, $"{progress.Story.ExternalId}/{number}", token => DoAsync(progress, act, number, when, token));
        }
    }

    private Task DoAsync(Progress progress, Act act, int number, DateTimeOffset at, CancellationToken cancellationToken) => act switch
    {
        PersonActs person => PersonActsAsync(progress, person, number, at, cancellationToken),
        PersonUploads upload => UploadAsync(progress, upload, number, at, cancellationToken),
        CustomerAnswers answer => AnswerSurveyAsync(progress, answer, at, cancellationToken),
        MarketplaceTells tells => TellAsync(progress, $"{number}", tells.Type, tells.Data, at, cancellationToken),
        MarketplaceRepeats => RepeatAsync(progress, at, cancellationToken),
        MarketplaceReusesId => ReuseIdAsync(progress, at, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "Nobody knows how to do this."),
    };

    private async Task PersonActsAsync(Progress progress, PersonActs act, int number, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var path = $"api/v1/cases/{progress.CaseId}/actions";
        string? bearer = null;
        if (act.Role == "customer")
        {
            path += $"?link={progress.CustomerLink}";
        }
        else
        {
            bearer = app.Token(act.Role, act.Role == "supplier" ? progress.Story.Supplier.Id : null);
        }

        using var answer = await app.SendJsonAsync(
            HttpMethod.Post, path, act.Body.DeepClone(), $"{progress.Story.ExternalId}-{number}", bearer, cancellationToken);
        await NoteAsync(at, act.Role, $"{progress.Story.ExternalId}: {act.Body["action"]}", "200", answer, cancellationToken);
        if (answer.IsSuccessStatusCode && GoesOutside(act.Body))
        {
            Happened(progress, Moment.Referred, at);
        }
    }

    /// <summary>A contest, or an outcome that settles nothing, sends the case one rung up; nobody tells the marketplace.</summary>
    private static bool GoesOutside(JsonObject act) =>
        act["action"]!.GetValue<string>() == "contest" || act["outcome"]?.GetValue<string>() == "unresolved";

    private async Task UploadAsync(Progress progress, PersonUploads act, int number, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var answer = await app.PutFileAsync(
            progress.CaseId!, act.Picture.Name, act.Picture.Jpeg, "image/jpeg", $"{progress.Story.ExternalId}-{number}",
            app.Token(act.Role, ofMarketplace: app.Marketplace), cancellationToken);
        await NoteAsync(at, act.Role, $"{progress.Story.ExternalId}: adds {act.Picture.Name}", "201", answer, cancellationToken);
    }

    private async Task AnswerSurveyAsync(Progress progress, CustomerAnswers act, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var answer = await app.PostFormAsync(
            progress.SurveyLink!.PathAndQuery, new Dictionary<string,
            string>
            { ["score"] = $"{act.Score}", ["comment"] = act.Comment }, cancellationToken);
        await NoteAsync(at, "customer", $"{progress.Story.ExternalId}: answers the callback with {act.Score}", "2xx", answer,
            cancellationToken);
    }

    private async Task TellAsync(Progress progress, string number, string type, JsonObject data, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var body = data.DeepClone().AsObject();
        body["externalId"] = progress.Story.ExternalId;
        using var answer = await app.SendWebhookAsync(
            $"msg_{progress.Story.ExternalId}_{number}", SampleMonth.Message(type, at, body), cancellationToken);
        await NoteAsync(at, "marketplace", $"{progress.Story.ExternalId}: {type}", "202", answer, cancellationToken);
    }

    private async Task RepeatAsync(Progress progress, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var answer = await app.SendWebhookAsync(
            progress.FirstMessageId, SampleMonth.Request(progress.Story, marketplace.PhotosUrl), cancellationToken);
        var same = answer.IsSuccessStatusCode
            && (await AppClient.ReadAsync(answer, cancellationToken))["caseId"]!.GetValue<string>() == progress.CaseId;
        await NoteAsync(at, "marketplace", $"{progress.Story.ExternalId}: the same message again", "202", answer, cancellationToken);
        _done.Add(new Done(at, "marketplace", $"{progress.Story.ExternalId}: the same message finds the same case", "same",
            same ? "same" : "another"));
    }

    private async Task ReuseIdAsync(Progress progress, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var other = progress.Story with { Paid = "1.00" };
        using var answer = await app.SendWebhookAsync(
            progress.FirstMessageId, SampleMonth.Request(other, marketplace.PhotosUrl), cancellationToken);
        await NoteAsync(at, "marketplace", $"{progress.Story.ExternalId}: the id of the first message with another body",
            "422 webhook-id-reused", answer, cancellationToken);
    }

    /// <summary>Takes what the app told the marketplace and plans the answers.</summary>
    private void Hear(DateTimeOffset now)
    {
        foreach (var told in marketplace.Take().OrderBy(t => t.At).ThenBy(t => t.WebhookId, StringComparer.Ordinal))
        {
            var progress = _progress[told.Data["externalId"]!.GetValue<string>()];
            if (LinkToken(told.Data["customerLink"]) is { } link)
            {
                progress.CustomerLink = link;
            }

            switch (told.Type)
            {
                case "case.decided":
                    Happened(progress, Moment.Decided, told.At);
                    break;
                case "case.closed":
                    progress.Closed = true;
                    break;
                case "refund.instructed":
                    AnswerPayout(progress, told, now);
                    Happened(progress, Moment.Instructed, told.At);
                    break;
                case "survey.invited":
                    progress.SurveyLink = new Uri(told.Data["surveyUrl"]!.GetValue<string>());
                    Happened(progress, Moment.Invited, told.At);
                    break;
            }
        }
    }

    private void AnswerPayout(Progress progress, Told told, DateTimeOffset now)
    {
        var attempt = told.Data["attempt"]!.GetValue<int>();
        var answer = progress.Story.Payout.ElementAtOrDefault(attempt - 1);
        if (answer == PayoutAnswer.Silence)
        {
            return;
        }

        var at = told.At + PaymentTakes;
        var type = answer == PayoutAnswer.Failed ? "refund.failed" : "refund.confirmed";
        var payout = told.Data["payoutId"]!.GetValue<string>();
        var data = new JsonObject { ["payoutId"] = payout, ["attempt"] = attempt };
        if (answer == PayoutAnswer.Failed)
        {
            data["reason"] = "收款账户已注销。";
        }

        Plan(at < now ? now : at, $"{progress.Story.ExternalId}/payout/{payout}/{attempt}",
            token => TellAsync(progress, $"payout_{payout}_{attempt}", type, data, at, token));
    }

    private static string? LinkToken(JsonNode? url) =>
        url is null ? null : Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(
            new Uri(url.GetValue<string>()).Query)["link"].ToString();

    private async Task NoteAsync(
        DateTimeOffset at, string who, string what, string expected, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var got = expected == "2xx" && (int)answer.StatusCode is >= 200 and < 400 ? "2xx" : $"{(int)answer.StatusCode}";
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
            got += $" {problem["code"]}";
        }

        _done.Add(new Done(at, who, what, expected, got));
    }

    private sealed class Progress(Story story)
    {
        public Story Story { get; } = story;

        public string FirstMessageId => $"msg_{Story.ExternalId}";

        public string? CaseId { get; set; }

        public string? CustomerLink { get; set; }

        public Uri? SurveyLink { get; set; }

        public bool Closed { get; set; }

        public Dictionary<Moment, int> Times { get; } = [];
    }
}
