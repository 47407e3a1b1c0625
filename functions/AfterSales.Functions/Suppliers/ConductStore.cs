using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Suppliers;

/// <summary>A complaint as it is stored.</summary>
/// <param name="Funding">How others fund their part of what the case cost; null when the supplier bears all.</param>
public sealed record ComplaintRecord(Complaint Complaint, FaultFunding? Funding = null)
{
    /// <summary>The same with what others are to fund, by the shares here and by what is known last of the case's money; null when that is
    /// what was intended already.</summary>
    public ComplaintRecord? Intending(Case @case, Money recovered)
    {
        var (paid, sequence) = Funding?.Sequence > @case.Sequence ? (Funding.Paid, Funding.Sequence) : (@case.Paid, @case.Sequence);
        var next = new FaultFunding(
            (Funding?.Number ?? 0) + 1, paid, Complaint.Shares, sequence, Money.Max(recovered, Funding?.Recovered ?? Money.Zero));
        return Funding is not null && next with { Number = Funding.Number, Sequence = Funding.Sequence } == Funding
            ? null
            : this with { Funding = next };
    }
}

/// <summary>
/// What counts for and against suppliers, beside penalties: table <c>conduct</c>, a partition each, with <c>c_{month}_{case}</c>
/// (complaints), <c>r_{month}</c> (monthly reviews; what they say is a blob, for it names every case of 90 days), <c>a_{year}</c> (clean years), <c>l_{id}</c> (releases of the deposit) and <c>t_open</c>
/// (a top-up that is due).
/// </summary>
public sealed class ConductStore(Tables tables, Blobs blobs)
{
    public const string Table = "conduct";
    public const string Container = "reviews";

    private const string ValueColumn = "Value";
    private const string OpenColumn = "Open";
    private const string BlobColumn = "Blob";
    private const string TopUpRow = "t_open";
    private const int Attempts = 20;

    private TableClient Rows => tables.Get(Table);

    /// <summary>Changes a complaint, or begins it; decided again when somebody else wrote in between.</summary>
    /// <param name="change">Is given null for a new one; gives null when nothing is to be written.</param>
    /// <returns>As it is stored now; null when there is none.</returns>
    /// <exception cref="OutageException">Others kept writing to it; trying again later helps.</exception>
    public async Task<ComplaintRecord?> ChangeAsync(
        SupplierId supplier, YearMonth month, CaseId @case, Func<ComplaintRecord?, ComplaintRecord?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var stored = await FindRowAsync(supplier, ComplaintRow(month, @case), cancellationToken);
            var before = stored is null ? null : ValueOf<ComplaintRecord>(stored);
            if (change(before) is not { } after) return before;
            var row = RowOf(supplier, ComplaintRow(month, @case), after);
            row[OpenColumn] = after.Complaint.IsOpen;
            if (await WriteAsync(row, stored?.ETag, cancellationToken)) return after;
        }

