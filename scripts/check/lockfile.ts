import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { root } from "../launch/root";

const Entry = z.object({
  version: z.string(),
  license: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  /** Not installed in production. */
  dev: z.boolean().default(false),
  /** Installed only on some platforms, or by choice. */
  optional: z.boolean().default(false),
  devOptional: z.boolean().default(false),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const Lockfile = z.object({
  packages: z.record(z.string(), z.unknown()),
});

/** A package of the lockfile. `path` is where npm installs it, which is unique. */
export type LockedPackage = z.infer<typeof Entry> & { path: string; name: string };

const folder = "node_modules/";

/** @throws ZodError if it isn't a lockfile of npm 7 or later */
export function parseLockfile(text: string): LockedPackage[] {
  const { packages } = Lockfile.parse(JSON.parse(text));
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, entry]) => ({
      path,
      name: path.slice(path.lastIndexOf(folder) + folder.length),
      ...Entry.parse(entry),
    }));
}

export const readLockfile = () =>
  parseLockfile(readFileSync(join(root, "package-lock.json"), "utf8"));
