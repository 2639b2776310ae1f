import { rm } from "node:fs/promises";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

let dataDir: string;
let endpoint: EmbeddedAws;
let client: STSClient;

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  client = new STSClient(connectionTo(endpoint));
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

test("the caller's account is the one of every local ARN", async () => {
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: "000000000000",
    Arn: "arn:aws:iam::000000000000:user/local",
    UserId: expect.stringMatching(/^[A-Z0-9]{16,128}$/),
  });
});

test("other operations are an InvalidAction", async () => {
  const command = new AssumeRoleCommand({
    RoleArn: "arn:aws:iam::000000000000:role/agent",
    RoleSessionName: "test",
  });
  await expect(client.send(command)).rejects.toMatchObject({
    name: "InvalidAction",
    message: "Could not find operation AssumeRole for version 2011-06-15",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a form with an unknown API version is an InvalidAction", async () => {
  const send = async (form: Record<string, string>) =>
    (await fetch(endpoint.url, { method: "POST", body: new URLSearchParams(form) })).text();
  expect(await send({ Action: "DescribeRegions", Version: "2016-11-15" })).toContain(
    "<Code>InvalidAction</Code><Message>Could not find operation DescribeRegions for version 2016-11-15</Message>",
  );
  expect(await send({ Action: "GetCallerIdentity" })).toContain(
    "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
  );
});