        throw new OutageException($"{@case} of {supplier} was changed by others {Attempts} times in a row.");
    }

    public async Task<ComplaintRecord?> FindAsync(SupplierId supplier, YearMonth month, CaseId @case, CancellationToken cancellationToken) =>
        await FindRowAsync(supplier, ComplaintRow(month, @case), cancellationToken) is { } row ? ValueOf<ComplaintRecord>(row) : null;

    /// <summary>The complaints registered from one month to another, both included, by month.</summary>
    public Task<IReadOnlyList<Complaint>> ComplaintsAsync(SupplierId supplier, YearMonth from, YearMonth to, CancellationToken cancellationToken) =>
        ComplaintsAsync(TableClient.CreateQueryFilter(
            $"PartitionKey eq {supplier.ToString()} and RowKey ge {$"c_{Text(from)}_"} and RowKey lt {$"c_{Text(to)}`"}"), cancellationToken);

    public Task<IReadOnlyList<Complaint>> OpenComplaintsAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        ComplaintsAsync(TableClient.CreateQueryFilter(
            $"PartitionKey eq {supplier.ToString()} and RowKey ge {"c_"} and RowKey lt {"c`"} and Open eq true"), cancellationToken);

    public async Task<bool> HasReviewAsync(SupplierId supplier, YearMonth month, CancellationToken cancellationToken) =>
        await FindRowAsync(supplier, $"r_{Text(month)}", cancellationToken) is not null;

    public async Task<IReadOnlyList<MonthlyReview>> ReviewsAsync(SupplierId supplier, CancellationToken cancellationToken)
    {
        var all = new List<MonthlyReview>();
        await foreach (var row in RowsAsync(supplier, "r_", "r`", cancellationToken)) all.Add(await ReviewOfAsync(row, cancellationToken));
        return all;
    }

    /// <summary>Writes a month's review once; what was written stays.</summary>
    public async Task AddAsync(SupplierId supplier, MonthlyReview review, CancellationToken cancellationToken)
    {
        // The blob first: a row promises that it is there.
        var name = $"{Text(review.Month)}/{supplier}.json";
        await blobs.WriteOnceAsync(Container, name, AppJson.ToBytes(review), cancellationToken);
        await WriteAsync(new TableEntity(supplier.ToString(), $"r_{Text(review.Month)}") { [BlobColumn] = name }, null, cancellationToken);
    }

    public async Task<bool> HasCleanYearAsync(SupplierId supplier, int year, CancellationToken cancellationToken) =>
        await FindRowAsync(supplier, $"a_{year}", cancellationToken) is not null;

    public Task<IReadOnlyList<CleanYear>> CleanYearsAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        ListAsync<CleanYear>(supplier, "a_", "a`", cancellationToken);

    public Task<bool> AddAsync(SupplierId supplier, CleanYear year, CancellationToken cancellationToken) =>
        WriteAsync(RowOf(supplier, $"a_{year.Year}", year), null, cancellationToken);

    public Task<IReadOnlyList<DepositRelease>> ReleasesAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        ListAsync<DepositRelease>(supplier, "l_", "l`", cancellationToken);

    /// <summary>Begins a release, or changes it as it is now. Null when there is none and none was begun.</summary>
    /// <exception cref="OutageException">Others kept writing to it; trying again later helps.</exception>
    public async Task<DepositRelease?> ChangeReleaseAsync(
        SupplierId supplier, string id, Func<DepositRelease?, DepositRelease?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var stored = await FindRowAsync(supplier, $"l_{id}", cancellationToken);
            var before = stored is null ? null : ValueOf<DepositRelease>(stored);
            if (change(before) is not { } after || after == before) return before;
            if (await WriteAsync(RowOf(supplier, $"l_{id}", after), stored?.ETag, cancellationToken)) return after;
        }

        throw new OutageException($"The release {id} of {supplier} was changed by others {Attempts} times in a row.");
    }

    /// <summary>Takes an open release away when that is still right; false when it is not.</summary>
    public async Task<bool> RemoveReleaseAsync(
        SupplierId supplier, string id, Func<DepositRelease, bool> mayGo, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(supplier, $"l_{id}", cancellationToken) is not { } row) return true;
        return mayGo(ValueOf<DepositRelease>(row)) && await DeleteAsync(row, row.ETag, cancellationToken);
    }

    /// <summary>The term of a top-up that runs, as it was read; null when none does.</summary>
    public async Task<(TopUpTerm Term, ETag ETag)?> RunningTopUpAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        await FindRowAsync(supplier, TopUpRow, cancellationToken) is { } row ? (ValueOf<TopUpTerm>(row), row.ETag) : null;

    /// <summary>Begins the term of a top-up. One that runs goes on; whoever has read it before cannot end it any more.</summary>
    /// <exception cref="OutageException">Others kept writing to it; trying again later helps.</exception>
    public async Task BeginTopUpAsync(SupplierId supplier, TopUpTerm term, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var running = await RunningTopUpAsync(supplier, cancellationToken);
            if (await WriteAsync(RowOf(supplier, TopUpRow, running?.Term ?? term), running?.ETag, cancellationToken)) return;
        }

        throw new OutageException($"The top-up of {supplier} was changed by others {Attempts} times in a row.");
    }

    /// <summary>Ends the term of a top-up, unless it was begun or renewed since it was read.</summary>
    public Task EndTopUpAsync(SupplierId supplier, ETag read, CancellationToken cancellationToken) =>
        DeleteAsync(new TableEntity(supplier.ToString(), TopUpRow), read, cancellationToken);

    private async Task<IReadOnlyList<Complaint>> ComplaintsAsync(string filter, CancellationToken cancellationToken)
    {
        var all = new List<Complaint>();
        await foreach (var row in Rows.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            all.Add(ValueOf<ComplaintRecord>(row).Complaint);
        }

        return all;
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(SupplierId supplier, string from, string below, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        await foreach (var row in RowsAsync(supplier, from, below, cancellationToken)) all.Add(ValueOf<T>(row));
        return all;
    }

    private AsyncPageable<TableEntity> RowsAsync(SupplierId supplier, string from, string below, CancellationToken cancellationToken) =>
        Rows.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {supplier.ToString()} and RowKey ge {from} and RowKey lt {below}"),
            cancellationToken: cancellationToken);

    /// <summary>Reviews of before they were blobs are in their rows.</summary>
    private async Task<MonthlyReview> ReviewOfAsync(TableEntity row, CancellationToken cancellationToken)
    {
        if (row.GetString(BlobColumn) is not { } name) return ValueOf<MonthlyReview>(row);
        var bytes = await blobs.ReadAsync(Container, name, cancellationToken)
            ?? throw new InvalidOperationException($"The review {name} is not there.");
        return AppJson.From<MonthlyReview>(bytes);
    }

    private async Task<TableEntity?> FindRowAsync(SupplierId supplier, string rowKey, CancellationToken cancellationToken)
    {
        var row = await Rows.GetEntityIfExistsAsync<TableEntity>(supplier.ToString(), rowKey, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value : null;
    }

    /// <summary>False when somebody else wrote the row since it was read, or it was there already.</summary>
    /// <param name="read">Null for a new row.</param>
    private async Task<bool> WriteAsync(TableEntity row, ETag? read, CancellationToken cancellationToken)
    {
        try
        {
            await (read is { } etag
                ? Rows.UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellationToken)
                : Rows.AddEntityAsync(row, cancellationToken));
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    /// <summary>False when somebody else wrote the row since it was read.</summary>
    private async Task<bool> DeleteAsync(TableEntity row, ETag read, CancellationToken cancellationToken)
    {
        try
        {
            await Rows.DeleteEntityAsync(row.PartitionKey, row.RowKey, read, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return false;
        }
    }

    private static TableEntity RowOf<T>(SupplierId supplier, string rowKey, T value)
    {
        var row = new TableEntity(supplier.ToString(), rowKey);
        LongColumn.Write(row, ValueColumn, AppJson.ToBytes(value));
        return row;
    }

    private static T ValueOf<T>(TableEntity row) => AppJson.From<T>(LongColumn.Read(row, ValueColumn));

    private static string ComplaintRow(YearMonth month, CaseId @case) => $"c_{Text(month)}_{@case}";

    private static string Text(YearMonth month) => YearMonthPattern.Iso.Format(month);
}
