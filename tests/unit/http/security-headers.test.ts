import { afterEach, expect, test, vi } from "vitest";
import { contentSecurityPolicy, hstsHeader } from "@/lib/http/security-headers";

afterEach(() => vi.unstubAllEnvs());

test("HSTS is sent over https only", () => {
  vi.stubEnv("NEXTAUTH_URL", "https://switchboard.example");
  expect(hstsHeader()).toMatch(/^max-age=\d{8,}$/);
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
  expect(hstsHeader()).toBeNull();
});

test("scripts run only by the page's nonce, and only development allows eval", () => {
  const policy = contentSecurityPolicy("abc", false);
  expect(policy).toContain("script-src 'nonce-abc' 'strict-dynamic';");
  expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
  expect(contentSecurityPolicy("abc", true)).toContain("'unsafe-eval'");
});
