import { expect, it, vi } from "vitest";
import { explainAwsFailure } from "@/lib/aws/failures";
import { inTime } from "@/lib/sessions/service";

const timers = vi.hoisted(() => ({ late: (_: unknown) => {} }));

// Vitest's fake timers do not reach node:timers/promises.
vi.mock("node:timers/promises", () => ({
  setTimeout: () => new Promise((resolve) => Object.assign(timers, { late: resolve })),
}));

it("passes on the result and the errors of the work", async () => {
  expect(await inTime(Promise.resolve("ended"))).toBe("ended");
  await expect(inTime(Promise.reject(new Error("refused")))).rejects.toThrow("refused");
});

it("stops waiting at the deadline, with the message for AWS", async () => {
  const waiting = inTime(new Promise(() => {}));
  timers.late(undefined);
  const failure = await waiting.catch((error: unknown) => error);
  expect(explainAwsFailure(failure)).toMatchObject({ code: "aws_unavailable", status: 502 });
});
