import support from "./node-support.json";

export type NodeWarning = {
  state: "ended" | "below_floor" | "unverified";
  detail: string;
};

/** The age in days from which a minimum version is too old to cover recent security releases. */
const maxAgeDays = 90;
const dayMs = 24 * 60 * 60 * 1000;

const numbersOf = (version: string) => (version.split(/[-+]/)[0] ?? "").split(".").map(Number);

/** Whether a version such as `24.22.1` precedes another one. A prerelease precedes its release. */
export function isBefore(version: string, other: string): boolean {
  const [own, others] = [numbersOf(version), numbersOf(other)];
  for (let at = 0; at < 3; at++) {
    const difference = (own[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return version.includes("-") && !other.includes("-");
}

/**
 * Warns against running production on this Node version. `node-support.json` lists, for each
 * release line, the oldest release with all known security fixes, where that was read, and when.
 * @returns null if the version is at or above its line's minimum
 */
export function nodeWarning(version: string, now: Date): NodeWarning | null {
  const { read, production, lines } = support;
  const node = `Node ${version}`;
  const advice = `Run production on Node ${production}.`;
  const match = lines.find(({ line }) => line === numbersOf(version)[0]);
  if (!match) {
    const detail = `${node} is unverified: its line had no known floor on ${read}. ${advice}`;
    return { state: "unverified", detail };
  }
  if (match.ends && now.getTime() > Date.parse(match.ends) + dayMs) {
    const detail = `${node} gets no security fixes: its line ended on ${match.ends}. ${advice}`;
    return { state: "ended", detail };
  }
  if (match.floor && isBefore(version, match.floor)) {
    const detail = `${node} lacks security fixes. Update to ${match.floor} or later.`;
    return { state: "below_floor", detail };
  }
  if (now.getTime() > Date.parse(read) + maxAgeDays * dayMs) {
    const detail = `${node} is unverified: its floor ${match.floor} was read on ${read}, more than ${maxAgeDays} days ago. Look for newer security releases.`;
    return { state: "unverified", detail };
  }
  return null;
}
