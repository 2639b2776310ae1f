import { describe, expect, test } from "vitest";
import { explainAwsFailure } from "@/lib/aws/failures";

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
