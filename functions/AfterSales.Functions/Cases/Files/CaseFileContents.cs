using System.Collections.Immutable;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Notices;
using NodaTime;

namespace AfterSales.Functions.Cases.Files;

/// <summary>What a case file says, before its files are added.</summary>
/// <param name="Case">As its reader may see it.</param>
/// <param name="Step">The step of the ladder on which the case is.</param>
/// <param name="Reader">The role for whom it was made.</param>
/// <param name="Letters">None for readers to whom they are not shown.</param>
public sealed record CaseFileContents(
    CaseView Case, Wording Step, OffsetDateTime MadeAt, string Reader, ImmutableArray<CaseFileClock> Clocks,
    IReadOnlyList<CaseFileClause> Clauses, IReadOnlyList<Letter> Letters);

/// <param name="Source">Where in the source document it stands.</param>
/// <param name="Because">The values that made it apply; empty for a clause that only the history names.</param>
public sealed record CaseFileClause(string Id, Wording Text, string Source, ImmutableArray<Wording> Because);

/// <param name="Sum">How the due instant came about.</param>
public sealed record CaseFileClock(
    Wording Name, string Owner, OffsetDateTime Due, string Clause, Wording Sum, Wording OnMiss, ClockEnd End);

/// <summary>A file that somebody gave as evidence.</summary>
/// <param name="OriginalSha256">Of the bytes as sent, which the case's history names.</param>
/// <param name="Copied">It is given without its metadata, so its own hash is another.</param>
/// <param name="Open">The bytes as this reader gets them; null when the customer's data was erased.</param>
public sealed record CaseFileExhibit(
    string Name, string By, OffsetDateTime At, string ContentType, string OriginalSha256, bool Copied,
    Func<CancellationToken, Task<byte[]?>> Open);

/// <summary>A file of the ZIP.</summary>
/// <param name="Path">Within the ZIP.</param>
/// <param name="Sha256">Of the bytes in the ZIP, lower-case hex.</param>
/// <param name="OriginalSha256">Of what it is a copy of; null when it is no copy.</param>
public sealed record PackedFile(string Path, long Bytes, string Sha256, Wording What, string? OriginalSha256 = null);

/// <summary>The list of what a case file holds, itself the last of its files.</summary>
/// <param name="Erased">Evidence that is no longer there because the customer's data was erased.</param>
public sealed record CaseFileManifest(
    string Case, OffsetDateTime MadeAt, string MadeFor, IReadOnlyList<PackedFile> Files, IReadOnlyList<string> Erased);
