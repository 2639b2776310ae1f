import { rm } from "node:fs/promises";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

let dataDir: string;
let endpoint: EmbeddedAws;
let client: SNSClient;

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  client = new SNSClient(connectionTo(endpoint));
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

const TopicArn = "arn:aws:sns:eu-west-1:000000000000:alerts";

test("a message gets an ID", async () => {
  const command = new PublishCommand({ TopicArn, Subject: "New", Message: "One error.\nTwo." });
  expect((await client.send(command)).MessageId).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  ["an empty message", { TopicArn, Message: "" }, "Empty message"],
  ["a subject of two lines", { TopicArn, Subject: "a\nb", Message: "x" }, "Subject"],
  ["a topic that is no ARN", { TopicArn: "alerts", Message: "x" }, "TopicArn"],
])("%s is refused", async (_, request, what) => {
  await expect(client.send(new PublishCommand(request))).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: `Invalid parameter: ${what}`,
  });
});
