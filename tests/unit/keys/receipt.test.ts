import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { signReceipt, verifyReceipt } from "@/lib/keys/verify-service";

beforeEach(() => {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
  vi.stubEnv("NEXTAUTH_SECRET", "thirty-two-characters-of-a-secret");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const key = "sk-some-key-that-was-tried";

describe("the receipt of a key test", () => {
  test("has the outcome for the same key", () => {
    const receipt = signReceipt("openai", key, "verified");
    expect(verifyReceipt("openai", key, receipt)?.status).toBe("verified");
    expect(receipt).not.toContain(key);
  });

  test("is invalid for another key or provider", () => {
    const receipt = signReceipt("openai", key, "verified");
    expect(verifyReceipt("openai", `${key}2`, receipt)).toBeNull();
    expect(verifyReceipt("xai", key, receipt)).toBeNull();
  });

  test.each([
    ["NEXTAUTH_URL", "http://localhost:3001"],
    ["ENV_NAME", "dev"],
  ])("is invalid at a console with another %s and the same secret", async (name, value) => {
    const receipt = signReceipt("openai", key, "verified");
    vi.resetModules();
    vi.stubEnv(name, value);
    const elsewhere = await import("@/lib/keys/verify-service");
    expect(elsewhere.verifyReceipt("openai", key, receipt)).toBeNull();
  });

  test("can't be forged, improved or renewed", () => {
    const receipt = signReceipt("openai", key, "rejected");
    const [status = "", at = "", seal = ""] = receipt.split(".");
    const forged = [
      `verified.${at}.${seal}`,
      `${status}.${Number(at) + 1}.${seal}`,
      `verified.${at}.`,
      "verified",
      "",
      "verified.NaN.x",
    ];
    expect(forged.map((text) => verifyReceipt("openai", key, text))).toEqual(
      forged.map(() => null),
    );
  });

  test("is valid for ten minutes", () => {
    vi.useFakeTimers();
    const receipt = signReceipt("openai", key, "expired");
    vi.advanceTimersByTime(9 * 60_000);
    expect(verifyReceipt("openai", key, receipt)?.status).toBe("expired");
    vi.advanceTimersByTime(2 * 60_000);
    expect(verifyReceipt("openai", key, receipt)).toBeNull();
  });
});
