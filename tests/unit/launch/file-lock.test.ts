import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Lock, tryLock, waitForLock } from "@/scripts/launch/file-lock.mjs";

const folder = mkdtempSync(join(tmpdir(), "switchboard-lock-"));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newPath = () => join(folder, `${++count}`, "lock");

function taken(path: string): Lock {
  const lock = tryLock(path);
  if (!("release" in lock)) throw new Error(`Process ${lock.pid} has the lock`);
  return lock;
}

test("a lock that is held names its process, and is free after its release", () => {
  const path = newPath();
  const lock = taken(path);
  expect(tryLock(path)).toEqual({ pid: process.pid });
  lock.release();
  expect(existsSync(path)).toBe(false);
  taken(path).release();
});

test("the lock of a process that is gone is taken over", () => {
  const path = newPath();
  taken(path).release();
  writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1, started: "some boot 1" }));
  taken(path).release();
});

test("the lock of an earlier process with the same id is taken over", () => {
  const path = newPath();
  taken(path).release();
  writeFileSync(path, JSON.stringify({ pid: process.ppid, started: "an earlier boot 1" }));
  taken(path).release();
});

test("a lock file that does not parse is taken over", () => {
  const path = newPath();
  taken(path).release();
  writeFileSync(path, "");
  taken(path).release();
});

test("a release keeps the lock of another process", () => {
  const path = newPath();
  const lock = taken(path);
  writeFileSync(path, "somebody else's");
  lock.release();
  expect(existsSync(path)).toBe(true);
});

test("only the lock is left in its folder", () => {
  const path = newPath();
  const lock = taken(path);
  tryLock(path);
  expect(readdirSync(join(path, ".."))).toEqual(["lock"]);
  lock.release();
});

test("a process that waits for a lock reports its holder once", async () => {
  const path = newPath();
  const lock = taken(path);
  const reported: number[] = [];
  const waiting = waitForLock(path, (pid) => {
    reported.push(pid);
    lock.release();
  });
  (await waiting).release();
  expect(reported).toEqual([process.pid]);
});
