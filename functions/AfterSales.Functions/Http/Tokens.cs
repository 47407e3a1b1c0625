using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AfterSales.Functions.Http;

/// <summary>Whose tokens are accepted. The development issuer signs with a shared key and exists on loopback only.</summary>
public sealed record AccessOptions(bool DevelopmentIssuer, byte[] SigningKey);

/// <summary>Reads bearer tokens. Their lifetime is transport time: always the wall clock.</summary>
public sealed class Tokens(AccessOptions options)
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private readonly TokenValidationParameters _rules = new()
    {
        ValidIssuer = DevelopmentTokens.Issuer,
        ValidAudience = DevelopmentTokens.Audience,
        IssuerSigningKey = new SymmetricSecurityKey(options.SigningKey),
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = TimeSpan.FromSeconds(30),
    };

    /// <summary>The caller, or why the token says nothing.</summary>
    public async Task<(Caller? Caller, string Fault)> ReadAsync(string token)
    {
        if (!options.DevelopmentIssuer)
        {
            return (null, "No issuer is trusted: Access:DevelopmentIssuer is off.");
        }

        var result = await Handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid)
        {
            return (null, Explain(result.Exception));
        }

        var jwt = (JsonWebToken)result.SecurityToken;
        if (!RoleNames.TryParse(Claim(jwt, "role"), out var role) || role == Role.Customer)
        {
            return (null, "The token names no role of this app.");
        }

        var caller = new Caller(role, jwt.Subject, Claim(jwt, "supplier"), Claim(jwt, "marketplace"));
        return role == Role.Supplier && string.IsNullOrEmpty(caller.SupplierId) ? (null, "The token does not say which supplier.")
            : role == Role.Marketplace && string.IsNullOrEmpty(caller.MarketplaceId) ? (null, "The token does not say which marketplace.")
            : (caller, "");
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetClaim(name, out var claim) ? claim.Value : null;

    // The library's own messages quote parts of the token; the answer says only what is wrong.
    private static string Explain(Exception fault) => fault switch
    {
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenInvalidIssuerException => "The token is from another issuer.",
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        SecurityTokenMalformedException => "The token is malformed.",
        _ => "The token's signature or content is not valid.",
    };
}

/// <summary>Signs tokens for development. The app accepts them only with its own key, and only on loopback.</summary>
public static class DevelopmentTokens
{
    public const string Issuer = "urn:aftersales:development";
    public const string Audience = "urn:aftersales:api";

    /// <summary>A token for <paramref name="role"/>.</summary>
    /// <param name="signingKey">The app's Access:SigningKey, decoded.</param>
    /// <param name="life">How long it is valid from now, by the wall clock.</param>
    /// <exception cref="ArgumentException">A supplier's or marketplace's token without its id, or a customer's, who comes by link.</exception>
    public static string Create(
        byte[] signingKey, Role role, TimeSpan life, string? supplierId = null, string? marketplaceId = null, string? subject = null)
    {
        if (role == Role.Customer || role == Role.Supplier && supplierId is null || role == Role.Marketplace && marketplaceId is null)
        {
            throw new ArgumentException($"A token for '{role.Name()}' needs its id, or cannot be had: customers come by signed link.", nameof(role));
        }

        subject ??= supplierId ?? marketplaceId ?? $"{role.Name()}-1";
        var claims = new ClaimsIdentity([new Claim("sub", subject), new Claim("role", role.Name())]);
        if (supplierId is not null)
        {
            claims.AddClaim(new Claim("supplier", supplierId));
        }

        if (marketplaceId is not null)
        {
            claims.AddClaim(new Claim("marketplace", marketplaceId));
        }

        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Subject = claims,
            IssuedAt = now,
            NotBefore = life < TimeSpan.Zero ? now + life - life.Duration() : now,
            Expires = now + life,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(signingKey), SecurityAlgorithms.HmacSha256),
        });
    }
}
