import { expect, test } from "vitest";
import { bedrockRegion, redirected } from "@/scripts/embedded/step-functions/provider-urls";

const local = "http://127.0.0.1:4010";
const urls = {
  openai: `${local}/openai/v1`,
  google: `${local}/google/`,
  bedrock: `${local}/bedrock`,
};

test.each([
  ["https://api.openai.com/v1/chat/completions", `${local}/openai/v1/chat/completions`],
  [
    "https://generativelanguage.googleapis.com/v1beta/models/a$&b:generateContent",
    `${local}/google/v1beta/models/a$&b:generateContent`,
  ],
  [
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/arn:aws:x/y/converse",
    `${local}/bedrock/model/arn:aws:x/y/converse`,
  ],
  ["https://api.anthropic.com/v1/messages", null],
  ["https://api.openai.com.example/v1/chat", "https://api.openai.com.example/v1/chat"],
  ["http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1"],
])("%s goes to %s", (endpoint, expected) => {
  expect(redirected(endpoint, urls)).toBe(expected);
});

test("the region is known for a Bedrock address only", () => {
  const host = "bedrock-runtime.us-east-1.amazonaws.com";
  expect(bedrockRegion(`https://${host}/model/a/converse`)).toBe("us-east-1");
  expect(bedrockRegion("https://api.openai.com/v1")).toBeNull();
});
