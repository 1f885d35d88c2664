using CsCheck;
using GameCluster.Routing;
using GameCluster.Services;

namespace GameCluster.Tests.Routing;

public sealed class RouteDocumentJsonTests
{
    private const string RouteNode = """
        {
            "log_level": "debug", // 日志级别
            "name": "route_1", // 项目名称
            "log_dir": "logs/obEspoir/", // 项目运行日志存放目录(不同测试环境目录不同)
            "host": "127.0.0.1",
            "type": "route",
            "api_path": "route.include_libs", // api 路径
            "http": {
                "port": 21001,
                "token": "helloworldiloveyou~1234567890123", // 32位秘钥 httpserver web通信
                "encode": 0 // 是否启用加密
            },
            "rpc": {
                "port": 21002,
                "token": "helloworldiloveyou~1234567890123", // 32位秘钥 rpc通信
                "encode": 0, // 是否启用加密
                "type": "game", // 节点类型
                // rpc会收到三类消息:待本地处理消息、待转发的消息、待直接推送到websocket client的消息
                "route": { //配置消息转发的路由
                    "range": {
                        "route": [[0, 5000]],
                        "service": [[5001, 1000000]]
                    },
                    "special": {
                        "route": [1000] // like "proxy": [110119]
                    }
                }
            },
            "remote_ports": [
                {
                    "host": "127.0.0.1",
                    "port": 20002,
                    "token": "helloworldiloveyou~1234567890123",
                    "encode": 0,
                    "type": "proxy" // 节点类型(字符串标识)
                },
            ]
        }
        """;

    private const string ProxyNode = """
        {
            "log_level": "debug", // 日志级别
            "name": "proxy_1", // 节点名称
            "log_dir": "logs/obEspoir/",
            "host": "127.0.0.1",
            "type": "proxy",
            "api_path": "proxy.include_libs",
            "available_way": "local", // 高可用性配置使用哪种方式存储
            "mongo_uri":"mongodb://test:xxxx@xxxx.mongodb.rds.aliyuncs.com:3717,xxxx.mongodb.rds.aliyuncs.com:3717/admin",
            "remote_ports": [ //需要连接的远程rpc端口信息
                { "host": "127.0.0.1", "port": 21002, "token": "helloworldiloveyou~1234567890123", "encode": 0, "type": "route" }
            ],
            "websocket": { // 本地监听的websocket端口配置
                "port": 20000,
                "token": "helloworldiloveyou~1234567890123", // 32位秘钥 websocket通信
                "encode": 0, // 是否启用加密
                "timeout": 300, //多久连接超时(单位为秒)
                "no_state": { // 无状态的消息ID
                    "range": [[0, 100000]],
                    "special": [] // like "game": [110119]
                }
            },
            "http": { "port": 20001, "token": "helloworldiloveyou~1234567890123", "encode": 0 },
            "rpc": { "port": 20002, "token": "helloworldiloveyou~1234567890123", "encode": 0, "type": "proxy", "reconnect_time": 5 }
        }
        """;

    [Test]
    public void TryParse_ObEspoirRouteNode_TakesItsRoutes()
    {
        var document = Parse(RouteNode);

        Assert.Multiple(() =>
        {
            Assert.That(document.Ranges["route"], Is.EqualTo(new[] { new RouteRange(0, 5000) }));
            Assert.That(document.Ranges["service"], Is.EqualTo(new[] { new RouteRange(5001, 1_000_000) }));
            Assert.That(document.Specials["route"], Is.EqualTo(new[] { 1000 }));
            Assert.That(document.NoStateRanges, Is.Empty);
        });
    }

    [Test]
    public void TryParse_ObEspoirProxyNode_TakesItsStatelessIds()
    {
        var document = Parse(ProxyNode);

        Assert.Multiple(() =>
        {
            Assert.That(document.NoStateRanges, Is.EqualTo(new[] { new RouteRange(0, 100_000) }));
            Assert.That(document.NoStateSpecials, Is.Empty);
            Assert.That(document.Ranges, Is.Empty);
        });
    }

    [TestCase("""{"range":{"route":[[0,5000]],"service":[[5001,1000000]]},"special":{"route":[1000]}}""")]
    [TestCase("""{"route":{"range":{"route":[[0,5000]],"service":[[5001,1000000]]},"special":{"route":[1000]}}}""")]
    public void TryParse_RouteObjectPlainOrWrapped_GivesTheSameDocument(string json) =>
        Assert.That(RouteDocumentJson.Write(Parse(json)), Is.EqualTo(RouteDocumentJson.Write(Parse(RouteNode))));

    [Test]
    public void TryParse_OwnForm_TakesEverySection()
    {
        var document = Parse("""
            {
              "range": { "a": [[1, 9]] },
              "no_state": { "range": [[1, 5]], "special": { "game": [7], "other": [8] } },
              "services": { "a": { "requires_login": true, "key": "fixed", "fixed_key": "main" }, "b": { "key": null } }, // all optional
            }
            """);

        Assert.Multiple(() =>
        {
            Assert.That(document.NoStateSpecials, Is.EqualTo(new[] { 7, 8 }));
            Assert.That(document.Services["a"], Is.EqualTo(new ServiceOverride { RequiresLogin = true, Key = ServiceKey.Fixed, FixedKey = "main" }));
            Assert.That(document.Services["b"], Is.EqualTo(new ServiceOverride()));
        });
    }

