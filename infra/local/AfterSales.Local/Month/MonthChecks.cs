using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Rulebooks;
using Microsoft.Data.Sqlite;

namespace AfterSales.Local.Month;

/// <summary>Something that must hold after the month.</summary>
public sealed record Check(string What, string Expected, string Got)
{
    public bool Passed => Expected == Got;
}

/// <summary>Everything that must hold after the month: each answer, each ending to the fen, the ledger, the photos, what is readable on
/// disk.</summary>
public static class MonthChecks
{
    public static async Task<IReadOnlyList<Check>> RunAsync(
        AppClient app, Player player, Marketplace marketplace, MonthResults results, string dataFolder, CancellationToken cancellationToken)
    {
        List<Check> checks =
        [
            .. player.Log.Select(done => new Check($"{done.At:MM-dd HH:mm} {done.Who}, {done.What}", done.Expected, done.Got)),
            .. results.Cases.SelectMany(Endings),
            .. Remedies(results),
            .. Ledger(results),
            .. Surveys(results),
            new Check("deliveries to the marketplace with a wrong signature", "0", $"{marketplace.BadSignatures}"),
            .. await PhotosAsync(app, results, cancellationToken),
            .. await OrchestrationsAsync(app, cancellationToken),
            .. Messages(dataFolder),
            await ReplayAsync(results, dataFolder, cancellationToken),
            .. Readable(dataFolder, results),
        ];
        return checks;
    }

    private static IEnumerable<Check> Endings(CaseResult result)
    {
        var (story, expected) = (result.Story, result.Story.Expected);
        yield return new Check($"{story.ExternalId} ({story.Title}) ends", $"{expected.Ending}", $"{result.Ending}");
        yield return new Check($"{story.ExternalId} paid to the customer", expected.Refund ?? "nothing", result.Paid ?? "nothing");
        yield return new Check($"{story.ExternalId} cites {expected.Clause}", "yes",
            result.Clauses.Contains(expected.Clause) ? "yes" : string.Join(' ', result.Clauses));
    }

    /// <summary>Whoever looks at the month sees every remedy.</summary>
    private static IEnumerable<Check> Remedies(MonthResults results) => MonthTables.Remedies.Keys.Select(remedy =>
        new Check($"the remedy '{remedy}' is given at least twice", "yes", results.Cases.Count(c => c.Remedy == remedy) >= 2 ? "yes" : "no"));

    private static IEnumerable<Check> Ledger(MonthResults results)
    {
        yield return new Check("books that verify", $"{People.Suppliers.Count} passed, 0 failed",
            $"{results.Ledger["passed"]} passed, {results.Ledger["failed"]} failed");
        foreach (var supplier in People.Suppliers)
        {
            var paidIn = decimal.Parse(supplier.Deposit)
                + SampleMonth.TopUps.Where(t => t.Supplier == supplier).Sum(t => decimal.Parse(t.Amount));
            var refunded = results.Cases.Where(c => c.Story.Supplier == supplier).Sum(c => decimal.Parse(c.Story.Expected.Refund ?? "0"));
            yield return new Check($"deposit of {supplier.Id}: paid in less refunded", $"{paidIn - refunded:0.00}",
                $"{results.Suppliers[supplier.Id]["depositBalance"]}");
            var fines = results.Cases.Where(c => c.Story.Supplier == supplier && SampleMonth.Fined.Contains(c.Story.ExternalId))
                .Select(c => c.Id).ToList();
            yield return new Check(
                $"cases of {supplier.Id} for which a person is fined", Text(supplier.ResponsiblePerson is null ? [] : fines),
                Text(results.Entries[supplier.Id]
                    .Where(e => e!["kind"]!.GetValue<string>() == "fine").Select(e => e!["caseId"]!.GetValue<string>())));
            yield return new Check(
                $"cases of {supplier.Id} for which finance is asked for a person", Text(supplier.ResponsiblePerson is null ? fines : []),
                Text(results.Suppliers[supplier.Id]["tasks"]!.AsArray().Select(t => t!["caseId"]!.GetValue<string>())));
            yield return new Check($"nothing held any more for {supplier.Id}", "0.00",
                $"{results.Suppliers[supplier.Id]["pendingCharges"]}");
        }
    }

    private static string Text(IEnumerable<string> ids) => string.Join(' ', ids.Order(StringComparer.Ordinal));

