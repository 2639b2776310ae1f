import * as z from "zod";
import { isBefore } from "@/lib/node-support";
import list from "./advisories.json";
import type { LockedPackage } from "./lockfile";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const Advisories = z.object({
  /** The day on which the sources were read. */
  read: day,
  advisories: z.array(
    z.object({
      id: z.string(),
      package: z.string(),
      affected: z.array(z.object({ from: z.string(), before: z.string() })).min(1),
      summary: z.string(),
      /** Null if the source doesn't say. */
      published: day.nullable(),
      /** The page that was read; null makes the advisory unverified. */
      source: z.url({ protocol: /^https$/ }).nullable(),
    }),
  ),
});
type Advisory = z.infer<typeof Advisories>["advisories"][number];

const { read, advisories } = Advisories.parse(list);

const covers = ({ affected }: Advisory, version: string) =>
  affected.some(({ from, before }) => !isBefore(version, from) && isBefore(version, before));

const nameOf = ({ id, source }: Advisory) =>
  source ? `${id} (${source})` : `${id} (unverified: no source)`;

export type AdvisoryReport = {
  /** One line for each package version that an advisory covers. */
  vulnerable: string[];
  /** Gaps of the list, for people who rely on it. */
  unverified: string[];
};

/**
 * Compares a lockfile with the list of advisories, because `npm audit` may get no answer from the
 * registry.
 */
export function auditLockfile(packages: LockedPackage[]): AdvisoryReport {
  const vulnerable = packages.flatMap(({ name, version, path }) =>
    advisories
      .filter((advisory) => advisory.package === name && covers(advisory, version))
      .map((advisory) => `${path}@${version}: ${nameOf(advisory)}. ${advisory.summary}.`),
  );
  const listed = new Set(
    advisories.filter(({ source }) => source).map((advisory) => advisory.package),
  );
  const production = new Set(packages.filter(({ dev }) => !dev).map(({ name }) => name));
  const unlisted = [...production].filter((name) => !listed.has(name));
  return {
    vulnerable,
    unverified: [
      `Sources read on ${read}; what was published since is unverified.`,
      ...advisories
        .filter(({ source }) => !source)
        .map(
          (advisory) =>
            `${advisory.package}: the floor ${advisory.affected.at(-1)?.before} has no source.`,
        ),
      `${unlisted.length} of ${production.size} production packages are unverified: no advisory about them was looked up.`,
    ],
  };
}
