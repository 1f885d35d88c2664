# The two programs' images; compose builds both. By hand: docker build --target silo . and docker build --target gateway .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS sources
WORKDIR /src
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY eng/ eng/
COPY Grains.Interfaces/Grains.Interfaces.csproj Grains.Interfaces/
COPY Grains/Grains.csproj Grains/
COPY Gateway/Gateway.csproj Gateway/
COPY Silo/Silo.csproj Silo/
# Of the gateway as well, which the silo refers to.
RUN dotnet restore Silo/Silo.csproj
COPY Grains.Interfaces/ Grains.Interfaces/
COPY Gateway/ Gateway/
COPY Client/js/ Client/js/

FROM sources AS gateway-build
RUN dotnet publish Gateway/Gateway.csproj --no-restore -c Release -o /app

FROM sources AS silo-build
COPY Grains/ Grains/
COPY Silo/ Silo/
RUN dotnet publish Silo/Silo.csproj --no-restore -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS program
WORKDIR /app
USER $APP_UID

# Holds no game code.
FROM program AS gateway
COPY --from=gateway-build /app .
ENTRYPOINT ["dotnet", "GameCluster.Gateway.dll"]

FROM program AS silo
COPY --from=silo-build /app .
ENTRYPOINT ["dotnet", "GameCluster.Silo.dll"]
