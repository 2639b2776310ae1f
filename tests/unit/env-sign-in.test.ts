import { describe, expect, it } from "vitest";
import { readEnvironment } from "@/lib/env";

const read = (variables: Record<string, string>) =>
  readEnvironment({
    NODE_ENV: "test",
    AWS_REGION: "eu-west-1",
    NEXTAUTH_URL: "https://switchboard.example.com",
    NEXTAUTH_SECRET: "a".repeat(32),
    ...variables,
  });

const oidc = { OIDC_ISSUER: "https://idp.example.com", OIDC_CLIENT_ID: "switchboard" };

describe("the configuration of sign-in", () => {
  it("admits nobody by default", () => {
    const { OIDC_ROLE_CLAIM, OIDC_ADMIN_VALUES, OIDC_VIEWER_VALUES } = read(oidc);
    expect([OIDC_ROLE_CLAIM, OIDC_ADMIN_VALUES, OIDC_VIEWER_VALUES]).toEqual(["groups", [], []]);
    expect(read({ ...oidc, OIDC_ADMIN_VALUES: "a, b" }).OIDC_ADMIN_VALUES).toEqual(["a", "b"]);
  });

  it.each([
    [{ LOCAL_ADMIN_TOKEN: "admin-token" }, /LOCAL_ADMIN_TOKEN: must not be set where NEXTAUTH_URL/],
    [{ LOCAL_VIEWER_TOKEN: "viewer-token" }, /LOCAL_VIEWER_TOKEN: must not be set/],
    [{ NEXTAUTH_URL: "http://switchboard.example.com" }, /NEXTAUTH_URL: must be https/],
    [{ ...oidc, OIDC_ISSUER: "http://idp.example.com" }, /OIDC_ISSUER: must be https/],
    [{ OIDC_ISSUER: oidc.OIDC_ISSUER }, /OIDC_CLIENT_ID: is not set/],
    [{ OIDC_CLIENT_ID: "switchboard" }, /OIDC_ISSUER: is not set/],
    [{ ...oidc, OIDC_SCOPE: "profile" }, /OIDC_SCOPE: must contain openid/],
    [{ ...oidc, OIDC_ID_TOKEN_ALG: "HS256" }, /OIDC_ID_TOKEN_ALG: must be one of/],
    [{ SESSION_IDLE_SECONDS: "1801" }, /SESSION_IDLE_SECONDS: must be at most 1800/],
    [{ SESSION_MAX_SECONDS: "28801" }, /SESSION_MAX_SECONDS: must be at most 28800/],
  ])("refuses %o", (variables, message) => {
    expect(() => read(variables)).toThrow(message);
  });

  it.each(["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:3000"])(
    "takes local tokens at %s",
    (NEXTAUTH_URL) => {
      expect(() => read({ NEXTAUTH_URL, LOCAL_ADMIN_TOKEN: "admin-token" })).not.toThrow();
    },
  );

  it.each(["http://localhost.example.com", "https://127.0.0.1.example.com"])(
    "does not take %s for loopback",
    (NEXTAUTH_URL) => {
      expect(() => read({ NEXTAUTH_URL, LOCAL_ADMIN_TOKEN: "admin-token" })).toThrow(/LOCAL_ADMIN/);
    },
  );
});
