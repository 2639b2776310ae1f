import list from "./licenses.json";
import type { LockedPackage } from "./lockfile";

const allowed = new Set(Object.keys(list.allowed));
const undeclared = "no licence declared";
const spelling = new Map(Object.entries(list.spelling));

/** The SPDX expression of a package's licence, or null if it declares none. */
export function licenseOf({ license }: LockedPackage): string | null {
  if (!license) return null;
  return spelling.get(license) ?? license;
}

/** In an expression with AND, every licence must be allowed; with OR, one of them. */
function isAllowed(expression: string): boolean {
  const plain = expression.replace(/[()]/g, "");
  return plain
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((id) => allowed.has(id.trim())));
}

/** Packages whose licence is missing or not in `licenses.json`, one line each. */
export function disallowedLicenses(packages: LockedPackage[]): string[] {
  const exceptions = Object.keys(list.exceptions);
  return packages
    .filter(({ name }) => !exceptions.some((prefix) => name.startsWith(prefix)))
    .flatMap((entry) => {
      const license = licenseOf(entry);
      if (license && isAllowed(license)) return [];
      return [`${entry.name}@${entry.version}: ${license ?? undeclared}`];
    });
}

/** Every package and version by licence, production packages first, for people who approve them. */
export function licenseLines(packages: LockedPackage[]): string[] {
  const licenses = [...new Set(packages.map((entry) => licenseOf(entry) ?? undeclared))].toSorted();
  return licenses.flatMap((license) => {
    const members = packages.filter((entry) => (licenseOf(entry) ?? undeclared) === license);
    return [
      `${license} (${members.length})`,
      ...members
        .toSorted((a, b) => Number(a.dev) - Number(b.dev) || a.name.localeCompare(b.name))
        .map(({ name, version, dev }) => `  ${name}@${version}${dev ? " (development)" : ""}`),
    ];
  });
}
