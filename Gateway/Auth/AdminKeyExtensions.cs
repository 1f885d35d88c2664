using Microsoft.AspNetCore.Authentication;

namespace GameCluster.Gateway.Auth;

/// <summary>Registers the admin key as the way to authenticate.</summary>
internal static class AdminKeyExtensions
{
    /// <summary>Without what cookies and tokens would need: nothing is encrypted or kept.</summary>
    public static void AddAdminKeyAuthentication(this IServiceCollection services)
    {
        services.AddAuthenticationCore(static options => options.DefaultScheme = AdminKeyHandler.SchemeName);
        services.AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, AdminKeyHandler>(AdminKeyHandler.SchemeName, null);
        services.AddAuthorization();
    }
}
