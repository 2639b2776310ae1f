import { describe, expect, test } from "vitest";
import { isMasked, isPlaceholder, keyShape, providerOfKey } from "@/lib/keys/rules/key-shape";

const random = (
  length: number,
  characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
) =>
  Array.from({ length }, () =>
    characters.charAt(Math.floor(Math.random() * characters.length)),
  ).join("");

const realKeys = [
  ["openai", () => `sk-proj-${random(74)}T3BlbkFJ${random(74)}`],
  ["openai", () => `sk-svcacct-${random(120)}`],
  ["openai", () => `sk-${random(20)}T3BlbkFJ${random(20)}`],
  ["openai", () => `sk-${random(48)}`],
  ["anthropic", () => `sk-ant-api03-${random(93)}AA`],
  ["google", () => `AIzaSy${random(33)}`],
  ["google", () => `AQ.${random(50)}`],
  ["bedrock", () => `ABSK${random(109)}=`],
  ["bedrock", () => `bedrock-api-key-${random(200)}`],
  ["xai", () => `xai-${random(80)}`],
  ["deepseek", () => `sk-${random(32, "0123456789abcdef")}`],
] as const;

describe("a real key", () => {
  test.each(realKeys)("of %s is recognised and neither masked nor a placeholder", (id, make) => {
    for (let run = 0; run < 500; run += 1) {
      const key = make();
      expect([providerOfKey(key), keyShape(id, key), key]).toEqual([id, null, key]);
      expect(keyShape(id === "xai" ? "openai" : "xai", key)).toBe(id);
    }
  });

  test.each(["sk-1234", "sk-or-v1-0123456789abcdef", "gsk_abcdefghij0123456789", "s3cr3t-Gateway"])(
    "of another service, %s, has no shape",
    (key) => {
      expect(keyShape("openai", key)).toBeNull();
    },
  );

  test("made of random letters is never a placeholder", () => {
    for (let run = 0; run < 20_000; run += 1) {
      const key = random(16 + (run % 40), "abcdefghijklmnopqrstuvwxyz0123456789-");
      expect([key, isPlaceholder(key)]).toEqual([key, false]);
    }
  });
});

test.each([
  "your-anthropic-api-key-here",
  "YOUR_OPENAI_API_KEY",
  "your_api_key",
  "yourkeyhere",
  "YourKeyHere",
  "sk-your-key-here",
  "sk-ant-your-key-here",
  "xai-your-api-key",
  "changeme",
  "change-me",
  "CHANGE_ME",
  "changeit",
  "REPLACE_ME",
  "replaceme",
  "replace-with-your-key",
  "<your key>",
  "<OPENAI_API_KEY>",
  "<…>",
  "{{ openai_key }}",
  `\${OPENAI_API_KEY}`,
  "$OPENAI_API_KEY",
  "%OPENAI_API_KEY%",
  "[API KEY]",
  "xxx",
  "XXXXXXXX",
  "xxxxxxxx-xxxx-xxxx",
  "sk-xxxxxxxxxxxxxxxxxxxx",
  "sk-ant-api03-xxxx",
  "todo",
  "TODO: add key",
  "TBD",
  "FIXME",
  "dummy",
  "dummy-key",
  "dummy_key_123",
  "insert-your-key-here",
  "INSERT_KEY",
  "enter api key",
  "put-key-here",
  "placeholder",
  "PLACEHOLDER_VALUE",
  "example",
  "example-api-key",
  "not-set",
  "none",
  "null",
  "undefined",
  "N/A",
  "OPENAI_API_KEY",
  "???",
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
  "to-be-replaced",
  "TO_BE_SET",
  "update-me",
  "SET_ME",
  "sample-api-key",
  "pending",
  "AIzaSyXXXXXXXXXXXXXXXX",
  "AIza-your-gemini-key",
  "ABSK-your-key",
  "bedrock-api-key-xxxx",
  "#{OPENAI_KEY}#",
  "@OPENAI_KEY@",
  "!Ref OpenAIKey",
])("%j is a placeholder", (value) => {
  expect(isPlaceholder(value)).toBe(true);
  expect(keyShape("openai", value)).toBe("placeholder");
});

test.each([
  "sandbox-your-key-here",
  "sandbox-changeme",
  "sandbox-xxx",
  "sandbox-...abcd",
  "",
  "sk-0000",
  "sk-test",
  "test-key",
  "secret",
  "sk-of-a-test",
  "changeme-8f3kQ92mzX0p",
  "your-org-9Xk2LmQ8vT",
])("%j is not a placeholder", (value) => {
  expect([isPlaceholder(value), isMasked(value)]).toEqual([false, false]);
});

test.each([
  "sk-...abcd",
  "sk-proj-...abcd",
  "sk-ant-api03-...wxyz",
  "****7101",
  "********",
  "•••",
  "••••••••7101",
  "sk-••••••••abcd",
  "…7101",
  "…",
  "sk-…",
  "sk-...",
  "...7101",
  "xxxx7101",
  "sk-xxxxxxxxabcd",
  "AIza…wxyz",
  "sk-a***************************************wxyz",
  "sk-proj-a1B2a1B2a1B2a1B2a1B2a1B2...",
  "sk-proj-abc...xyz123456",
  "ABSKQm9v…=",
  "○○○○7101",
])("%j is masked", (value) => {
  expect(keyShape("openai", value)).toBe("masked");
});
