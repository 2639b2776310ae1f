import { describe, expect, test } from "vitest";
import { cleanPastedKey, readPastedKey } from "@/lib/keys/rules/pasted-key";
import { processorMs } from "../../support/elapsed";

const key = "sk-proj-abcDEF_123-xyz";
const padded = "ABSKQmVkcm9ja0FQSUtleS1hYmNk/+w==";

describe("a pasted text", () => {
  test.each([
    [`OPENAI_API_KEY=${key}`, "OPENAI_API_KEY"],
    [`OPENAI_API_KEY = "${key}"`, "OPENAI_API_KEY"],
    [`export OPENAI_API_KEY='${key}'`, "OPENAI_API_KEY"],
    [`export OPENAI_API_KEY="${key}"; `, "OPENAI_API_KEY"],
    [`declare -x OPENAI_API_KEY="${key}"`, "OPENAI_API_KEY"],
    [`set OPENAI_API_KEY=${key}`, "OPENAI_API_KEY"],
    [`setx OPENAI_API_KEY "${key}"`, "OPENAI_API_KEY"],
    [`set -gx OPENAI_API_KEY ${key}`, "OPENAI_API_KEY"],
    [`setenv OPENAI_API_KEY ${key}`, "OPENAI_API_KEY"],
    [`$env:OPENAI_API_KEY = "${key}"`, "OPENAI_API_KEY"],
    [`$Env:OPENAI_API_KEY="${key}"`, "OPENAI_API_KEY"],
    [`ENV OPENAI_API_KEY ${key}`, "OPENAI_API_KEY"],
    [`docker run -e OPENAI_API_KEY=${key}`, "OPENAI_API_KEY"],
    [`heroku config:set OPENAI_API_KEY=${key}`, "OPENAI_API_KEY"],
    [`-e OPENAI_API_KEY=${key}`, "OPENAI_API_KEY"],
    [`OPENAI_API_KEY: ${key}`, "OPENAI_API_KEY"],
    [`OPENAI_API_KEY: "${key}",`, "OPENAI_API_KEY"],
    [`"OPENAI_API_KEY": "${key}",`, "OPENAI_API_KEY"],
    [`'OPENAI_API_KEY' => '${key}',`, "OPENAI_API_KEY"],
    [`{"OPENAI_API_KEY":"${key}"}`, "OPENAI_API_KEY"],
    [`{\n  "OPENAI_API_KEY": "${key}",\n  "REGION": "eu-west-1"\n}`, "OPENAI_API_KEY"],
    [`- name: OPENAI_API_KEY\n  value: "${key}"`, "OPENAI_API_KEY"],
    [`process.env.OPENAI_API_KEY = "${key}";`, "OPENAI_API_KEY"],
    [`os.environ["OPENAI_API_KEY"] = "${key}"`, "OPENAI_API_KEY"],
    [`const apiKey = '${key}';`, "apiKey"],
    [`api_key="${key}"`, "api_key"],
    [`openai.api_key = "${key}"`, "openai.api_key"],
    [`OPENAI_API_KEY=${key} # of the team`, "OPENAI_API_KEY"],
    [`# OpenAI\nOPENAI_API_KEY=${key}\n`, "OPENAI_API_KEY"],
    [`Authorization: Bearer ${key}`, "Authorization"],
    [`"Authorization": "Bearer ${key}"`, "Authorization"],
    [`-H "Authorization: Bearer ${key}"`, "Authorization"],
    [`--header 'x-api-key: ${key}' \\`, "x-api-key"],
    [`x-goog-api-key: ${key}`, "x-goog-api-key"],
    [`Bearer ${key}`, null],
    [`bearer\t${key}`, null],
    [`"${key}"`, null],
    [`\\"${key}\\"`, null],
    [`'${key}`, null],
    [`“${key}”`, null],
    [`„${key}“`, null],
    [`‘${key}’`, null],
    [`«${key}»`, null],
    [`\`${key}\``, null],
    [`${key},`, null],
    [`<${key}>`, null],
    [`${key}\n`, null],
    [`\r\n${key}\r\n`, null],
    [`sk-proj-abc\nDEF_123-xyz`, null],
    [`OPENAI_API_KEY="sk-proj-abc\n  DEF_123-xyz"`, "OPENAI_API_KEY"],
    [`\u200b${key}\ufeff`, null],
    [`sk-proj-\u00adabcDEF\u2060_123-xyz`, null],
    [`\u00a0${key}\u3000`, null],
    [`  ${key}  `, null],
    [`curl https://api.openai.com/v1/models -H "Authorization: Bearer ${key}"`, null],
    [`client = OpenAI(api_key="${key}")`, null],
    [`here is the key: ${key}, keep it safe`, null],
    [`setx OPENAI_API_KEY "${key}" /M`, "OPENAI_API_KEY"],
    [`docker run -e OPENAI_API_KEY=${key} image`, null],
    [`export OPENAI_API_KEY=${key} && npm start`, "OPENAI_API_KEY"],
    [`OPENAI_API_KEY=${key} npm start`, "OPENAI_API_KEY"],
    [`C:\\Users\\me>set OPENAI_API_KEY=${key}`, null],
    [`const openai = new OpenAI({ apiKey: "${key}" });`, "openai"],
    [`java -DOPENAI_API_KEY=${key}`, null],
    [`--api-key=${key}`, null],
    [`https://example.com/v1?api_key=${key}&stream=true`, null],
    [`OPENAI_API_KEY\uff1d${key}`, null],
    [`&quot;${key}&quot;`, null],
    [`Bearer%20${key}`, null],
    [`**${key}**`, null],
    [`${key}.`, null],
    [`${key}\\r\\n`, null],
  ])("%j is cleaned", (text, name) => {
    expect(readPastedKey(text)).toEqual({ key, name });
    expect(cleanPastedKey(cleanPastedKey(text))).toBe(key);
  });

  test.each([
    key,
    padded,
    "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbA==",
    "sandbox-key_with-secret=",
    "sk-ant-api03-abc_def-AA",
    "AIzaSyA-1234567890abcdefghijklmnopqrstu",
    "a:b",
    "user.name:phrase",
    "sk-...abcd",
    "****7101",
    "…7101",
    "sk-proj-abcDEF_123-xyz...",
    "sandbox-sk-proj-abcDEF_123-xyz",
    "gateway/sk-proj-abcDEF_123-xyz",
    "two words",
    "",
  ])("%j stays as it is", (text) => {
    expect(readPastedKey(text)).toEqual({ key: text, name: null });
  });

  test("keeps the padding of an assigned base64 key", () => {
    expect(cleanPastedKey(`AWS_BEARER_TOKEN_BEDROCK="${padded}"`)).toBe(padded);
    expect(cleanPastedKey(`AWS_BEARER_TOKEN_BEDROCK=${padded}`)).toBe(padded);
  });

  test("with several assignments gives the one of the preferred name", () => {
    const file = `ANTHROPIC_API_KEY=sk-ant-1\nLOG_LEVEL=debug\nOPENAI_API_KEY=${key}`;
    expect(readPastedKey(file, "OPENAI_API_KEY").key).toBe(key);
    expect(readPastedKey(file, "ANTHROPIC_API_KEY").key).toBe("sk-ant-1");
    expect(readPastedKey(file).key).toContain(" ");
    expect(readPastedKey(`LOG_LEVEL=debug\nOPENAI_API_KEY=${key}`).key).toBe(key);
  });

  test("with two keys stays two", () => {
    expect(cleanPastedKey("sk-ant-1\nsk-ant-2")).toBe("sk-ant-1 sk-ant-2");
  });

  test("of random characters of a key stays as it is", () => {
    const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/.";
    for (let run = 0; run < 5000; run += 1) {
      const random = Array.from({ length: 8 + (run % 120) }, () =>
        characters.charAt(Math.floor(Math.random() * characters.length)),
      ).join("");
      const text = `${random}A${"=".repeat(run % 3)}`;
      expect(cleanPastedKey(text)).toBe(text);
    }
  });

  test("of any kind is read in linear time", () => {
    const texts = ["a=", "- ", "'", "Bearer ", "x: ", "export ", "\n", "(", "sk-", "•"];
    const cleanAll = () => {
      for (const text of texts) cleanPastedKey(text.repeat(9000 / text.length));
    };
    expect(processorMs(cleanAll)).toBeLessThan(1000);
  });
});
