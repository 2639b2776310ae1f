import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { downloadStream } from "@/lib/http/json";

beforeEach(() => {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
  vi.stubEnv("NEXTAUTH_SECRET", "x".repeat(32));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function* failing(): AsyncGenerator<string> {
  yield "first,";
  throw new Error("User arn:aws:iam::1:role/console is not authorized");
}

it("aborts a download when a chunk fails, and logs no message", async () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const response = downloadStream("x.csv", "text/csv", failing(), "request-1");
  // Next keeps an AbortError out of the log.
  await expect(response.text()).rejects.toMatchObject({ name: "AbortError" });
  const lines = written.mock.calls.map(([line]) => String(line));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "error", request_id: "request-1" });
  expect(lines[0]).not.toContain("arn:aws");
});
