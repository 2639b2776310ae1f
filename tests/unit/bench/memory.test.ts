import { expect, test } from "vitest";
import { retainedPerRequest } from "../../bench/memory";

const megabyte = 1024 * 1024;
/** What collections leave, more or less, in bytes. */
const noise = [0.2, -0.3, 0.1, 0.3, -0.2, -0.1, 0.2].map((part) => part * megabyte);
const requests = 800;

test("a kilobyte kept of each request shows through the noise of the collector", () => {
  const readings = noise.map((bytes, part) => 80 * megabyte + bytes + part * requests * 1_000);
  expect(retainedPerRequest(readings, requests)).toBeGreaterThan(700);
});

test("a single allocation doesn't count as a leak", () => {
  const readings = noise.map((bytes, part) => (part > 2 ? 81 : 80) * megabyte + bytes / 10);
  expect(retainedPerRequest(readings, requests)).toBeLessThan(500);
});
