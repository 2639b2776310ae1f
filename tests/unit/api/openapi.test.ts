import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { splitAddress } from "@/lib/addresses";
import type { JsonSchema } from "@/lib/api/document";
import { endpointNames, rowOf } from "@/lib/api/endpoints";
import { examples } from "@/lib/api/examples";
import { problemExample } from "@/lib/api/examples/problem";
import { describeApi } from "@/lib/api/openapi";
import { Problem } from "@/lib/api/problem";
import { type ErrorCode, errorStatus } from "@/lib/errors";
import { declaredAccess } from "@/scripts/check/declared-access";
import { root } from "@/scripts/launch/root";

const api = describeApi("http://localhost:3000");
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

/** Every schema in the document that describes fields, with the name of the component it is in. */
function* objectsIn(schema: unknown, within: string): Generator<[string, JsonSchema]> {
  if (typeof schema !== "object" || schema === null) return;
  // Only looked at: what is no schema has no properties.
  if ("properties" in schema) yield [within, schema as JsonSchema];
  for (const part of Object.values(schema)) yield* objectsIn(part, within);
}

describe("the description of the API", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const result = await validator.validate(JSON.parse(JSON.stringify(api)));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(validator.version).toBe("3.1");
  });

  it("holds every exported route method, and no other", () => {
    const exported = declaredAccess(root).routes.map(({ method, path }) => {
      const template = path.replace(/\[(?:\.\.\.)?([^\]]+)\]/g, "{$1}");
      return `${method} ${template}`;
    });
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(described.sort()).toEqual(exported.sort());
  });

  it("refers only to schemas that exist", () => {
    const references = [...JSON.stringify(api).matchAll(/#\/components\/schemas\/(\w+)/g)];
    const missing = references.filter(([, name = ""]) => !(name in api.components.schemas));
    expect(missing).toEqual([]);
    expect(references.length).toBeGreaterThan(100);
  });

  it("says for each method how to sign in and which role it needs", () => {
    for (const { operationId, security, "x-role": role } of operations) {
      const isOpen = rowOf(operationId).role === "open";
      expect([operationId, security.flatMap(Object.keys)]).toEqual([
        operationId,
        isOpen ? [] : ["token", "session"],
      ]);
      expect(role).toBe(isOpen ? undefined : rowOf(operationId).role);
    }
  });

  it("has problem responses for every refusal", () => {
    for (const { operationId, responses, "x-role": role } of operations) {
      const statuses = Object.keys(responses);
      expect([operationId, statuses]).toEqual([
        operationId,
        expect.arrayContaining(["500", "502"]),
      ]);
      if (role) expect(statuses).toEqual(expect.arrayContaining(["401", "403"]));
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) < 400 || operationId === "getReadiness") continue;
        const name = "$ref" in response ? (response.$ref.split("/").at(-1) ?? "") : "";
        const { content } = "$ref" in response ? (api.components.responses[name] ?? {}) : response;
        expect([status, Object.entries(content ?? {})]).toEqual([
          status,
          [["application/problem+json", expect.objectContaining({ example: expect.anything() })]],
        ]);
      }
    }
  });

  it("explains every field", () => {
    const schemas = Object.entries(api.components.schemas);
    const unexplained = schemas.flatMap(([name, schema]) =>
      [...objectsIn(schema, name)].flatMap(([, { properties = {} }]) =>
        Object.entries(properties).flatMap(([field, { description }]) =>
          description === undefined ? [`${name}.${field}`] : [],
        ),
      ),
    );
    const parameters = operations.flatMap(({ operationId, parameters }) =>
      parameters.flatMap(({ name, description }) =>
        description === undefined ? [`${operationId}: ${name}`] : [],
      ),
    );
    expect([...unexplained, ...parameters]).toEqual([]);
  });
});

describe("its examples", () => {
  const parse = (schema: z.core.$ZodType, value: unknown) => {
    const { success, error } = z.safeParse(schema, value);
    return success ? [] : (error?.issues ?? ["?"]);
  };

  it.each(endpointNames)("are what %s takes and answers", (name) => {
    const { params, query, body, answer } = rowOf(name);
    const example = examples[name];
    const isCatchAll = /\{(path|nextauth)\}$/.test(splitAddress(name)[1]);
    if (params && !isCatchAll) expect(parse(params, example?.params)).toEqual([]);
    if (query && example?.query) {
      // In an address everything is text.
      const text = Object.entries(example.query).map(([field, value]) => [field, String(value)]);
      expect(parse(query, Object.fromEntries(text))).toEqual([]);
    }
    if (body?.kind === "json") expect(parse(body.schema, example?.body)).toEqual([]);
    if (answer.kind === "json") expect(parse(answer.schema, example?.answer)).toEqual([]);
  });

  it.each(Object.keys(errorStatus) as ErrorCode[])("are what a refusal with %s is", (code) => {
    expect(parse(Problem, problemExample(code))).toEqual([]);
  });

  it("are part of the document", () => {
    const update = api.paths["/api/models/{provider}/{modelId}"]?.patch;
    expect(update?.requestBody?.content["application/json"]?.example).toEqual(
      examples.updateModel?.body,
    );
    expect(update?.responses["200"]).toMatchObject({
      content: { "application/json": { example: examples.updateModel?.answer } },
    });
  });
});
