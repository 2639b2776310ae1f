import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { logStart } from "@/lib/http/start-log";
import support from "@/lib/node-support.json";
import manifest from "@/package.json";

const lines: Record<string, string>[] = [];

beforeEach(() => {
  lines.length = 0;
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
  vi.stubEnv("NEXTAUTH_SECRET", "a secret of the tests, long enough");
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    lines.push(JSON.parse(text.toString()));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test("a start says which release runs on which Node", () => {
  logStart("24.22.3", new Date(support.read));
  expect(lines).toMatchObject([
    { level: "info", message: "Started", version: manifest.version, node: "24.22.3" },
  ]);
});

test("a start on a Node without security fixes is a warning", () => {
  logStart("24.22.0", new Date(support.read));
  expect(lines[1]).toMatchObject({
    level: "warn",
    message: "Unsupported Node",
    state: "below_floor",
    detail: "Node 24.22.0 lacks security fixes. Update to 24.22.1 or later.",
  });
});
