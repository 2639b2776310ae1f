// 100 requests of 9 MB by nobody to each of these addresses: what memory a copy of the container
// image holds before, at its peak and after. It fails when a copy grows by more than it may.
//   node scripts/bootstrap.mjs tests/attack/anonymous-bodies.ts
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { ensureBuild } from "../../scripts/launch/build";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { freePort } from "../../scripts/launch/ports";
import { imageNode } from "../../scripts/test/image-node";
import { copyImageFiles } from "../support/image";
import { startStack } from "../support/stack";

const requests = 100;
const atOnce = 20;
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

/** Sends the whole body, whatever is answered meanwhile. @returns the status, 0 for a closed connection */
function attack(url: string, method: string, isAnnounced: boolean): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      "content-type": "application/json",
      // Node announces neither by itself for a GET or a DELETE.
      ...(isAnnounced ? { "content-length": bytes } : { "transfer-encoding": "chunked" }),
    };
    const sent = request(url, { method, headers, agent: false });
    sent.on("response", (answer) => {
      answer.resume();
      answer.on("close", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("error", () => resolve(0));
    void writeAll(sent);
  });
}

async function writeAll(sent: ClientRequest): Promise<void> {
  for (let left = bytes; left > 0 && !sent.destroyed; left -= chunk.length) {
    const isRoom = sent.write(chunk.subarray(0, left));
    if (!isRoom)
      await Promise.race([new Promise((done) => sent.once("drain", done)), delay(5_000)]);
  }
  sent.end();
}

/** Megabytes of a process (proc(5)): resident now, and its peak. */
function memoryOf(pid: number): { resident: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
  return { resident: read("VmRSS"), peak: read("VmHWM") };
}

async function run(life: Lifecycle): Promise<void> {
  await ensureBuild(life);
  const node = await imageNode();
  if (node) process.env.IMAGE_NODE = node;
  const stack = await startStack({ seed: "none" });
  life.onStop(() => stack.stop());
  const image = copyImageFiles();
  life.onStop(() => image.remove());
  const port = await freePort();
  const copy = await image.start({
    PORT: `${port}`,
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: stack.awsUrl,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    NEXTAUTH_URL: `http://localhost:${port}`,
    NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
    LOCAL_ADMIN_TOKEN: randomBytes(24).toString("hex"),
    LOG_LEVEL: "error",
  });
  life.onStop(() => copy.kill("SIGKILL"));
  await fetch(`${copy.url}/sign-in`).then((answer) => answer.text());
  const before = memoryOf(copy.pid).resident;
  console.log(`\n  before: ${before.toFixed(0)} MB`);
  for (const [method, path, kind] of targets) {
    const statuses = new Map<number, number>();
    for (let sent = 0; sent < requests; sent += atOnce) {
      const some = Array.from({ length: atOnce }, () =>
        attack(copy.url + path, method, kind === "announced"),
      );
      for (const status of await Promise.all(some)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    const { resident, peak } = memoryOf(copy.pid);
    const answers = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
    console.log(
      `  ${method} ${path} (${kind}): ${answers}; now ${resident.toFixed(0)} MB, peak ${peak.toFixed(0)} MB`,
    );
  }
  await delay(10_000);
  const after = memoryOf(copy.pid);
  console.log(
    `  10 s later: ${after.resident.toFixed(0)} MB, peak ${after.peak.toFixed(0)} MB (may grow by ${maxGrowth})`,
  );
  await life.end(after.peak - before <= maxGrowth ? 0 : 1);
}

await launch(run, { codeWhenStopped: 130 });
