import { describe, expect, it } from "vitest";
import { curlOf } from "@/components/api-reference/curl";
import { fieldRows, limitsOf, typeOf } from "@/components/api-reference/fields";
import { groupsOf, schemasOf } from "@/components/api-reference/groups";
import { describeApi } from "@/lib/api/openapi";

const api = describeApi("https://console.example");

describe("a type in words", () => {
  it.each([
    ["a name", { type: "string" }, ["string"]],
    ["a time", { type: "string", format: "date-time" }, ["string (date-time)"]],
    ["a choice", { type: "string", enum: ["json", "csv"] }, ['"json", "csv"']],
    [
      "what may be null",
      { anyOf: [{ type: "number" }, { type: "null" }] },
      ["number", " or ", "null"],
    ],
    [
      "a list of records",
      { type: "array", items: { $ref: "#/components/schemas/AgentRef" } },
      ["array of ", { schema: "AgentRef" }],
    ],
    [
      "a map",
      { type: "object", additionalProperties: { type: "string" } },
      ["object of ", "string"],
    ],
    ["anything", {}, ["any value"]],
  ])("names %s", (_, schema, words) => {
    expect(typeOf(schema)).toEqual(words);
  });
});

describe("the fields of a schema", () => {
  it("name those of nested objects by their path", () => {
    const rows = fieldRows(api.components.schemas.ModelPriceFacts ?? {});
    const names = rows.map(({ name }) => name);
    expect(names).toContain("catalog.tiers[].input_price");
    expect(names).toContain("history");
  });

  it("of several options require what all of them require", () => {
    const rows = fieldRows(api.components.schemas.FixAction ?? {});
    expect(rows.map(({ name, isRequired }) => [name, isRequired])).toEqual([
      ["label", true],
      ["href", false],
      ["method", false],
      ["path", false],
      ["body", false],
    ]);
  });

  it("carry their limits in sentences", () => {
    const { max_output_tokens, purpose } = api.components.schemas.ModelCreation?.properties ?? {};
    expect(limitsOf(max_output_tokens ?? {})).toEqual(["More than 0."]);
    expect(limitsOf(purpose ?? {})).toEqual(["At most 200 characters."]);
  });
});

describe("the groups", () => {
  const groups = groupsOf(api);

  it("hold every endpoint once", () => {
    const listed = groups.flatMap(({ endpoints }) =>
      endpoints.map((endpoint) => endpoint.operation),
    );
    const all = Object.values(api.paths).flatMap((methods) => Object.values(methods));
    expect(new Set(listed)).toEqual(new Set(all));
    expect(listed.length).toBe(all.length);
  });

  it("hold every schema that their endpoints refer to, and together all", () => {
    const used = groups.flatMap((group) => schemasOf(api, group).map(([name]) => name));
    expect(new Set(used)).toEqual(new Set(Object.keys(api.components.schemas)));
    const models = groups.find(({ slug }) => slug === "models");
    const names = models && schemasOf(api, models).map(([name]) => name);
    expect(names).toContain("AgentRef");
    expect(names).not.toContain("BudgetList");
  });
});

describe("the example call", () => {
  function example(path: string, method: string) {
    const operation = api.paths[path]?.[method];
    return operation ? curlOf("https://console.example", path, method, operation) : null;
  }

  it("sends the token, the type and the body", () => {
    expect(example("/api/models/{provider}/{modelId}", "patch")).toBe(
      [
        "curl -X PATCH 'https://console.example/api/models/openai/gpt-4o'",
        '-H "Authorization: Bearer $SWITCHBOARD_TOKEN"',
        "-H 'Content-Type: application/json'",
        `-d '{"input_price":2.5,"is_active":true}'`,
      ].join(" \\\n  "),
    );
  });

  it("encodes values in the path and the query", () => {
    expect(example("/api/budgets/{id}/rollback", "post")).toContain("/agent%3Asql-agent/rollback");
    expect(example("/api/activity", "get")).toContain("?entity=model%3Aopenai%23gpt-4o'");
  });

  it("quotes an apostrophe for the shell", () => {
    const operation = api.paths["/api/completions"]?.post;
    if (!operation?.requestBody) throw new Error("The endpoint has a body.");
    const content = { "application/json": { schema: {}, example: { prompt: "What's new?" } } };
    const asking = { ...operation, requestBody: { required: true, content } };
    expect(curlOf("", "/api/completions", "post", asking)).toContain(
      `-d '{"prompt":"What'\\''s new?"}'`,
    );
  });

  it("needs no token for a public endpoint", () => {
    expect(example("/api/health", "get")).toBe("curl 'https://console.example/api/health'");
  });
});
