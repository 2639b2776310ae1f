import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { type Fault, startFaultProxy } from "../support/fault-proxy";
import { outside, secretId, tables } from "./console";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;

beforeAll(async () => {
  store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  const SecretString = '{"OPENAI_API_KEY":"sandbox-openai-1"}';
  await store.secretsManager.send(new CreateSecretCommand({ Name: secretId, SecretString }));
  proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
});

afterAll(async () => {
  proxy?.stop();
  await store?.close();
});

const arn = `arn:aws:dynamodb:eu-west-1:123456789012:table/${tables.models}`;

/** What AWS says to a role whose policies do not name the action. */
const denied = (action: string, resource: string): Fault => {
  const who = "arn:aws:sts::123456789012:assumed-role/switchboard/i-0";
  const message = `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  const body = Buffer.from(JSON.stringify({ __type: "AccessDeniedException", message }));
  const headers = { "content-type": "application/x-amz-json-1.0" };
  return ({ reply }) => reply({ status: 400, headers, body });
};

type Finding = { code: string; subject: { id: string }; evidence: string; snippet?: string };

async function missing(app: Awaited<ReturnType<typeof startAgainst>>): Promise<Finding[]> {
  const { body } = await app.viewer.get("/api/checks");
  const findings = body.findings as Finding[]; // CONTRACT §7.
  return findings.filter(({ code }) => code === "permission_missing");
}

test("an action that the role lacks is found with the statement to add, and gone once it is there", async () => {
  const restore = [
    proxy.inject(
      { operation: "PutItem", containing: tables.models },
      denied("dynamodb:PutItem", arn),
    ),
    proxy.inject(
      { operation: "UpdateSecretVersionStage" },
      denied("secretsmanager:UpdateSecretVersionStage", "arn:aws:secretsmanager:x"),
    ),
  ];
  const refused = await startAgainst(proxy.url);
  const found = await missing(refused);
  await refused.stop();
  expect(found.map(({ subject }) => subject.id).toSorted()).toEqual([
    "dynamodb:PutItem",
    "secretsmanager:UpdateSecretVersionStage",
  ]);
  const [put] = found;
  expect(JSON.parse(put?.snippet ?? "")).toEqual({
    Effect: "Allow",
    Action: "dynamodb:PutItem",
    Resource: arn,
  });
  expect(JSON.stringify(found)).not.toContain("assumed-role");
  for (const allow of restore) allow();

  const allowed = await startAgainst(proxy.url);
  expect(await missing(allowed)).toEqual([]);
  await allowed.stop();
});

test("trying the permissions changes nothing", async () => {
  const aws = outside(store.url);
  const before = [await aws.secretText(), await aws.currentVersion()];
  const app = await startAgainst(proxy.url);
  await missing(app);
  await app.stop();
  expect(await aws.scan(tables.models)).toEqual([]);
  expect(await aws.scan(tables.agents)).toEqual([]);
  expect((await aws.scan(tables.management)).map(({ pk }) => pk?.S)).not.toContain("none");
  expect([await aws.secretText(), await aws.currentVersion()]).toEqual(before);
  aws.close();
});
