using System.Net;
using System.Security.Claims;
using System.Text;
using AfterSales.Functions.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AfterSales.Functions.Tests.Http;

public sealed class AccessTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string AnyEvidence = "/api/v1/cases/case_x/evidence/a.jpg";

    private readonly AppHost _app = shared.App;

    private byte[] SigningKey => Convert.FromBase64String(_app.Services.GetRequiredService<IConfiguration>()["Access:SigningKey"]!);

    [Fact]
    public async Task Health_needs_no_token() => await _app.Http.GetAsync("/health").JsonAsync(HttpStatusCode.OK);

    [Fact]
    public async Task Without_a_token_the_answer_is_401() =>
        Assert.Equal("token-missing", await _app.Http.GetAsync(AnyEvidence).ProblemAsync(HttpStatusCode.Unauthorized));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    public async Task A_malformed_token_is_401(string token) => Assert.Equal("token-invalid", await GetAsync(token).ProblemAsync(HttpStatusCode.Unauthorized));

    [Fact]
    public async Task An_expired_token_is_401_by_the_wall_clock_whatever_the_business_clock_says() =>
        Assert.Equal(
            "token-invalid",
            await GetAsync(DevelopmentTokens.Create(SigningKey, Role.Agent, TimeSpan.FromMinutes(-5))).ProblemAsync(HttpStatusCode.Unauthorized));

    [Fact]
    public async Task A_token_signed_with_another_key_is_401() =>
        Assert.Equal(
            "token-invalid",
            await GetAsync(DevelopmentTokens.Create(new byte[32], Role.Agent, TimeSpan.FromHours(1))).ProblemAsync(HttpStatusCode.Unauthorized));

    [Fact]
    public async Task An_unsigned_token_is_401()
    {
        var parts = DevelopmentTokens.Create(SigningKey, Role.Agent, TimeSpan.FromHours(1)).Split('.');
        var none = Convert.ToBase64String(Encoding.ASCII.GetBytes("{\"alg\":\"none\",\"typ\":\"JWT\"}")).TrimEnd('=');

        Assert.Equal("token-invalid", await GetAsync($"{none}.{parts[1]}.").ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task The_wrong_role_is_403() =>
        Assert.Equal(
            "role-not-allowed",
            await GetAsync(DevelopmentTokens.Create(SigningKey, Role.PolicyOwner, TimeSpan.FromHours(1))).ProblemAsync(HttpStatusCode.Forbidden));

    [Fact]
    public async Task A_link_that_was_changed_or_made_for_something_else_or_has_expired_is_401()
    {
        var links = _app.Services.GetRequiredService<SignedLinks>();
        var good = links.Token(SignedLinks.CasePurpose, "case_x", _app.Now.AddDays(1));

        Assert.Equal("no-such-case", await LinkAsync(good).ProblemAsync(HttpStatusCode.NotFound));
        Assert.Equal("link-invalid", await LinkAsync(good[..^2]).ProblemAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("link-invalid", await LinkAsync(links.Token("survey", "case_x", _app.Now.AddDays(1))).ProblemAsync(HttpStatusCode.Unauthorized));
        Assert.Equal(
            "link-expired",
            await LinkAsync(links.Token(SignedLinks.CasePurpose, "case_x", _app.Now.AddSeconds(-1))).ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("supplier")]
    [InlineData("marketplace")]
    public async Task A_signed_token_of_a_supplier_or_marketplace_that_does_not_say_which_is_401(string role)
    {
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = DevelopmentTokens.Issuer,
            Audience = DevelopmentTokens.Audience,
            Subject = new ClaimsIdentity([new Claim("sub", "x"), new Claim("role", role)]),
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(SigningKey), SecurityAlgorithms.HmacSha256),
        });

        Assert.Equal("token-invalid", await GetAsync(token, "/api/v1/cases").ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public void A_token_for_a_supplier_needs_the_suppliers_id() =>
        Assert.Throws<ArgumentException>(() => DevelopmentTokens.Create(new byte[32], Role.Supplier, TimeSpan.FromHours(1)));

    private Task<HttpResponseMessage> GetAsync(string token, string path = AnyEvidence)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return _app.Http.SendAsync(request);
    }

    private Task<HttpResponseMessage> LinkAsync(string token) => _app.Http.GetAsync($"{AnyEvidence}?link={token}");
}
