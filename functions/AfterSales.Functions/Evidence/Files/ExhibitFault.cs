namespace AfterSales.Functions.Evidence;

/// <summary>Why a file is not taken as evidence.</summary>
public sealed record ExhibitFault(int Status, string Code, string Detail)
{
    public static readonly ExhibitFault TooLarge = new(413, "evidence-too-large", "A photo or PDF has at most 10 MB, a video at most 25 MB.");

    public static readonly ExhibitFault TypeNotAccepted = new(422, "evidence-type-not-accepted",
        "The file's content is none of JPEG, PNG, WebP, MP4, QuickTime, WebM or PDF.");

    public static readonly ExhibitFault Damaged = new(422, "evidence-damaged", "The file is cut off or damaged and cannot be shown whole.");

    public static readonly ExhibitFault HidesOther = new(422, "evidence-hides-other-content",
        "The file is one thing and holds another besides: an archive, a page, a document or a program.");

    public static readonly ExhibitFault NotAsNamed = new(422, "evidence-not-as-named", "The file is not what the end of its name says.");

    public static readonly ExhibitFault TooManyPixels = new(422, "evidence-too-many-pixels", "A picture has at most 50 megapixels.");

    public static readonly ExhibitFault TooLong = new(422, "evidence-too-long", "A video lasts at most 60 seconds.");

    public static readonly ExhibitFault VideoNotSupported = new(422, "evidence-video-not-supported",
        "The video holds no picture, tracks other than picture and sound, fragments, or a coding that browsers do not show.");

    public static readonly ExhibitFault TooManyPages = new(422, "evidence-too-many-pages", "A PDF has at most 50 pages.");

    public static readonly ExhibitFault Encrypted = new(422, "evidence-encrypted", "The PDF is encrypted; send it without a password.");

    public static readonly ExhibitFault Active = new(422, "evidence-active-content",
        "The PDF does something when it is opened: scripts, programs, forms that send, films. Send it printed to a plain PDF.");

    public static readonly ExhibitFault EmbedsFiles = new(422, "evidence-embeds-files", "The PDF holds other files; send those by themselves.");

    public static readonly ExhibitFault TooMany = new(422, "evidence-too-many", "A case has at most 40 files.");

    public static readonly ExhibitFault BadName = new(422, "evidence-name-invalid",
        "A name has 1 to 100 letters, digits, spaces or any of . _ - ( ) and does not begin with a dot.");
}
