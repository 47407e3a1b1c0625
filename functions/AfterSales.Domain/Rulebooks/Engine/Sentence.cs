using System.Globalization;
using System.Runtime.CompilerServices;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>A sentence in one language, to be filled in with values. What does not change is written once.</summary>
internal sealed class Sentence
{
    private readonly Blank[] _blanks;
    private readonly string _end;
    private readonly LanguageWords _words;

    private Sentence(Blank[] blanks, string end, LanguageWords words) => (_blanks, _end, _words) = (blanks, end, words);

    /// <param name="facts">By fact slot.</param>
    /// <param name="computed">What the reason's slots came to, in that order.</param>
    public string Fill(ReadOnlySpan<RuleValue?> facts, ReadOnlySpan<Computed> computed)
    {
        if (_blanks.Length == 0) return _end;
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        bool isFirst = true;
        foreach (Blank blank in _blanks)
        {
            RuleValue? value = blank.IsFact ? facts[blank.Place] : computed[blank.Place].Value;
            if (value is null && blank.IsLabelled) continue;
            if (blank.IsLabelled && !isFirst) text.AppendLiteral(_words.Comma);
            text.AppendLiteral(blank.Before);
            text.AppendLiteral(value is null ? "?" : blank.Percent && value is RuleValue.Number rate ? Rate(rate) : _words.Show(value, blank.Symbols));
            isFirst = false;
        }
        text.AppendLiteral(_end);
        return text.ToStringAndClear();
    }

    private static string Rate(RuleValue.Number rate) => (rate.Value * 100m).ToString("0.0#####", CultureInfo.InvariantCulture) + "%";

    /// <summary>A place for a value.</summary>
    /// <param name="Before">What stands before it: text, or its label.</param>
    /// <param name="IsLabelled">Left out when there is no value.</param>
    private sealed record Blank(
        string Before, bool IsFact, int Place, bool Percent, bool IsLabelled, IReadOnlyDictionary<string, string> Symbols);

    /// <param name="slots">The computed slots that are given to <see cref="Fill"/>.</param>
    internal sealed class Builder(int[] slots, LanguageWords words)
    {
        private readonly List<Blank> _blanks = [];
        private string _text = "";

        public void AddText(string text) => _text += text;

        /// <summary>A value, or a question mark.</summary>
        public void AddValue(CelName name, bool percent)
        {
            if (name.Kind != NameKind.Constant) Add(name, percent, isLabelled: false);
            else _text += percent && name.Constant is RuleValue.Number rate ? Rate(rate) : words.Show(name.Constant!, words.SymbolsOf(name));
        }

        /// <summary>A label and a value, if there is one. Names without a label are passed over.</summary>
        public void AddLabelled(CelName name)
        {
            if (words.LabelOf(name) is not { } label) return;
            _text = label + " ";
            Add(name, percent: false, isLabelled: true);
        }

        public Sentence Build() => new([.. _blanks], _text, words);

        private void Add(CelName name, bool percent, bool isLabelled)
        {
            bool isFact = name.Kind == NameKind.Fact;
            int place = isFact ? name.Slot : Array.IndexOf(slots, name.Slot);
            _blanks.Add(new Blank(_text, isFact, place, percent, isLabelled, words.SymbolsOf(name)));
            _text = "";
        }
    }
}
