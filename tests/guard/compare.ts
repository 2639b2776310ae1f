import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { launchBrowser } from "./pages";

/** Prints the differences of two recordings: `compare.ts OLD NEW`. Exit code 1 if there are any. */
const [oldFolder = "", newFolder = ""] = process.argv
  .slice(2)
  .filter((arg) => !arg.startsWith("--"));
if (!existsSync(oldFolder) || !existsSync(newFolder)) {
  throw new Error("Name two folders that record.ts wrote: compare.ts OLD NEW");
}
/** Maximum growth of a page's first load. */
const maxGrowthBytes = 2_000;

const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

const union = (ending: RegExp) =>
  [...new Set([...filesIn(oldFolder, ending), ...filesIn(newFolder, ending)])].sort();

function linesOf(folder: string, file: string): string[] | null {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n") : null;
}

/** Lines that only one side has, by longest common subsequence, with `context` lines around them. */
function differing(before: string[], after: string[], context = 2): string[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const left = before.slice(start, before.length - end);
  const right = after.slice(start, after.length - end);
  const marked =
    left.length * right.length > 4_000_000 ? replaced(left, right) : aligned(left, right);
  const lines = [
    ...before.slice(Math.max(0, start - context), start).map((line) => `  ${line}`),
    ...marked,
    ...before.slice(before.length - end, before.length - end + context).map((line) => `  ${line}`),
  ];
  const isNear = (index: number) =>
    lines
      .slice(Math.max(0, index - context), index + context + 1)
      .some((line) => !line.startsWith("  "));
  return lines.flatMap((line, index) =>
    isNear(index) ? [line] : index > 0 && isNear(index - 1) ? ["  …"] : [],
  );
}

const replaced = (left: string[], right: string[]) => [
  ...left.map((line) => `- ${line}`),
  ...right.map((line) => `+ ${line}`),
];

function aligned(left: string[], right: string[]): string[] {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        left[row] === right[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const marked: string[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      marked.push(`  ${left[row]}`);
      row += 1;
      column += 1;
    } else if (
      column >= right.length ||
      (row < left.length && at(row + 1, column) >= at(row, column + 1))
    ) {
      marked.push(`- ${left[row]}`);
      row += 1;
    } else {
      marked.push(`+ ${right[column]}`);
      column += 1;
    }
  }
  return marked;
}

let differences = 0;

/** A recorded file by its headings; a file without one is a single section. */
function sectionsOf(lines: string[]): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let title = "";
  for (const line of lines) {
    if (line.startsWith("## ")) {
      title = line;
      for (let count = 2; sections.has(title); count += 1) title = `${line} (${count})`;
    }
    const section = sections.get(title) ?? [];
    section.push(line);
    sections.set(title, section);
  }
  return sections;
}

/** The differences by section, each with the section's title. */
function differingSections(before: string[], after: string[]): string[] {
  const [old, now] = [sectionsOf(before), sectionsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((title) => {
    const lines = differing(old.get(title) ?? [], now.get(title) ?? []);
    return lines.length > 0
      ? [
          title,
          ...lines.slice(0, 60),
          ...(lines.length > 60 ? [`  … and ${lines.length - 60} lines more`] : []),
        ]
      : [];
  });
}

function compareTexts(): void {
  for (const file of union(/\.txt$/)) {
    const [before, after] = [linesOf(oldFolder, file), linesOf(newFolder, file)];
    if (!before || !after) {
      differences += 1;
      console.log(`\n== ${file}: only in ${before ? "the old" : "the new"} recording`);
      continue;
    }
    const lines = differingSections(before, after);
    if (lines.length === 0) continue;
    differences += 1;
    console.log(`\n== ${file}`);
    for (const line of lines.slice(0, 300)) console.log(line.slice(0, 400));
    if (lines.length > 300) console.log(`  … and ${lines.length - 300} lines more`);
  }
}

type Sizes = Record<string, { bytes: number }>;

function compareFirstLoad(): void {
  const [before, after] = [oldFolder, newFolder].map((folder) => {
    const path = join(folder, "first-load.json");
    return (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {}) as Sizes; // record.ts wrote it.
  });
  console.log("\nFirst-load JS, bytes");
  for (const [page, { bytes = 0 }] of Object.entries(before ?? {})) {
    const now = after?.[page]?.bytes;
    if (now === undefined) continue;
    const grown = now - bytes;
    const isTooMuch = grown > maxGrowthBytes;
    if (isTooMuch) differences += 1;
    console.log(
      `  ${page}: ${bytes} → ${now} (${grown >= 0 ? "+" : ""}${grown})${isTooMuch ? " TOO MUCH" : ""}`,
    );
  }
}

/** How many pixels of two pictures differ; null when their sizes do. */
async function differingPixels(page: Page, file: string): Promise<number | null> {
  const pictures = [oldFolder, newFolder].map((folder) =>
    readFileSync(join(folder, file)).toString("base64"),
  );
  return page.evaluate(async (sources) => {
    const data = await Promise.all(
      sources.map(async (source) => {
        const image = new Image();
        image.src = `data:image/png;base64,${source}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = image.width;
        canvas.height = image.height;
        const context = canvas.getContext("2d");
        context?.drawImage(image, 0, 0);
        return context?.getImageData(0, 0, image.width, image.height) ?? null;
      }),
    );
    const [a, b] = data;
    if (!a || !b || a.width !== b.width || a.height !== b.height) return null;
    const [left, right] = [new Uint32Array(a.data.buffer), new Uint32Array(b.data.buffer)];
    let count = 0;
    for (let index = 0; index < left.length; index += 1)
      if (left[index] !== right[index]) count += 1;
    return count;
  }, pictures);
}

async function comparePictures(): Promise<void> {
  const files = union(/\.png$/).filter(
    (file) => existsSync(join(oldFolder, file)) && existsSync(join(newFolder, file)),
  );
  const changed = files.filter(
    (file) => !readFileSync(join(oldFolder, file)).equals(readFileSync(join(newFolder, file))),
  );
  console.log(`\nScreenshots: ${changed.length} of ${files.length} differ`);
  if (changed.length === 0) return;
  const browser = await launchBrowser();
  const page = await browser.newPage();
  for (const file of changed) {
    const pixels = await differingPixels(page, file);
    console.log(`  ${file}: ${pixels === null ? "another size" : `${pixels} pixels`}`);
  }
  await browser.close();
}

console.log(`Comparing ${resolve(oldFolder)} with ${resolve(newFolder)}`);
compareTexts();
compareFirstLoad();
await comparePictures();
console.log(differences === 0 ? "\nNothing differs." : `\n${differences} differences`);
process.exit(differences === 0 ? 0 : 1);
