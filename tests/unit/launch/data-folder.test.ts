import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { DataFolder } from "@/scripts/launch/data-folder";

const parent = mkdtempSync(join(tmpdir(), "switchboard-folder-"));
let count = 0;

afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newPath = () => join(parent, `data-${++count}`);

async function opened(path: string): Promise<DataFolder> {
  const folder = await DataFolder.open(path, 0);
  onTestFinished(() => folder.release());
  return folder;
}

test("a new folder is created, and counts as populated once its population has finished", async () => {
  const path = newPath();
  const folder = await opened(path);
  expect(folder.isPopulated).toBe(false);
  folder.startPopulation("default");
  expect(folder.isPopulated).toBe(false);
  folder.finishPopulation("default");
  folder.release();
  expect((await opened(path)).isPopulated).toBe(true);
});

test("an interrupted population of the same SEED continues", async () => {
  const path = newPath();
  const folder = await opened(path);
  folder.startPopulation("default");
  mkdirSync(folder.awsDir);
  folder.release();
  const again = await opened(path);
  again.startPopulation("default");
  expect(existsSync(again.awsDir)).toBe(true);
});

test("an interrupted population of another SEED starts over", async () => {
  const path = newPath();
  const folder = await opened(path);
  folder.startPopulation("default");
  mkdirSync(folder.awsDir);
  folder.release();
  const again = await opened(path);
  again.startPopulation("none");
  expect(existsSync(again.awsDir)).toBe(false);
});

test("a folder can be open only once", async () => {
  const path = newPath();
  await opened(path);
  await expect(DataFolder.open(path, 0)).rejects.toThrow(
    `in use by another npm start (process ${process.pid})`,
  );
});

test("a folder with a damaged marker is rejected", async () => {
  const path = newPath();
  mkdirSync(path);
  writeFileSync(join(path, "switchboard.json"), "{");
  await expect(DataFolder.open(path, 0)).rejects.toThrow(
    `${path} is damaged (switchboard.json does not parse)`,
  );
});

test("a folder with other files is rejected", async () => {
  const path = newPath();
  mkdirSync(path);
  writeFileSync(join(path, "letters.txt"), "Dear");
  await expect(DataFolder.open(path, 0)).rejects.toThrow(
    "holds files that are not Switchboard's (letters.txt)",
  );
});

test("a folder that is a file is rejected", async () => {
  const path = newPath();
  writeFileSync(path, "");
  await expect(DataFolder.open(path, 0)).rejects.toThrow(`The data folder ${path} cannot be used`);
});
