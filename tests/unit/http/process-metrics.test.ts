import { afterEach, expect, test, vi } from "vitest";
import { reportProcessMetrics } from "@/lib/http/process-metrics";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test("the log says how long the event loop was blocked, and how much memory is used", async () => {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
  vi.stubEnv("NEXTAUTH_SECRET", "a secret of the tests, long enough");
  const lines: Record<string, number | string>[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    lines.push(JSON.parse(text.toString()));
    return true;
  });
  const stop = reportProcessMetrics(20);
  const end = performance.now() + 200;
  while (performance.now() < end);
  const maxDelay = () =>
    Math.max(...lines.map(({ event_loop_max_ms }) => Number(event_loop_max_ms)));
  await expect.poll(maxDelay).toBeGreaterThanOrEqual(170);
  stop();
  const line = lines.at(-1);
  expect(line).toMatchObject({ level: "info", message: "Process" });
  expect(Number(line?.resident_mb)).toBeGreaterThan(Number(line?.heap_mb));
  expect(Number(line?.heap_mb)).toBeGreaterThan(0);
});
