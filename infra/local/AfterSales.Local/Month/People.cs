namespace AfterSales.Local.Month;

/// <summary>The counters and customers of the sample month. Invented; telephone numbers and addresses belong to nobody.</summary>
internal static class People
{
    public static readonly Supplier GoldenDeer = new("S-101", "金鹿皮鞋专柜", "8000.00", "王建国");
    public static readonly Supplier SwiftSports = new("S-102", "飞跃运动鞋专柜", "5000.00", "李秀兰");
    public static readonly Supplier LittleFeet = new("S-103", "童趣布鞋专柜", "2000.00", ResponsiblePerson: null);
    public static readonly Supplier FineSuits = new("S-104", "雅仕西服专柜", "6000.00", "张志远");
    public static readonly Supplier NorthernFur = new("S-105", "北疆裘皮专柜", "9000.00", "马晓燕");
    public static readonly Supplier CityFashion = new("S-106", "都市时装专柜", "3000.00", "陈丽华");

    public static IReadOnlyList<Supplier> Suppliers { get; } = [GoldenDeer, SwiftSports, LittleFeet, FineSuits, NorthernFur, CityFashion];

    private static readonly string[] Names =
    [
        "刘桂英", "赵永强", "孙丽娜", "周海涛", "吴淑珍", "郑晓东", "冯玉梅", "陈国栋", "褚雅琴", "卫东升",
        "蒋春花", "沈立新", "韩雪梅", "杨志刚", "朱秀芳", "秦文博", "尤佳怡", "许建平", "何晓玲", "吕振华",
        "施美玲", "张凤霞", "孔令辉", "曹玉兰", "严正明", "华思雨", "金永福", "魏红梅", "陶建军", "姜丽萍",
        "戚小龙", "谢玉芬", "邹宏伟", "喻晓燕", "柏长青", "水秀清", "窦文静", "章国强", "云海霞", "苏明哲",
        "潘月娥", "葛建华", "奚晓琳", "范志勇", "彭桂兰", "郎永刚", "鲁秀梅", "韦东海", "昌玉珍", "马国庆",
        "苗丽华", "凤晓红", "花志强", "方淑芬", "俞建新", "任美娟", "袁国华", "柳青青", "鲍永明", "史玉琴",
        "唐晓峰", "费丽君", "廉志明", "岑秀英",
    ];

    private static readonly string[] Cities = ["Lanzhou", "Lanzhou", "Lanzhou", "Baiyin", "Tianshui", "Lanzhou", "Xining", "Dingxi"];

    /// <summary>Every name of a person who appears in the month.</summary>
    public static IEnumerable<string> AllNames => Names.Concat(Suppliers.Select(s => s.ResponsiblePerson).OfType<string>());

    /// <summary>The customer with a number from 1.</summary>
    public static Customer Customer(int number)
    {
        var digits = $"{5550000 + number * 137 % 10000:D7}";
        return new Customer(
            $"C-{7000 + number}", Names[(number - 1) % Names.Length], $"+86139{digits}0"[..14], $"customer{number:D3}@example.com",
            Cities[number % Cities.Length]);
    }
}
