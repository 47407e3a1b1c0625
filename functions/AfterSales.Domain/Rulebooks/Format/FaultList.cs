namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>The faults of one file, in the order of their places; of very many, the first hundred are told and the rest counted.</summary>
internal sealed class FaultList(string file)
{
    private const int Most = 100;

    private readonly List<SourceFault> _faults = [];
    private int _more;

    public bool Any => _faults.Count > 0;

    public bool Full => _faults.Count >= Most;

    public void Add(SourcePosition at, string code, string detail)
    {
        if (Full)
        {
            _more++;
            return;
        }

        _faults.Add(new SourceFault(file, at, code, detail));
    }

    public void CopyTo(ICollection<SourceFault> faults)
    {
        foreach (SourceFault fault in _faults.OrderBy(fault => fault.At.Line).ThenBy(fault => fault.At.Column))
        {
            faults.Add(fault);
        }

        if (_more > 0)
        {
            faults.Add(new SourceFault(file, _faults[^1].At, "too-many-faults", $"{_more} more faults are not listed; mend these first."));
        }
    }
}