    [Test]
    public void TryParse_ManyMistakes_NamesEachWithPathAndValue()
    {
        var problems = ParseBad("""
            {
              "range": { "a": [[1, "x"], [1, 2, 3], 7], "b": 5 },
              "special": { "a": [1.5, 99999999999, null], "a": [2] },
              "no_state": { "special": "all", "ranges": [] },
              "services": { "a": { "requires_login": "yes", "key": "planet", "fixed_key": 3, "login": true } },
              "extra": 1
            }
            """);

        Assert.That(problems, Has.Length.EqualTo(15));
        Assert.That(problems, Has.One.StartsWith("""$.range.a[0]: [1, "x"] is not a range"""));
        Assert.That(problems, Has.One.StartsWith("$.range.a[1]: [1, 2, 3] is not a range"));
        Assert.That(problems, Has.One.StartsWith("$.range.a[2]: 7 is not a range"));
        Assert.That(problems, Has.One.StartsWith("$.range.b: 5 is not a list"));
        Assert.That(problems, Has.One.StartsWith("$.special.a[0]: 1.5 is not a message id"));
        Assert.That(problems, Has.One.StartsWith("$.special.a[1]: 99999999999 is not a message id"));
        Assert.That(problems, Has.One.StartsWith("$.special.a[2]: null is not a message id"));
        Assert.That(problems, Has.One.StartsWith("$.special.a: stands here twice"));
        Assert.That(problems, Has.One.StartsWith("""$.no_state.special: "all" is not a list"""));
        Assert.That(problems, Has.One.StartsWith("$.no_state.ranges: unknown member"));
        Assert.That(problems, Has.One.StartsWith("""$.services.a.requires_login: "yes" is neither true nor false"""));
        Assert.That(problems, Has.One.StartsWith("""$.services.a.key: "planet" is not a key rule"""));
        Assert.That(problems, Has.One.StartsWith("$.services.a.fixed_key: 3 is not text"));
        Assert.That(problems, Has.One.StartsWith("$.services.a.login: unknown member"));
        Assert.That(problems, Has.One.StartsWith("$.extra: unknown member; known here: range, special, no_state, services"));
    }

    [TestCase("", "$: not JSON at line 1")]
    [TestCase("{\n  \"range\": {]\n}", "$: not JSON at line 2, byte 13")]
    [TestCase("[]", "$: [] is not an object")]
    [TestCase("null", "$: null is not an object")]
    [TestCase("""{"routes":{}}""", "$.routes: unknown member")]
    [TestCase("""{"name":"n","rout":{}}""", "$.rout: unknown member; known here: route, rpc")]
    [TestCase("""{"websocket":{"no_stat":{}}}""", "$.websocket.no_stat: unknown member")]
    [TestCase("""{"rpc":{"route":[]}}""", "$.rpc.route: [] is not an object")]
    [TestCase("""{"range":{"":[[1,2]]}}""", "$.range: a service has no name")]
    [TestCase("""{"route":{"range":{"a":[[1,2]]}},"rpc":{"route":{"range":{"a":[[3,4]]}}}}""", "$.rpc.route.range.a: stands here and in another")]
    public void TryParse_OneMistake_SaysWhereAndWhat(string json, string problem)
    {
        var problems = ParseBad(json);

        Assert.That(problems, Has.Length.EqualTo(1));
        Assert.That(problems[0], Does.StartWith(problem));
    }

    [Test]
    public void TryParse_TokenWhereItDoesNotBelong_IsNotRepeated() =>
        Assert.That(string.Concat(ParseBad("""{"rpc":{"password":"s3cret","port":1}}""")), Does.Not.Contain("s3cret"));

    [Test]
    public void TryParse_TooLongText_IsRefusedUnread() =>
        Assert.That(ParseBad("{}" + new string(' ', RouteDocumentJson.MaxLength)).Single(), Does.Contain("1048576"));

    [Test]
    public void TryParse_CountlessMistakes_ListsSomeAndCountsTheRest()
    {
        var problems = ParseBad("{\"special\":{\"a\":[" + string.Join(',', Enumerable.Repeat("true", 5000)) + "]}}");

        Assert.That(problems, Has.Length.EqualTo(101));
        Assert.That(problems[^1], Is.EqualTo("$: and 4900 more problems"));
    }

    [Test]
    public void Write_AnyDocument_ReadsBackTheSame()
    {
        var range = Gen.Select(Gen.Int, Gen.Int, (from, to) => new RouteRange(from, to));
        var name = Gen.String[1, 5];
        var setting = Gen.Select(Gen.Bool, Gen.Enum<ServiceKey>(), Gen.String, (login, key, fixedKey) =>
            new ServiceOverride { RequiresLogin = login, Key = key, FixedKey = fixedKey });
        Gen.Select(
            Gen.Dictionary(name, range.Array[0, 4])[0, 4],
            Gen.Dictionary(name, Gen.Int.Array[0, 4])[0, 4],
            Gen.Dictionary(name, setting)[0, 3],
            range.Array[0, 3],
            Gen.Int.Array[0, 3],
            (ranges, specials, services, noStateRanges, noStateSpecials) => new RouteDocument
            {
                Ranges = ranges,
                Specials = specials,
                Services = services,
                NoStateRanges = noStateRanges,
                NoStateSpecials = noStateSpecials,
            }).Sample(document =>
            {
                var written = RouteDocumentJson.Write(document);
                return RouteDocumentJson.Write(Parse(written)) == written;
            });
    }

    private static RouteDocument Parse(string json)
    {
        Assert.That(RouteDocumentJson.TryParse(json, out var document, out var problems), Is.True, () => string.Join(Environment.NewLine, problems));
        return document!;
    }

    private static string[] ParseBad(string json)
    {
        Assert.That(RouteDocumentJson.TryParse(json, out _, out var problems), Is.False);
        return [.. problems];
    }
}