    /// <summary>Every answer arrived with its score, and every bad one opened a review.</summary>
    private static IEnumerable<Check> Surveys(MonthResults results)
    {
        foreach (var story in results.Cases.Select(c => c.Story))
        {
            var score = story.Acts.OfType<CustomerAnswers>().SingleOrDefault()?.Score;
            var surveys = results.Surveys.Where(s => s!["externalId"]!.GetValue<string>() == story.ExternalId)
                .Select(s => Told($"{s!["state"]}", s["score"]?.GetValue<int>(), s["review"] is not null));
            var last = story.Expected.Ending == Ending.InArbitration ? "none yet" : score is null ? "expired" : Told("answered", score, score <= 2);
            var reopened = story.Acts.OfType<PersonActs>().Count(act => act.Body["action"]!.GetValue<string>() == "reopen");
            yield return new Check(
                $"{story.ExternalId} callback after each closing", string.Join("; ", Enumerable.Repeat("expired", reopened).Append(last)),
                string.Join("; ", surveys.DefaultIfEmpty("none yet")));
        }
    }

    private static string Told(string state, int? score, bool review) => $"{state} {score}{(review ? ", review" : "")}".TrimEnd();

    /// <summary>Every photo comes back byte for byte, under the hash that the case's history names.</summary>
    private static async Task<IReadOnlyList<Check>> PhotosAsync(AppClient app, MonthResults results, CancellationToken cancellationToken)
    {
        var agent = app.Token("agent");
        var checks = new List<Check>();
        foreach (var (result, picture) in results.Cases.SelectMany(c => AllPictures(c.Story).Select(p => (c, p))))
        {
            using var answer = await app.GetAsync($"api/v1/cases/{result.Id}/evidence/{picture.Name}?original=true", agent, cancellationToken);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            var hash = Convert.ToHexStringLower(SHA256.HashData(picture.Jpeg));
            checks.Add(new Check($"{result.Story.ExternalId} {picture.Name} byte for byte", hash,
                Convert.ToHexStringLower(SHA256.HashData(bytes))));
            checks.Add(new Check(
                $"{result.Story.ExternalId} {picture.Name}: hash in the timeline", "yes",
                result.Case["timeline"]!.ToJsonString().Contains(hash, StringComparison.Ordinal) ? "yes" : "no"));
        }

        return checks;
    }

    private static IEnumerable<Picture> AllPictures(Story story) =>
        story.Pictures.Concat(story.Acts.OfType<PersonUploads>().Select(upload => upload.Picture));

    /// <summary>No orchestration has failed.</summary>
    private static async Task<IReadOnlyList<Check>> OrchestrationsAsync(AppClient app, CancellationToken cancellationToken)
    {
        var failed = await app.GetJsonAsync("runtime/webhooks/durabletask/instances?runtimeStatus=Failed", bearer: null, cancellationToken);
        return [new Check("orchestrations that failed", "0", $"{failed.AsArray().Count}")];
    }

    /// <summary>Every message was handled: none waits, none is among the dead letters.</summary>
    private static IEnumerable<Check> Messages(string dataFolder)
    {
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(dataFolder, "store.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(source.ToString());
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT coalesce(group_concat(entity || ' ' || n || coalesce(': ' || why, ''), '; '), 'none') "
            + "FROM (SELECT entity, count(*) AS n, max(dead_description) AS why FROM bus_message GROUP BY entity)";
        yield return new Check("messages left on the bus", "none", (string)count.ExecuteScalar()!);
    }

    /// <summary>Every closed case, decided again by the version that it is frozen to, comes out to the fen.</summary>
    private static async Task<Check> ReplayAsync(MonthResults results, string dataFolder, CancellationToken cancellationToken)
    {
        await using var store = PolicyStore.Of(new DataFolder(dataFolder), "demo");
        var (passed, failed) = (0, 0);
        await foreach (var replayed in Replay.RunAsync(store.Decisions, store.Rulebooks, [], cancellationToken))
        {
            if (replayed.Differences.Count == 0) passed++;
            else failed++;
        }

        return new Check(
            "closed cases decided again", $"{results.Cases.Count(c => c.Case["closedAt"] is not null)} passed, 0 failed",
            $"{passed} passed, {failed} failed");
    }

    /// <summary>No name, telephone number, e-mail address or sentence of a person can be read in what lies on disk.</summary>
    private static IEnumerable<Check> Readable(string dataFolder, MonthResults results)
    {
        var secrets = People.AllNames
            .Concat(results.Cases.SelectMany(
                c => new[] { c.Story.Customer.Phone, c.Story.Customer.Phone[3..], c.Story.Customer.Email, c.Story.Description }))
            .Distinct().Select(text => (Text: text, Bytes: Encoding.UTF8.GetBytes(text))).ToList();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(dataFolder, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(f => Path.GetFileName(f) != "in-use"))
        {
            var bytes = ReadShared(file);
            foreach (var secret in secrets.Where(s => bytes.AsSpan().IndexOf(s.Bytes) >= 0))
            {
                found.Add($"{secret.Text} in {Path.GetFileName(file)}");
            }
        }

        yield return new Check("names, numbers and words of people that can be read on disk", "none",
            found.Count == 0 ? "none" : string.Join("; ", found.Take(5)));
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
