import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const folders = ["app", "components", "docs", "lib", "public", "scripts", "tests"];
const sourceFolders = ["app", "components", "lib", "scripts", "tests"];

/** Placeholders such as `adapters/{id}.ts`, and globs, don't name a single file. */
const placeholder = /[{}*<>…]/;
const codeSpan = /`([^`\n]+)`/g;
const link = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)/g;
/** `` `lib/keys/changes.ts`: `updateKey` `` claims that the file contains this name. */
const nameInFile = /`([^`\s]+\.tsx?)`: ((?:`\w+`(?:, )?)+)/g;
const docInSource = /(?<![\w./-])docs\/[\w./-]+\.md\b/g;

/** Every path, link and name in the documentation that doesn't exist, one per line. */
export function brokenDocReferences(root: string): string[] {
  const pages = [...markdownOf(root, false), ...markdownOf(join(root, "docs"), true)];
  return [
    ...pages.flatMap((page) => {
      const where = relative(root, page);
      const problems = brokenReferences(readFileSync(page, "utf8"), {
        exists: (path) => existsSync(join(root, path)),
        read: (path) => readFileSync(join(root, path), "utf8"),
        linked: (target) => existsSync(join(dirname(page), target)),
      });
      return problems.map((problem) => `${where}: ${problem}`);
    }),
    ...brokenInSources(root),
  ];
}

type Repository = {
  /** Whether a path from the root exists. */
  exists: (path: string) => boolean;
  read: (path: string) => string;
  /** Whether the target of a relative link exists. */
  linked: (target: string) => boolean;
};

/** References of a Markdown page that the repository doesn't have. */
export function brokenReferences(page: string, { exists, read, linked }: Repository): string[] {
  const paths = [...page.matchAll(codeSpan)].flatMap(([, span = ""]) =>
    isPath(span) && !exists(span) ? [`there is no ${span}`] : [],
  );
  const links = [...page.matchAll(link)].flatMap(([, target = ""]) =>
    linked(target) ? [] : [`the link to ${target} leads nowhere`],
  );
  const names = [...page.matchAll(nameInFile)].flatMap(([, path = "", list = ""]) => {
    if (!exists(path)) return [];
    const source = read(path);
    const named = [...list.matchAll(/\w+/g)].map(([name]) => name);
    return named
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(source))
      .map((name) => `${path} has no ${name}`);
  });
  return [...new Set([...paths, ...links, ...names])];
}

/** A file with its extension, or a folder with a slash at its end. */
function isPath(span: string): boolean {
  if (placeholder.test(span) || /\s/.test(span) || !/\.\w+$|\/$/.test(span)) return false;
  return folders.some((folder) => span.startsWith(`${folder}/`));
}

function markdownOf(folder: string, recursive: boolean): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

/** Comments also refer to pages. */
function brokenInSources(root: string): string[] {
  const files = sourceFolders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(tsx?|mjs)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  return files.flatMap((file) => {
    const named = new Set(readFileSync(join(root, file), "utf8").match(docInSource) ?? []);
    return [...named]
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${file}: there is no ${path}`);
  });
}
