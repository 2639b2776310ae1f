import "server-only";
import type * as z from "zod/mini";
import { type EndpointName, splitAddress } from "@/lib/addresses";
import { env } from "@/lib/env";
import { errorStatus } from "@/lib/errors";
import { Components } from "./components";
import type { Content, OpenApi, Operation, Parameter, Reference, Response } from "./document";
import { groups, rowOf } from "./endpoints";
import { examples } from "./examples";
import { problemExample } from "./examples/problem";
import { Problem, refusalsOf, titleOf } from "./problem";
import type { Answer, JsonAnswer, Row } from "./row";

const description = `Every resource of the console, as its own screens use it.

Sign in with an API token (\`Authorization: Bearer …\`) or with the session cookie of a browser. Admins may do all that viewers may. A writing request from another site is refused: an \`Origin\` header that is not this server's, or \`Sec-Fetch-Site: cross-site\`.

Refusals are problem documents (RFC 9457). \`code\` says what happened, \`detail\` what to do, \`errors\` names each wrong field of a 422, and \`current\` is the record as it is now after a 409 \`conflict\` or a 412. Records carry an \`etag\`: send it as \`If-Match: "…"\` to change only what you have seen.

An ID in a path is one percent-encoded segment. Prices are USD per 1M tokens, times are ISO 8601 in UTC; null means not known or not set, never zero.`;

let described: OpenApi | undefined;

/** The description of this server's API, built once per process. */
export function apiDescription(): OpenApi {
  described ??= describeApi(env().NEXTAUTH_URL);
  return described;
}

/** The description of the entire API in OpenAPI 3.1, built from the endpoint table. */
export function describeApi(serverUrl: string): OpenApi {
  const schemas = new Components();
  const paths: OpenApi["paths"] = {};
  for (const [tag, rows] of Object.entries(groups)) {
    // The groups contain the table's rows under their own names.
    for (const name of Object.keys(rows) as EndpointName[]) {
      const [method, path] = splitAddress(name);
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name, tag, schemas) };
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: "Switchboard", version: "1", description },
    servers: [{ url: serverUrl }],
    tags: Object.keys(groups).map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.sorted(),
      responses: schemas.responses,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token: swb_…" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: serverUrl.startsWith("https:")
            ? "__Host-next-auth.session-token"
            : "next-auth.session-token",
          description: "The cookie of a browser that has signed in.",
        },
      },
    },
  };
}

function operationOf(name: EndpointName, tag: string, schemas: Components): Operation {
  const row = rowOf(name);
  const { role, summary, limit } = row;
  const notes = [
    row.description,
    role === "open" ? "Open to everyone." : `Needs the role ${role}.`,
    limit && "Calls are counted by person and minute; one too many is refused with 429.",
  ];
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: notes.filter(Boolean).join(" "),
    security: role === "open" ? [] : [{ token: [] }, { session: [] }],
    ...(role !== "open" && { "x-role": role }),
    parameters: [
      ...parametersIn("path", name, row.params, schemas),
      ...parametersIn("query", name, row.query, schemas),
      ...(row.ifMatch ? [ifMatch] : []),
    ],
    ...requestBody(name, row, schemas),
    responses: { ...answers(name, row.answer, schemas), ...problems(row, schemas) },
  };
}

const ifMatch: Parameter = {
  name: "If-Match",
  in: "header",
  required: false,
  description: "The etag of the record as you read it, in quotes. A stale one is refused with 412.",
  schema: { type: "string" },
  example: '"nF1vX0yJ3kq7Lw2cT9aRzg"',
};

