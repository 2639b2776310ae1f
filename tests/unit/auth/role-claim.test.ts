import { describe, expect, it } from "vitest";
import { claimValues, displayName, personName, roleOf } from "@/lib/auth/role-claim";

const roleValues = { admin: ["llm-admins"], viewer: ["llm-readers", "finance"] };

describe("the role of a claim", () => {
  it.each([
    [["llm-admins"], "admin"],
    [["finance", "llm-admins"], "admin"],
    [["finance"], "viewer"],
    [["LLM-admins"], null],
    [["llm-admins,finance"], null],
    [[], null],
    [null, null],
  ])("of the values %o is %s", (values, role) => {
    expect(roleOf(values, roleValues)).toBe(role);
  });

  it("is nobody's when no values are configured", () => {
    expect(roleOf(["", "admin"], { admin: [], viewer: [] })).toBeNull();
  });
});

describe("the values of a claim", () => {
  it.each([
    [{ groups: ["a", "b"] }, "groups", ["a", "b"]],
    [{ "cognito:groups": ["a"] }, "cognito:groups", ["a"]],
    [{ role: "a" }, "role", ["a"]],
    [{ realm_access: { roles: ["a"] } }, "realm_access.roles", ["a"]],
    [{ "https://x.example/roles": ["a"] }, "https://x.example/roles", ["a"]],
    [{ groups: ["a", 7, null] }, "groups", ["a"]],
    [{ groups: [] }, "groups", []],
    [{ groups: null }, "groups", null],
    [{}, "groups", null],
    [{}, "constructor.name", null],
    [{}, "toString", null],
  ])("of %o under %s are %o", (claims, name, values) => {
    expect(claimValues(claims, name)).toEqual(values);
  });
});

describe("the name on screen", () => {
  it.each([
    [{ email: "ann@example.com", name: "Ann" }, "ann@example.com"],
    [{ email: "boss@example.com", email_verified: false, name: "Ann" }, "Ann"],
    [{ email: "boss@example.com", email_verified: "false", "cognito:username": "ann" }, "ann"],
    [{ name: "  " }, null],
  ])("of %o is %s", (claims, name) => expect(displayName(claims)).toBe(name));
});

describe("the name in Activity", () => {
  it.each([
    [{ name: "Ann" }, "Ann"],
    [{ sub: "a1" }, "a1"],
    [{ name: "\u200b", sub: "a1" }, "a1"],
    [{ name: "Ann\u202e" }, "Ann"],
    [{ name: "token:deploy" }, "oidc:token:deploy"],
    [{ name: " \u200bToken:deploy" }, "oidc:Token:deploy"],
    [{ name: "ｔｏｋｅｎ：deploy" }, "oidc:ｔｏｋｅｎ：deploy"],
    [{ sub: "token:deploy" }, "oidc:token:deploy"],
    [{ preferred_username: "outside" }, "oidc:outside"],
    [{ name: "outsider" }, "outsider"],
  ])("of %o is %s", (claims, name) => expect(personName(claims)).toBe(name));
});
