import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentFixtures } from "./agent-fixtures";
import { agentPath, type Json } from "./console";
import { S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { switchTo, putAgent } = agentFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("the sample agents", () => {
  const expected: [string, string, Json][] = [
    [
      "sql-agent",
      "v1.0",
      {
        unified: true,
        provider_id: "anthropic",
        resolves_to: "anthropic#claude-3-5-sonnet-20241022",
      },
    ],
    [
      "sql-agent",
      "v0.9",
      {
        unified: false,
        llm_provider: "claude",
        provider_id: "anthropic",
        resolves_to: "anthropic#claude-3-opus-20240229",
      },
    ],
    [
      "maps-agent",
      "v1.0",
      { unified: true, provider_id: "google", resolves_to: "google#gemini-2.0-flash-exp" },
    ],
    [
      "research-agent",
      "v1.0",
      { unified: true, provider_id: "openai", resolves_to: "openai#gpt-4o" },
    ],
    [
      "web-research-agent",
      "v1.0",
      { unified: true, provider_id: "bedrock", resolves_to: "bedrock#eu.amazon.nova-pro-v1:0" },
    ],
    [
      "invoice-agent",
      "v1.0",
      {
        llm_provider: "amazon",
        provider_id: "bedrock",
        resolves_to: "bedrock#eu.amazon.nova-lite-v1:0",
      },
    ],
    [
      "timeseries-agent",
      "v1.0",
      {
        unified: false,
        provider_id: "anthropic",
        resolves_to: "anthropic#claude-3-5-sonnet-20241022",
      },
    ],
    [
      "vision-agent",
      "v1.0",
      { llm_provider: "gemini", provider_id: "google", resolves_to: "google#gemini-1.5-pro-002" },
    ],
    ["reasoning-agent", "v1.0", { provider_id: "openai", resolves_to: "openai#o1-preview" }],
    ["support-agent", "v1.0", { provider_id: "xai", resolves_to: "xai#grok-2-1212" }],
    ["translate-agent", "v1.0", { provider_id: "bedrock", resolves_to: null }],
    ["batch-agent", "v1.0", { status: "testing", resolves_to: "openai#gpt-4o-mini" }],
    [
      "broken-agent",
      "v1.0",
      { unified: false, tools: null, metadata: null, resolves_to: "openai#gpt-4o-mini" },
    ],
    [
      "bare-agent",
      "v1.0",
      { unified: false, llm_provider: null, llm_model: null, provider_id: null, resolves_to: null },
    ],
  ];

  test.each(expected)("%s %s resolves to its registered model", async (name, version, record) => {
    const answer = await app.viewer.get(agentPath(name, version));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ agent_name: name, version, ...record });
    expect(answer.headers.get("etag")).toBe(`"${answer.body.etag}"`);
    const faulty = ["broken-agent", "bare-agent"].includes(name);
    expect(answer.body.defects).toHaveLength(faulty ? (name === "bare-agent" ? 8 : 2) : 0);
  });

  test("all are in one list, faulty ones with what is wrong", async () => {
    const { body } = await app.viewer.get("/api/agents");
    const agents = body.agents as Json[]; // By docs/contract.md.
    for (const [agent_name, version] of expected) {
      expect(agents).toContainEqual(expect.objectContaining({ agent_name, version }));
    }
    const broken = agents.find((agent) => agent.agent_name === "broken-agent");
    expect(broken?.defects).toEqual([
      expect.stringContaining("metadata"),
      expect.stringContaining("tools"),
    ]);
  });

  test("the list filters by status and by provider, aliases included", async () => {
    const names = async (query: string) => {
      const { body } = await app.viewer.get(`/api/agents${query}`);
      return (body.agents as Json[]).map((agent) => `${agent.agent_name} ${agent.version}`);
    };
    expect(await names("?status=deprecated")).toEqual(["sql-agent v0.9"]);
    expect(await names("?provider=claude&status=active")).toEqual(
      expect.arrayContaining(["sql-agent v1.0", "timeseries-agent v1.0"]),
    );
    expect(await names("?provider=bedrock")).toContain("invoice-agent v1.0");
    expect(await names("?provider=nobody")).toEqual([]);
    expect(await names("?name=sql-agent")).toEqual(["sql-agent v0.9", "sql-agent v1.0"]);
    expect(await names("?name=sql")).toEqual([]);
  });

  test("JSON that does not parse comes with what is stored", async () => {
    const { body } = await app.viewer.get(agentPath("broken-agent"));
    expect(body.unparsed).toEqual({ tools: '[{"tool_name": "x"', metadata: "not json" });
    expect((await app.viewer.get(agentPath("sql-agent"))).body).not.toHaveProperty("unparsed");

    const tools = { L: [S("web_search")] };
    const name = await putAgent("openai", "gpt-4o", { tools });
    const { body: listed } = await app.viewer.get(agentPath(name));
    expect(listed).toMatchObject({ tools: null, unparsed: { tools: JSON.stringify(tools) } });
    expect(listed.defects).toEqual(["tools is of type L, but must be a string (S)"]);
  });

  test("JSON in strings is parsed on the wire", async () => {
    const { body } = await app.viewer.get(agentPath("sql-agent"));
    expect(body).toMatchObject({
      tools: [{ tool_name: "get_db_schema" }, {}, {}],
      parameters: { max_tokens: 4096 },
      metadata: { llm_type: "unified-rust" },
    });
  });

  test("research-agent moves to Bedrock's Nova Pro, exactly as that row is stored", async () => {
    const target = { llm_provider: "bedrock", llm_model: "eu.amazon.nova-pro-v1:0" };
    const answer = await switchTo("research-agent", target);
    expect(answer).toMatchObject({ status: 200, body: { ...target, unified: true } });
    expect(await app.aws.agent("research-agent")).toMatchObject({
      llm_provider: S("bedrock"),
      llm_model: S("eu.amazon.nova-pro-v1:0"),
    });
  });
});