function parametersIn(
  place: "path" | "query",
  name: EndpointName,
  schema: z.core.$ZodType | undefined,
  schemas: Components,
): Parameter[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemas.inline(schema, "input");
  const values: Record<string, unknown> =
    examples[name]?.[place === "path" ? "params" : place] ?? {};
  return Object.entries(properties).map(([field, { description, ...type }]) => ({
    name: field,
    in: place,
    required: place === "path" || required.includes(field),
    ...(description !== undefined && { description }),
    // A catch-all's segments are one parameter with slashes in it.
    schema: type.type === "array" ? { type: "string" } : type,
    ...(values[field] !== undefined && { example: values[field] }),
  }));
}

function requestBody(
  name: EndpointName,
  { body }: Row,
  schemas: Components,
): Pick<Operation, "requestBody"> {
  if (body?.kind === "form") {
    const schema = { type: "object", additionalProperties: { type: "string" } };
    const content = { "application/x-www-form-urlencoded": { schema } };
    return { requestBody: { required: true, content } };
  }
  if (!body) return {};
  if (body.kind === "file") {
    const content = body.types.map((type) => [type, { schema: { type: "string" } }]);
    return { requestBody: { required: true, content: Object.fromEntries(content) } };
  }
  const json = { schema: schemas.ref(body.schema, "input"), example: examples[name]?.body };
  return { requestBody: { required: !body.optional, content: { "application/json": json } } };
}

function answers(
  name: EndpointName,
  answer: Answer,
  schemas: Components,
): Record<string, Response> {
  switch (answer.kind) {
    case "json":
      return jsonAnswers(name, answer, schemas);
    case "file": {
      const content = answer.types.map((type) => [type, { schema: { type: "string" } }]);
      return { "200": { description: "A file.", content: Object.fromEntries(content) } };
    }
    case "empty":
      return { "204": { description: "Done." } };
    case "sign_in":
      return {
        "200": {
          description: "What the step answers.",
          content: { "application/json": { schema: { type: "object" } } },
        },
        "302": { description: "Leads to a page, or to the identity provider." },
      };
    case "none":
      return {};
  }
}

const statusDescriptions = { 200: "Answered.", 201: "Created.", 202: "Begun." };

function jsonAnswers(
  name: EndpointName,
  answer: JsonAnswer,
  schemas: Components,
): Record<string, Response> {
  const { status = 200, etag, orEmpty, alsoStatus, events, schema } = answer;
  const json = { schema: schemas.ref(schema, "output"), example: examples[name]?.answer };
  const content: Content = { "application/json": json };
  if (events) {
    const { $ref } = schemas.ref(events, "output");
    content["text/event-stream"] = {
      schema: {
        type: "string",
        description: "Each event's name and data are those of the event schema.",
        "x-event-schema": $ref,
      },
    };
  }
  const text = { schema: { type: "string" } };
  const headers = {
    ...(etag && { ETag: { ...text, description: "Of the answer, in quotes." } }),
    ...(status === 201 && { Location: { ...text, description: "The new record's address." } }),
  };
  const main = {
    description: statusDescriptions[status],
    ...(Object.keys(headers).length > 0 && { headers }),
    content,
  };
  return {
    [status]: main,
    ...(orEmpty && { "204": { description: "Removed." } }),
    ...(etag === "list" && {
      "304": { description: "Unchanged since the ETag in If-None-Match." },
    }),
    ...(alsoStatus && { [alsoStatus]: { description: "Not ready.", content } }),
  };
}

/** A refusal with one code is described once, under that code; others are described inline. */
function problems(row: Row, schemas: Components): Record<string, Response | Reference> {
  const codes = refusalsOf(row);
  const statuses = new Set(codes.map((code) => errorStatus[code]));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const own = codes.filter((code) => errorStatus[code] === status);
      const schema = {
        allOf: [schemas.ref(Problem, "output"), { properties: { code: { enum: own } } }],
      };
      const example = problemExample(own[0] ?? "internal");
      const response = {
        description: `${titleOf(status)}: ${own.join(", ")}.`,
        content: { "application/problem+json": { schema, example } },
      };
      return [status, own.length === 1 ? schemas.refResponse(`${own[0]}`, response) : response];
    }),
  );
}
