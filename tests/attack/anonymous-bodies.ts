// Sends 100 anonymous requests of 9 MB to each of these addresses, and measures the memory of a copy of
// the container image before, at its peak and after. Fails if the copy grows by more than `maxGrowth`.
//   node scripts/bootstrap.mjs tests/attack/anonymous-bodies.ts
import { randomBytes } from "node:crypto";
import { type ClientRequest, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { ensureBuild } from "../../scripts/launch/build";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { imageNode } from "../../scripts/test/image-node";
import { processMemory } from "../bench/memory";
import { startCopy } from "../bench/one-copy";
import { startStack } from "../support/stack";

const requests = 100;
const concurrency = 20;
const bytes = 9_000_000;
/**
 * Megabytes: buffers of sockets and compiled code, not bodies. Node 24 frees buffers later than 20:
 * 125 and 81 were measured. `scripts/deploy/measured-memory.json` has the peak.
 */
const maxGrowth = 150;

const targets = [
  ["POST", "/sign-in", "announced"],
  ["POST", "/models", "announced"],
  ["POST", "/nowhere", "chunked"],
  ["GET", "/models", "chunked"],
  ["POST", "/api/models/import", "announced"],
  ["POST", "/api/models/import", "chunked"],
  ["POST", "/api/auth/callback/local", "announced"],
  ["POST", "/api/auth/callback/local", "chunked"],
  ["POST", "/api/completions", "chunked"],
  ["POST", "/api/operations/x/undo", "chunked"],
  ["POST", "/api/nowhere", "chunked"],
  ["DELETE", "/api/models/openai/x", "chunked"],
] as const;

const chunk = Buffer.alloc(64_000, "x");

/** Sends the whole body, even if an answer arrives first. @returns the status, 0 for a closed connection */
function attack(url: string, method: string, isAnnounced: boolean): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      "content-type": "application/json",
      // Node sets neither header by itself for GET or DELETE.
      ...(isAnnounced ? { "content-length": bytes } : { "transfer-encoding": "chunked" }),
    };
    const outgoing = request(url, { method, headers, agent: false });
    outgoing.on("response", (answer) => {
      answer.resume();
      answer.on("close", () => resolve(answer.statusCode ?? 0));
    });
    outgoing.on("error", () => resolve(0));
    void writeAll(outgoing);
  });
}

async function writeAll(outgoing: ClientRequest): Promise<void> {
  for (let left = bytes; left > 0 && !outgoing.destroyed; left -= chunk.length) {
    const isRoom = outgoing.write(chunk.subarray(0, left));
    if (!isRoom)
      await Promise.race([new Promise((done) => outgoing.once("drain", done)), delay(5_000)]);
  }
  outgoing.end();
}

async function run(life: Lifecycle): Promise<void> {
  await ensureBuild(life);
  const node = await imageNode();
  if (node) process.env.IMAGE_NODE = node;
  const stack = await startStack({ seed: "none" });
  life.onStop(() => stack.stop());
  const copy = await startCopy(life, stack, {
    LOCAL_ADMIN_TOKEN: randomBytes(24).toString("hex"),
    LOG_LEVEL: "error",
  });
  await fetch(`${copy.url}/sign-in`).then((answer) => answer.text());
  const before = processMemory(copy.pid).resident;
  console.log(`\n  before: ${before.toFixed(0)} MB`);
  for (const [method, path, kind] of targets) {
    const statuses = new Map<number, number>();
    for (let sent = 0; sent < requests; sent += concurrency) {
      const batch = Array.from({ length: concurrency }, () =>
        attack(copy.url + path, method, kind === "announced"),
      );
      for (const status of await Promise.all(batch)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    const { resident, peak } = processMemory(copy.pid);
    const answers = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
    console.log(
      `  ${method} ${path} (${kind}): ${answers}; now ${resident.toFixed(0)} MB, peak ${peak.toFixed(0)} MB`,
    );
  }
  await delay(10_000);
  const after = processMemory(copy.pid);
  console.log(
    `  10 s later: ${after.resident.toFixed(0)} MB, peak ${after.peak.toFixed(0)} MB (may grow by ${maxGrowth})`,
  );
  await life.end(after.peak - before <= maxGrowth ? 0 : 1);
}

await launch(run, { codeWhenStopped: 130 });
