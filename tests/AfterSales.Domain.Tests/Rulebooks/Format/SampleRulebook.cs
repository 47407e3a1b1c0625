namespace AfterSales.Domain.Tests.Rulebooks.Format;

/// <summary>A file with every section of the format; its expressions are not meant to make sense.</summary>
internal static class SampleRulebook
{
    public const string Yaml = """
        id: sample
        version: "1"
        title: {zh: 样例, en: Sample}
        source: {document: 000.txt, lines: 1-2}
        zone: Asia/Shanghai
        calendar: china
        facts:
          units: {type: integer, unit: machines, zh: 台数, en: machines}
          wants: {type: text, optional: true, closed: true, zh: 要求, en: wish, values: {repair: {zh: 修理, en: repair}}}
          batches: {type: "list of {received: date, units: integer}", zh: 批次, en: batches}
        constants:
          per_day: {type: integer, value: 10, clause: S-1, zh: 每天, en: a day}
          months: {type: map of integer, value: {leather: 3, travel: 2}, clause: S-1, zh: 月, en: months}
        conclusions:
          days: {type: integer, zh: 天数, en: days}
          due: {type: datetime, zh: 期限, en: due, limit: endOfDay(received)}
        readings:
          X-02: {zh: 日历日, en: calendar days}
        clauses:
          - id: S-1
            marks: [computable, timed]
            text: 十台以内一天。
            en: Up to ten in one day.
            source: 000.txt:1
            readings: [X-02]
          - {id: S-2, marks: [record], text: 登记。, en: Register., source: "000.txt:2"}
        decisions:
          repair_time:
            answers: [S-*]
            let: {n: (units + 9) / per_day}
            rules:
              - when: units > 0
                then:
                  days: n
                  due: >-
                    endOfDay(received
                    + days(n))
                clause: S-1
                because: {zh: "共{units}台", en: "{units} machines"}
        clocks:
          callback:
            clause: S-1
            start: "received"
            length: 3 days
            owner: {zh: 售后部, en: department}
            onMiss: {stated: false, action: alert, zh: 提醒, en: alert}
            late: {escalate_to: 'null'}
        ladder:
          - {step: counter, clause: S-1, clock: callback, zh: 柜台, en: counter}
        checklist:
          - {clause: S-2, fact: registered, zh: 已登记, en: registered}
        supplier:
          - {clause: S-1, kind: fine, on: person, amount: 20.00, zh: 罚款, en: fine}
        callbacks:
          - {clause: S-1, clock: callback, method: phone, zh: 回访, en: call back}
        claim:
          asks: S-1
          implies: {price: paid}
          covered: repair_time.days > 0
          pays: [{name: price, amount: price, clause: S-1}]
        examples:
          - {id: EX-1, clauses: [S-1], given: {units: 21, batches: [{received: 2024-05-06, units: 21}]}, expect: {days: 3}}
        evidence:
          - id: broken_part
            reasons: [quality]
            when: units > 0
            kinds: [photo, video]
            count: 2
            from: customer
            holds: clocks
            clause: P
            zh: 损坏部位
            en: the broken part
          - {id: receipt, kinds: document, clause: S-2, zh: 凭证, en: receipt}
        widens:
          - {of: per_day, zh: 更多, en: more}
        """;
}
