import { expect, test } from "vitest";
import { findingsOf } from "@/lib/checks/rules/checks";
import type { ProviderKey } from "@/lib/keys/schema";
import { makeSnapshot } from "./snapshot";

const codes = (key: Partial<ProviderKey>) =>
  findingsOf(makeSnapshot({}, key)).map(({ code, severity }) => `${code} ${severity}`);

test.each(["missing", "rejected", "expired"] as const)(
  "a %s key is an error where agents use it, and less where none does",
  (status) => {
    expect(codes({ status })).toEqual([`key_${status} error`]);
    const unused = findingsOf(makeSnapshot({ agents: [] }, { status })).map((one) => one.severity);
    expect(unused).toEqual([status === "missing" ? "info" : "warning"]);
  },
);

test("a short-term token is warned of in its last hour, another key in its last two weeks", () => {
  expect(codes({ kind: "short_term", expires_at: "2026-11-22T12:50:00Z" })).toEqual([
    "key_expiring warning",
  ]);
  expect(codes({ kind: "short_term", expires_at: "2026-11-22T20:00:00Z" })).toEqual([]);
  expect(codes({ expires_at: "2026-12-01T00:00:00Z" })).toEqual(["key_expiring warning"]);
  expect(codes({ expires_at: "2027-02-01T00:00:00Z" })).toEqual([]);
});

test("a key of 90 days is old", () => {
  expect(codes({ updated_at: "2026-08-24T12:00:00Z" })).toEqual(["key_old info"]);
  expect(codes({ updated_at: "2026-08-25T12:00:00Z" })).toEqual([]);
});

test("a placeholder is an error where agents need the key", () => {
  expect(codes({ status: "placeholder", looks_like: "placeholder" })).toEqual([
    "key_placeholder error",
  ]);
});

test("a key overwritten by another writer is reported", () => {
  expect(codes({ overwritten_since: "2026-11-20T00:00:00Z" })).toEqual(["key_overwritten error"]);
});

test("misnamed keys and values that aren't strings are reported without their values", () => {
  const foreign_keys = [
    { name: "GOOGLE_API_KEY", is_string: true, meant_as: "GEMINI_API_KEY" },
    { name: "LIMITS", is_string: false, meant_as: null },
    { name: "THEIRS", is_string: true, meant_as: null },
  ];
  const found = findingsOf(makeSnapshot({ foreign_keys }));
  expect(found.map(({ code, subject }) => [code, subject.id])).toEqual([
    ["key_misnamed", "GOOGLE_API_KEY"],
    ["key_not_string", "LIMITS"],
  ]);
});

test("a key shared with another environment is reported", () => {
  const shared_keys = [
    { secret_key_name: "OPENAI_API_KEY", secret_id: "/ai-agent/llm-secrets/dev" },
  ];
  expect(findingsOf(makeSnapshot({ shared_keys }))).toMatchObject([
    { code: "key_shared", subject: { kind: "key", id: "openai" } },
  ]);
});

test("a permission that the role lacks is an error", () => {
  const missing_permissions = [
    {
      action: "dynamodb:PutItem",
      resource: "LLMModels-prod",
      needed_for: "adding models",
      at: "2026-11-22T11:00:00Z",
    },
  ];
  expect(findingsOf(makeSnapshot({ missing_permissions }))).toMatchObject([
    { code: "permission_missing", severity: "error", subject: { id: "dynamodb:PutItem" } },
  ]);
});

test("an action that is refused on several things is one finding with one statement", () => {
  const [action, needed_for] = ["dynamodb:GetItem", "every change"];
  const missing_permissions = ["arn:one", "arn:other"].map((resource) => {
    return { action, needed_for, resource, at: "2026-11-22T11:00:00Z" };
  });
  const found = findingsOf(makeSnapshot({ missing_permissions }));
  expect(found).toHaveLength(1);
  expect(JSON.parse(found[0]?.snippet ?? "").Resource).toEqual(["arn:one", "arn:other"]);
});
