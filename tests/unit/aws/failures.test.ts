import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it, test } from "vitest";
import { explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { type ReplayServer, startReplay } from "../../support/replay-server";

/** As DynamoDB answers; the messages are its own. */
function refusal(message: string): Error {
  return Object.assign(new Error(message), {
    name: "ValidationException",
    $metadata: { httpStatusCode: 400 },
  });
}

describe("a key too long for DynamoDB is a 400", () => {
  test.each([
    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
    "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
  ])("%s", (message) => {
    expect(explainAwsFailure(refusal(message))).toMatchObject({ code: "malformed", status: 400 });
  });
});

test("other refusals of DynamoDB keep their own error", () => {
  expect(explainAwsFailure(refusal("Invalid UpdateExpression: Syntax error"))).toBeNull();
});

test("a full disk saved nothing only where that is certain", () => {
  const full = (message: string) =>
    explainAwsFailure(Object.assign(new Error(message), { name: "DiskFullException" }))?.message;
  expect(full("Disk full (ENOSPC): can't write.")).toContain("Nothing was saved.");
  const unknown = full("Disk full (ENOSPC). It is not known whether this write was saved.");
  expect(unknown).toContain("It is not known whether a change was saved");
  expect(unknown).not.toContain("Nothing was saved");
});

describe("an answer that isn't AWS's", () => {
  let proxy: ReplayServer | undefined;
  afterEach(() => proxy?.stop());

  async function failureThrough(status: number, type: string, body: string) {
    proxy = await startReplay({ status, headers: { "content-type": type }, body: [body] });
    const client = new DynamoDBClient({
      endpoint: proxy.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
    const error: unknown = await client.send(new ListTablesCommand({})).catch((cause) => cause);
    client.destroy();
    return explainAwsFailure(error);
  }

  it.each([
    [200, "text/html", "<!DOCTYPE html><title>Sign in to the network</title>"],
    [403, "text/html", "<html><body>Blocked</body></html>"],
    [500, "text/html; charset=utf-8", "<html><body>Proxy error</body></html>"],
    [503, "text/plain", "upstream connect error"],
    [302, "text/html", ""],
  ])("with HTTP %i and %s is named as a proxy's", async (status, type, body) => {
    const failure = await failureThrough(status, type, body);
    expect(failure?.code).toBe("aws_unavailable");
    expect(failure?.message).toContain(`such as a proxy, answered in its place: HTTP ${status}`);
    expect(failure?.message).not.toContain("SyntaxError");
  });

  it("leaves AWS's own failures as they are", async () => {
    const body = JSON.stringify({ __type: "InternalServerError", message: "Internal" });
    const failure = await failureThrough(500, "application/x-amz-json-1.0", body);
    expect(failure?.message).toMatch(/^AWS answered 500/);
  });

  it.each([
    ["ThrottlingException", 400],
    ["TimeoutError", undefined],
    ["InternalServerError", 500],
    ["SyntaxError", 502],
  ])("says nothing of a change if nothing was being changed: %s", (name, httpStatusCode) => {
    const error = Object.assign(new Error("Unexpected token <"), {
      name,
      $metadata: { httpStatusCode },
    });
    expect(explainAwsFailure(error)?.message).toContain("whether a change was saved");
    expect(explainAwsFailure(error, onlyRead)?.message).not.toContain("change");
  });

  it.each(["SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "CERT_HAS_EXPIRED"])(
    "with the certificate error %s names the CA setting",
    (code) => {
      const failure = explainAwsFailure(Object.assign(new Error("certificate"), { code }));
      expect(failure?.message).toContain(code);
      expect(failure?.message).toContain("NODE_EXTRA_CA_CERTS");
    },
  );
});
