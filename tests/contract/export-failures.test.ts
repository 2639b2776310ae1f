import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { denied, serverError, startFaultProxy, throttled } from "../support/fault-proxy";
import { type Json, secretId, tables } from "./console";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
let app: Awaited<ReturnType<typeof startAgainst>>;

beforeAll(async () => {
  store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  await store.secretsManager.send(new CreateSecretCommand({ Name: secretId, SecretString: "{}" }));
  proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  app = await startAgainst(proxy.url, { LOG_LEVEL: "info" });
  for (let at = 0; at < 60; at += 1) {
    const draft = { provider: "openai", model_id: `exported-${at}` };
    expect((await app.admin.post("/api/models", draft)).status).toBe(201);
  }
});
afterAll(async () => {
  await app?.stop();
  proxy?.stop();
  await store?.close();
});

const refused = denied("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:123456789012:table/x");
const ofEvents = { operation: "Query", containing: tables.management };
const linesOf = (requestId: string | null): Json[] =>
  app
    .output()
    .split("\n")
    .filter((line) => requestId !== null && line.startsWith("{") && line.includes(requestId))
    // Every such line is one of lib/log.
    .map((line) => JSON.parse(line));

// First: a denial is remembered, and reads of the table are then refused for a minute.
test("an export that breaks off midway ends the connection, and is one line in the log", async () => {
  for (const format of ["csv", "json"]) {
    // The first page is read without a position.
    const stopInjecting = proxy.inject({ operation: "Query", containing: '":from"' }, serverError);
    const response = await fetch(`${app.url}/api/activity/export?format=${format}`, {
      headers: { cookie: app.viewer.cookie ?? "" },
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    stopInjecting();
    const lines = linesOf(response.headers.get("x-request-id"));
    expect(lines.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain("InternalServerError:");
  }
});

test.each([
  ["throttled", throttled],
  ["denied", refused],
  ["a server error", serverError],
] as const)(
  "an export that AWS refuses (%s) is a problem, in none of AWS's words",
  async (_, fault) => {
    const stopInjecting = proxy.inject(ofEvents, fault);
    for (const format of ["csv", "json"]) {
      const answer = await app.viewer.get(`/api/activity/export?format=${format}`);
      expect(answer).toMatchObject({ status: 502, body: { code: "aws_unavailable" } });
      const lines = linesOf(answer.headers.get("x-request-id"));
      expect(lines.filter(({ level }) => level === "error")).toHaveLength(1);
    }
    stopInjecting();
    expect(app.output()).not.toMatch(/assumed-role|level of configured provisioned throughput/);
  },
  60_000,
);
