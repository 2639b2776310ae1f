import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { DataFolder } from "@/scripts/launch/data-folder";

const parent = mkdtempSync(join(tmpdir(), "switchboard-folder-"));
let count = 0;

afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newPath = () => join(parent, `data-${++count}`);

function opened(path: string): DataFolder {
  const folder = new DataFolder(path);
  onTestFinished(() => folder.release());
  return folder;
}

test("a new folder is made, and is populated when its population was finished", () => {
  const path = newPath();
  const folder = opened(path);
  expect(folder.isPopulated).toBe(false);
  folder.beginPopulation("default");
  expect(folder.isPopulated).toBe(false);
  folder.finishPopulation("default");
  folder.release();
  expect(opened(path).isPopulated).toBe(true);
});

test("an interrupted population of the same SEED goes on with what is there", () => {
  const path = newPath();
  const folder = opened(path);
  folder.beginPopulation("default");
  mkdirSync(folder.awsDir);
  folder.release();
  const again = opened(path);
  again.beginPopulation("default");
  expect(existsSync(again.awsDir)).toBe(true);
});

test("an interrupted population of another SEED is begun again", () => {
  const path = newPath();
  const folder = opened(path);
  folder.beginPopulation("default");
  mkdirSync(folder.awsDir);
  folder.release();
  const again = opened(path);
  again.beginPopulation("none");
  expect(existsSync(again.awsDir)).toBe(false);
});

test("a folder is open in one place only", () => {
  const path = newPath();
  opened(path);
  expect(() => new DataFolder(path)).toThrow(
    `in use by another npm start (process ${process.pid})`,
  );
});
